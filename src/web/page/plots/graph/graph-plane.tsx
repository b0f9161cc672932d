import { type Signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { addKeys } from "../../store/keys.ts";
import { panAndZoom } from "../parts/pan-zoom.ts";
import { fitBox, keepInSight, type ViewBox } from "../parts/view-box.ts";
import { graphKeys } from "./graph-keys.ts";
import { GraphNode } from "./graph-node.tsx";
import { type Drawing, type GraphState, sizes } from "./graph-state.ts";
import { LinksLayer } from "./links-layer.tsx";

/** Below this, words are too small to read: only signs are shown. */
const farScale = 0.45;
/** Below this, words can be read, but are small: a graph is not opened at such a scale. */
const readableScale = 0.75;
const margin = 28;
/** Nodes are made that lie so many pixels outside of what is seen. */
const ahead = 240;

interface GraphPlaneProps {
  readonly state: GraphState;
  readonly board: string;
  readonly drawing: Drawing;
  /** The task that is described beside the drawing. */
  readonly current: Signal<string | null>;
  readonly box: Signal<ViewBox>;
}

/** The drawing itself, as large as its place. Moving it moves one layer; only nodes that are seen are there. */
export function GraphPlane({ state, board, drawing, current, box }: GraphPlaneProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plane = useRef<HTMLDivElement>(null);
  const scaled = useRef<HTMLDivElement>(null);
  const screen = useSignal({ width: 0, height: 0 });
  const far = useComputed(() => box.value.scale < farScale);
  const all = useMemo(() => [...drawing.nodes], [drawing]);

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => {
      screen.value = { width: element.clientWidth, height: element.clientHeight };
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // A graph of another shape is shown whole at first, as far as its words can be read.
  useLayoutEffect(() => {
    const fit = fitBox(drawing, screen.peek(), margin);
    box.value = fit.scale < readableScale ? startOf(drawing, screen.peek()) : fit;
  }, [drawing]);
  useEffect(() => {
    if (frame.current === null) return;
    return panAndZoom(
      frame.current,
      () => box.peek(),
      (next) => {
        box.value = keepInSight(next, drawing, screen.peek());
      },
    );
  }, [drawing]);
  useEffect(
    () => addKeys("Graph", graphKeys({ drawing, box, current, screen, frame: () => frame.current, margin })),
    [drawing],
  );
  useSignalEffect(() => {
    const { x, y, scale } = box.value;
    if (plane.current !== null) plane.current.style.transform = `translate(${-x * scale}px, ${-y * scale}px)`;
    if (scaled.current !== null) scaled.current.style.transform = `scale(${scale})`;
  });
  // Grows in steps, so that not every movement searches for the visible nodes.
  const seen = useComputed(() => {
    const { x, y, scale } = box.value;
    const step = (value: number) => Math.floor((value * scale) / ahead);
    return [step(x), step(y), scale, screen.value.width, screen.value.height].join();
  });
  const visible = useMemo(() => {
    const { x, y, scale } = box.peek();
    const { width, height } = screen.peek();
    const reach = (2 * ahead) / scale;
    return all.filter(
      ([id, at]) =>
        id === current.peek() ||
        (at.x > x - reach - sizes.nodeWidth &&
          at.x < x + width / scale + reach + sizes.nodeWidth &&
          at.y > y - reach &&
          at.y < y + height / scale + reach),
    );
  }, [all, seen.value]);
  const critical = state.criticalPath.value;
  const tabStop = current.value ?? drawing.data.critical_path[0] ?? all[0]?.[0];
  const note = (event: Event) => {
    const id = (event.target as Element).closest?.<HTMLElement>("[data-node]")?.dataset.node;
    if (id !== undefined) current.value = id;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for the links in it.
    // biome-ignore lint/a11y/useKeyWithMouseEvents: focus does the same.
    <div ref={frame} class={`graph-frame${far.value ? " far" : ""}`} onMouseOver={note} onFocusIn={note}>
      <div ref={plane} class="graph-plane">
        <div ref={scaled} class="graph-scaled">
          <LinksLayer layout={drawing} critical={critical} of={current.value} />
          {visible.map(([id, point]) => (
            <GraphNode
              key={id}
              state={state}
              board={board}
              id={id}
              point={point}
              isCritical={critical.has(id)}
              isCurrent={id === tabStop}
              parents={drawing.parents.get(id)?.length ?? 0}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** At a scale that can be read, where the critical path begins. */
function startOf(drawing: Drawing, screen: { readonly width: number; readonly height: number }): ViewBox {
  const scale = 0.9;
  const first = drawing.nodes.get(drawing.data.critical_path[0] ?? "") ?? { x: 0, y: 0 };
  const y = Math.max(
    -margin / scale,
    Math.min(first.y - screen.height / scale / 2, drawing.height + margin / scale - screen.height / scale),
  );
  return { scale, x: Math.max(-margin / scale, first.x - sizes.nodeWidth / 2 - (2 * margin) / scale), y };
}
