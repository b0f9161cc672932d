import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatCost } from "../board/card-facts.tsx";
import { Sign } from "../parts/sign.tsx";
import { formatInstant, formatSpan, second } from "../parts/time.ts";
import { place, setQuery } from "../store/location.ts";
import type { Run, WholeTask } from "../store/wire.ts";
import type { LogView } from "./log-view.tsx";

/** The runs of a task over time, and what one of them wrote. */
export function RunsTab({ board, whole }: { readonly board: string; readonly whole: WholeTask }) {
  const { runs, card } = whole;
  const asked = Number(place.value.query.get("run"));
  const chosen = runs.find(({ id }) => id === asked) ?? runs.at(-1);
  if (chosen === undefined) return <p class="nothing">It has not been tried yet.</p>;
  const from = runs[0]?.started_at_ms ?? 0;
  const nowMs = second.value * 1_000;
  const to = Math.max(from + 1, ...runs.map(({ ended_at_ms }) => ended_at_ms ?? nowMs));
  const percent = (ms: number) => `${(100 * (ms - from)) / (to - from)}%`;
  return (
    <>
      <ol class="runs" aria-label="Runs">
        {runs.map((run) => {
          const end = run.ended_at_ms ?? nowMs;
          return (
            <li key={run.id}>
              <button
                type="button"
                aria-pressed={run.id === chosen.id}
                onClick={() => setQuery({ run: run.id === runs.at(-1)?.id ? null : String(run.id) })}
              >
                <Sign of={signOf(run)} />
                <span class="run-name">
                  <b>{run.outcome?.replaceAll("_", " ") ?? "running"}</b>
                  <span>{run.profile}</span>
                </span>
                <span class="run-span">{formatSpan(end - run.started_at_ms)}</span>
                <span class="track" aria-hidden="true">
                  <span
                    class={`bar bar-${signOf(run)}`}
                    style={{
                      left: percent(run.started_at_ms),
                      width: `max(4px, ${percent(from + end - run.started_at_ms)})`,
                    }}
                  />
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      <RunFacts run={chosen} />
      <LazyLog key={chosen.id} board={board} task={card.id} run={chosen.id} />
    </>
  );
}

function RunFacts({ run }: { readonly run: Run }) {
  const { usage } = run;
  const tokens = [
    [usage?.input_tokens, "in"],
    [usage?.output_tokens, "out"],
    [usage?.cache_read_tokens, "from the cache"],
  ].flatMap(([count, word]) => (count == null ? [] : [`${Number(count).toLocaleString()} ${word}`]));
  return (
    <dl class="facts run-facts">
      <dt>Run {run.id}</dt>
      <dd>
        {formatInstant(run.started_at_ms)}
        {run.ended_at_ms === null ? "" : ` to ${formatInstant(run.ended_at_ms)}`}
      </dd>
      {run.error === null ? null : (
        <>
          <dt>Error</dt>
          <dd class="failure">
            <pre>{run.error}</pre>
          </dd>
        </>
      )}
      {tokens.length === 0 ? null : (
        <>
          <dt>Tokens</dt>
          <dd>{tokens.join(", ")}</dd>
        </>
      )}
      {usage?.cost_usd == null ? null : (
        <>
          <dt>Cost</dt>
          <dd>{formatCost(usage.cost_usd)}</dd>
        </>
      )}
      {usage?.model == null ? null : (
        <>
          <dt>Model</dt>
          <dd>{usage.model}</dd>
        </>
      )}
    </dl>
  );
}

function signOf({ outcome }: Run): string {
  if (outcome === null) return "running";
  if (outcome === "completed") return "done";
  if (outcome === "review_requested") return "review";
  if (outcome === "blocked") return "blocked";
  const isFailure = ["crashed", "timed_out", "spawn_failed", "gave_up", "stale"].includes(outcome);
  return isFailure ? "failed" : "todo";
}

type Log = ComponentType<Parameters<typeof LogView>[0]>;

function LazyLog(props: Parameters<typeof LogView>[0]) {
  const [Found, setFound] = useState<Log | null>(null);
  useEffect(() => void import("./log-view.tsx").then((module) => setFound(() => module.LogView)), []);
  return Found === null ? null : <Found {...props} />;
}
