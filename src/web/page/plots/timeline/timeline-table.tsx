import { Sign } from "../../parts/sign.tsx";
import { formatInstant, formatSpan } from "../../parts/time.ts";
import { addressOf } from "../../store/location.ts";
import type { TimelineRun } from "../parts/wire.ts";
import { signOfRun, wordsOfRun } from "./run-words.ts";

/** The timeline in words, the newest run first. */
export function TimelineTable({
  board,
  runs,
  nowMs,
}: {
  readonly board: string;
  readonly runs: readonly TimelineRun[];
  readonly nowMs: number;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section class="plot-table" tabIndex={0} aria-label="What ran at what time">
      <table>
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">Outcome</th>
            <th scope="col">Profile</th>
            <th scope="col">Slot</th>
            <th scope="col">Started</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          {runs.toReversed().map((run) => (
            <tr key={run.id}>
              <th scope="row">
                <a href={addressOf(board, `/t/${encodeURIComponent(run.task_id)}`)}>{run.title}</a>
              </th>
              <td>
                <span class="state-words">
                  <Sign of={signOfRun(run)} /> {wordsOfRun(run)}
                </span>
              </td>
              <td>{run.profile ?? "a person"}</td>
              <td class="number">{run.slot + 1}</td>
              <td class="number">{formatInstant(run.started_at_ms)}</td>
              <td class="number">{formatSpan((run.ended_at_ms ?? nowMs) - run.started_at_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
