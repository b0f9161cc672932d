import type { BoardEvent } from "../../board/event.ts";
import { formatTime } from "../../system/text/when.ts";
import type { Screen } from "./screen.ts";
import { columnsOf, cut, visibleLine } from "./visible.ts";

/** Said by the rest of the line, or nobody's business: the lock carries the run's token. */
const NOISE = new Set(["lock", "run_id", "expires"]);

/** One event as one line: when, which task, what, by whom, and what it says. */
export function formatEvent(event: BoardEvent, screen: Screen, { withTask }: { withTask: boolean }): string {
  const { actor, ...facts } = event.payload ?? {};
  const head = [
    screen.paint("dim", formatTime(event.createdAtMs)),
    ...(withTask ? [visibleLine(event.taskId)] : []),
    visibleLine(event.kind),
    ...(event.runId === null ? [] : [`run ${event.runId}`]),
    ...(typeof actor === "string" ? [`by ${visibleLine(actor)}`] : []),
  ].join("  ");
  const room = screen.columns - columnsOf(head) - 2;
  const said = cut(formatFacts(facts), Math.max(0, room));
  return said === "" ? head : `${head}  ${screen.paint("dim", said)}`;
}

function formatFacts(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .filter(
      ([key, value]) => !NOISE.has(key) && value !== null && !(Array.isArray(value) && value.length === 0),
    )
    .map(([key, value]) => visibleLine(`${key}=${typeof value === "string" ? value : JSON.stringify(value)}`))
    .join(" ");
}
