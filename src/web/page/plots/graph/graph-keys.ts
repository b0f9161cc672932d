import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Key } from "../../store/keys.ts";
import { fitBox, showPoint, type ViewBox, zoomAt } from "../parts/view-box.ts";
import { type Drawing, sizes } from "./graph-state.ts";

interface Screen {
  readonly width: number;
  readonly height: number;
}

/** What the keys do in the graph: along the links, and nearer or further. */
export function graphKeys(of: {
  readonly drawing: Drawing;
  readonly box: Signal<ViewBox>;
  readonly current: Signal<string | null>;
  readonly screen: ReadonlySignal<Screen>;
  readonly frame: () => HTMLElement | null;
  readonly margin: number;
}): readonly Key[] {
  const { drawing, box, current, screen } = of;
  const zoom = (by: number) => {
    const { width, height } = screen.peek();
    box.value = zoomAt(box.peek(), by, { x: width / 2, y: height / 2 });
  };
  const go = (find: (id: string) => string | undefined) => () => {
    // In a sheet or a menu the keys belong to that.
    if (document.activeElement?.closest(".sheet, [popover]") != null) return true;
    const from = current.peek() ?? drawing.data.critical_path[0] ?? drawing.data.tasks[0]?.id;
    if (from === undefined) return true;
    const to = of.frame()?.contains(document.activeElement) ? find(from) : from;
    const point = drawing.nodes.get(to ?? "");
    if (to === undefined || point === undefined) return false;
    current.value = to;
    const edge = box.peek().scale;
    box.value = showPoint(box.peek(), point, screen.peek(), { x: sizes.nodeWidth * edge, y: 90 });
    requestAnimationFrame(() =>
      of
        .frame()
        ?.querySelector<HTMLElement>(`[data-node="${CSS.escape(to)}"]`)
        ?.focus({ preventScroll: true }),
    );
    return false;
  };
  const beside = (by: 1 | -1) => (id: string) => {
    const at = drawing.nodes.get(id);
    if (at === undefined) return undefined;
    const others = [...drawing.nodes].filter(([, { x, y }]) => Math.abs(x - at.x) < 1 && (y - at.y) * by > 0);
    return others.sort(([, a], [, b]) => (a.y - b.y) * by)[0]?.[0];
  };
  return [
    {
      keys: ["ArrowRight", "l"],
      title: "to what waits for the task",
      run: go((id) => drawing.children.get(id)?.[0]),
    },
    {
      keys: ["ArrowLeft", "h"],
      title: "to what the task waits for",
      run: go((id) => drawing.parents.get(id)?.[0]),
    },
    { keys: ["ArrowDown", "j"], title: "to the task below", run: go(beside(1)) },
    { keys: ["ArrowUp", "k"], title: "to the task above", run: go(beside(-1)) },
    { keys: ["+", "="], title: "nearer", run: () => zoom(1.25) },
    { keys: ["-"], title: "further away", run: () => zoom(0.8) },
    {
      keys: ["0"],
      title: "all of it",
      run: () => {
        box.value = fitBox(drawing, screen.peek(), of.margin);
      },
    },
  ];
}
