import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Loading } from "../../parts/loading.tsx";
import { Sign } from "../../parts/sign.tsx";
import { formatInstant, formatSpan, second } from "../../parts/time.ts";
import { addKeys } from "../../store/keys.ts";
import { addressOf, place, setQuery } from "../../store/location.ts";
import { PlotProblem } from "../parts/plot-problem.tsx";
import { type Span, spanOf } from "../parts/span.ts";
import { SpanChooser } from "../parts/span-chooser.tsx";
import type { TimelineData, TimelineRun } from "../parts/wire.ts";
import { ZoomButtons } from "../parts/zoom-buttons.tsx";
import { signOfRun, wordsOfRun } from "./run-words.ts";
import { TimelinePlane } from "./timeline-plane.tsx";
import { TimelineState } from "./timeline-state.ts";
import { TimelineTable } from "./timeline-table.tsx";

const spans = ["1h", "6h", "24h", "7d"];
const shortestMs = 60_000;
const longestMs = 90 * 24 * 3_600_000;

/** What ran at what time: a row for each slot. `?span=6h`; in words with `?as=table`. */
export default function TimelineView({ board }: { readonly board: string }) {
  const state = useMemo(() => new TimelineState(board), [board]);
  const chosen = useComputed(() => spanOf(place.value.query.get("span"), "1h").name);
  const isTable = useComputed(() => place.value.query.get("as") === "table").value;
  const span = useSignal<Span>(spanOf(chosen.peek(), "1h"));
  /** It follows the clock until someone moves it. */
  const isLive = useSignal(true);
  const current = useSignal<number | null>(null);
  useEffect(() => {
    void state.follow();
    return () => state.close();
  }, [state]);
  useEffect(() => {
    span.value = spanOf(chosen.value, "1h");
    isLive.value = true;
  }, [chosen.value]);
  const now = second.value * 1_000;
  const { fromMs, toMs } = span.value;
  const shown = isLive.value ? { fromMs: now - (toMs - fromMs), toMs: now } : { fromMs, toMs };
  useEffect(() => void state.show(shown), [Math.floor(shown.fromMs / 30_000), toMs - fromMs, state]);
  const move = (next: Span) => {
    const lengthMs = Math.min(longestMs, Math.max(shortestMs, next.toMs - next.fromMs));
    // No further than now: there are no runs in the future.
    const endMs = Math.min(next.toMs, now);
    isLive.value = next.toMs >= now;
    span.value = { fromMs: endMs - lengthMs, toMs: endMs };
  };
  const zoom = (by: number) => {
    if (by === 0) {
      span.value = spanOf(chosen.peek(), "1h");
      isLive.value = true;
      return;
    }
    const lengthMs = (shown.toMs - shown.fromMs) / by;
    const middle = (shown.fromMs + shown.toMs) / 2;
    move(
      isLive.peek()
        ? { fromMs: now - lengthMs, toMs: now }
        : { fromMs: middle - lengthMs / 2, toMs: middle + lengthMs / 2 },
    );
  };
  const shift = (by: number) => {
    const ms = (shown.toMs - shown.fromMs) * by;
    move({ fromMs: shown.fromMs + ms, toMs: shown.toMs + ms });
  };
  useEffect(() =>
    addKeys("Timeline", [
      { keys: ["+", "="], title: "nearer", run: () => zoom(1.5) },
      { keys: ["-"], title: "further away", run: () => zoom(1 / 1.5) },
      { keys: ["0"], title: "up to now", run: () => zoom(0) },
      { keys: ["ArrowLeft", "h"], title: "earlier", run: () => shift(-0.25) },
      { keys: ["ArrowRight", "l"], title: "later", run: () => shift(0.25) },
    ]),
  );
  const data = state.data.value;
  const run = data?.runs.find(({ id }) => id === current.value) ?? null;
  const inSpan = data?.runs.filter(
    ({ started_at_ms, ended_at_ms }) => started_at_ms < shown.toMs && (ended_at_ms ?? now) >= shown.fromMs,
  );
  return (
    <div class="plot-view">
      <header class="plot-head">
        <h1>Timeline</h1>
        {inSpan === undefined ? null : (
          <p class="dim">
            {inSpan.length} {inSpan.length === 1 ? "run" : "runs"} in {formatSpan(shown.toMs - shown.fromMs)}
            {isLive.value ? " up to now" : ` up to ${formatInstant(shown.toMs)}`}
            {data?.is_cut ? " · earlier ones are left out" : ""}
          </p>
        )}
        <div class="plot-tools">
          <SpanChooser names={spans} now={isLive.value ? chosen.value : null} />
          <button
            type="button"
            class="button small"
            aria-pressed={isTable}
            onClick={() => setQuery({ as: isTable ? null : "table" })}
          >
            As a table
          </button>
          {isTable ? null : <ZoomButtons zoom={zoom} />}
        </div>
      </header>
      <PlotProblem problem={state.problem.value} />
      {data !== null || state.problem.value !== null ? null : <Loading />}
      {data === null || inSpan === undefined ? null : isTable ? (
        <TimelineTable board={board} runs={inSpan} nowMs={now} />
      ) : inSpan.length === 0 ? (
        <div class="plain-note">
          <h2>Nothing ran in this time</h2>
          <p>Choose a longer span, or go earlier with the left arrow key.</p>
        </div>
      ) : (
        <>
          <TimelinePlane board={board} data={data} span={shown} nowMs={now} current={current} onMove={move} />
          {run === null ? null : <RunFacts board={board} run={run} data={data} nowMs={now} />}
        </>
      )}
    </div>
  );
}

/** Of the run under the pointer, or that has the focus. */
function RunFacts({
  board,
  run,
  data,
  nowMs,
}: {
  readonly board: string;
  readonly run: TimelineRun;
  readonly data: TimelineData;
  readonly nowMs: number;
}) {
  const titles = (ids: readonly string[]) =>
    ids
      .map((id) => data.runs.find(({ task_id }) => task_id === id)?.title ?? id)
      .slice(0, 3)
      .join(", ");
  const waitedFor = data.links
    .filter(({ child_id }) => child_id === run.task_id)
    .map(({ parent_id }) => parent_id);
  const waiting = data.links
    .filter(({ parent_id }) => parent_id === run.task_id)
    .map(({ child_id }) => child_id);
  return (
    <aside class="plot-facts" aria-label="The run">
      <p class="facts-title">
        <Sign of={signOfRun(run)} />
        <a href={addressOf(board, `/t/${encodeURIComponent(run.task_id)}`)}>{run.title}</a>
      </p>
      <p class="dim">
        {wordsOfRun(run)} · {formatSpan((run.ended_at_ms ?? nowMs) - run.started_at_ms)} ·{" "}
        {run.profile ?? "a person"} · from {formatInstant(run.started_at_ms)}
      </p>
      {waitedFor.length === 0 ? null : <p class="dim">waited for {titles(waitedFor)}</p>}
      {waiting.length === 0 ? null : <p class="dim">for it waited {titles(waiting)}</p>}
    </aside>
  );
}
