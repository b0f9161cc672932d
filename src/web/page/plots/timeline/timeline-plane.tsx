import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Sign } from "../../parts/sign.tsx";
import { addressOf } from "../../store/location.ts";
import { panAndZoom } from "../parts/pan-zoom.ts";
import { type Span, ticksOf } from "../parts/span.ts";
import type { TimelineData, TimelineRun } from "../parts/wire.ts";
import { signOfRun, wordsOfRun } from "./run-words.ts";

const rowHeight = 34;
const barHeight = 26;
/** Room for the names of the slots. */
const left = 64;
/** A narrower bar has no room for a sign: a pattern shows what failed. */
const signWidth = 20;

interface TimelinePlaneProps {
  readonly board: string;
  readonly data: TimelineData;
  readonly span: Span;
  readonly nowMs: number;
  /** The run that is described beside the drawing. */
  readonly current: Signal<number | null>;
  readonly onMove: (span: Span) => void;
}

/** A row for each slot, a bar for each run; what one waited for is linked when it is looked at. */
export function TimelinePlane({ board, data, span, nowMs, current, onMove }: TimelinePlaneProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const latest = useRef({ span, onMove });
  latest.current = { span, onMove };
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => {
      width.value = element.clientWidth - left;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    // A plane of one unit per pixel that begins where the span began when the pointer went down.
    return panAndZoom(
      element,
      () => ({ x: 0, y: element.scrollTop, scale: 1 }),
      (box) => {
        const { span: now, onMove: move } = latest.current;
        const perPixel = (now.toMs - now.fromMs) / Math.max(1, width.peek());
        const fromMs = now.fromMs + (box.x + left - left / box.scale) * perPixel;
        move({ fromMs, toMs: fromMs + (now.toMs - now.fromMs) / box.scale });
        if (box.scale === 1) element.scrollTop = box.y;
      },
    );
  }, []);
  const perMs = width.value / (span.toMs - span.fromMs);
  const at = (ms: number) => left + (ms - span.fromMs) * perMs;
  const shown = data.runs.filter(
    (run) => run.started_at_ms < span.toMs && (run.ended_at_ms ?? nowMs) >= span.fromMs,
  );
  const slots = shown.reduce((most, { slot }) => Math.max(most, slot + 1), 1);
  const note = (event: Event) => {
    const id = (event.target as Element).closest?.<HTMLElement>("[data-run]")?.dataset.run;
    if (id !== undefined) current.value = Number(id);
  };
  const looked = shown.find(({ id }) => id === current.value);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for the links in it.
    // biome-ignore lint/a11y/useKeyWithMouseEvents: focus does the same.
    <div ref={frame} class="timeline-frame" onMouseOver={note} onFocusIn={note}>
      <div class="timeline-axis" aria-hidden="true">
        {ticksOf(span, Math.max(2, width.value / 90)).map(({ atMs, text }) => (
          <span key={atMs} style={{ left: `${at(atMs)}px` }}>
            {text}
          </span>
        ))}
      </div>
      <div class="timeline-rows" style={{ height: `${slots * rowHeight}px` }}>
        {Array.from({ length: slots }, (_, slot) => (
          <div
            key={slot}
            class="timeline-row"
            style={{ top: `${slot * rowHeight}px`, height: `${rowHeight}px` }}
          >
            <span>slot {slot + 1}</span>
          </div>
        ))}
        {ticksOf(span, Math.max(2, width.value / 90)).map(({ atMs }) => (
          <i key={atMs} class="timeline-tick" style={{ left: `${at(atMs)}px` }} />
        ))}
        {shown.map((run) => (
          <Bar key={run.id} board={board} run={run} nowMs={nowMs} at={at} right={left + width.value} />
        ))}
        {looked === undefined ? null : (
          <Waits run={looked} runs={shown} links={data.links} at={at} nowMs={nowMs} />
        )}
      </div>
    </div>
  );
}

function Bar({
  board,
  run,
  nowMs,
  at,
  right,
}: {
  readonly board: string;
  readonly run: TimelineRun;
  readonly nowMs: number;
  readonly at: (ms: number) => number;
  readonly right: number;
}) {
  const sign = signOfRun(run);
  const from = Math.max(left, at(run.started_at_ms));
  const to = Math.min(right, at(run.ended_at_ms ?? nowMs));
  const width = Math.max(3, to - from);
  return (
    <a
      class={`timeline-bar is-${sign}`}
      href={addressOf(board, `/t/${encodeURIComponent(run.task_id)}`)}
      data-run={run.id}
      draggable={false}
      aria-label={`${run.title}: ${wordsOfRun(run)}, slot ${run.slot + 1}`}
      style={{
        left: `${from}px`,
        width: `${width}px`,
        top: `${run.slot * rowHeight + (rowHeight - barHeight) / 2}px`,
        height: `${barHeight}px`,
      }}
    >
      {width < signWidth ? null : <Sign of={sign} />}
      {width < 48 ? null : <span>{run.title}</span>}
    </a>
  );
}

/** From the end of what a run waited for to its beginning, and from its end to what waited for it. */
function Waits({
  run,
  runs,
  links,
  at,
  nowMs,
}: {
  readonly run: TimelineRun;
  readonly runs: readonly TimelineRun[];
  readonly links: TimelineData["links"];
  readonly at: (ms: number) => number;
  readonly nowMs: number;
}) {
  const last = (task: string) => runs.findLast(({ task_id }) => task_id === task);
  const first = (task: string) => runs.find(({ task_id }) => task_id === task);
  const pairs = links.flatMap(({ parent_id, child_id }) => {
    if (child_id !== run.task_id && parent_id !== run.task_id) return [];
    const from = parent_id === run.task_id ? run : last(parent_id);
    const to = child_id === run.task_id ? run : first(child_id);
    return from === undefined || to === undefined ? [] : [[from, to] as const];
  });
  const y = ({ slot }: TimelineRun) => slot * rowHeight + rowHeight / 2;
  return (
    <svg class="timeline-waits" aria-hidden="true">
      {pairs.map(([from, to]) => {
        const [x1, x2] = [at(from.ended_at_ms ?? nowMs), at(to.started_at_ms)];
        const bend = Math.max(18, Math.abs(x2 - x1) / 2);
        return (
          <path
            key={`${from.id} ${to.id}`}
            d={`M${x1} ${y(from)}C${x1 + bend} ${y(from)} ${x2 - bend} ${y(to)} ${x2} ${y(to)}`}
          />
        );
      })}
    </svg>
  );
}
