import type { BoardEvent } from "../../board/event.ts";
import { formatTime } from "../../system/text/when.ts";
import { outcomeWord } from "./outcome-word.ts";
import type { Colour, Screen } from "./screen.ts";
import { columnsOf, cut, visibleLine } from "./visible.ts";

/** Said by the rest of the line, or secret: the lock carries the run's token. */
const NOISE = new Set(["lock", "run_id", "expires", "trigger_outcome"]);

const colours: Readonly<Record<string, Colour>> = {
  completed: "green",
  approved: "green",
  spawned: "blue",
  claimed: "blue",
  promoted: "cyan",
  unblocked: "cyan",
  crashed: "red",
  timed_out: "red",
  spawn_failed: "red",
  gave_up: "red",
  blocked: "yellow",
  asked: "magenta",
  answered: "magenta",
  review_requested: "magenta",
  changes_requested: "yellow",
  cancelled: "yellow",
};
const kindColumns = 17;
const titleColumnsMax = 48;

/**
 * One event as one line: when, of which task, what, its title, what it says, and by whom.
 * @param how.title null where all lines are of one task: then it is not named at all
 * @param how.board where the lines are of several boards
 */
export function formatEvent(
  event: BoardEvent,
  screen: Screen,
  { title, board = null }: { readonly title: string | null; readonly board?: string | null },
): string {
  const { actor } = event.payload ?? {};
  const kind = visibleLine(outcomeWord(event.kind)).padEnd(kindColumns);
  const colour = colours[event.kind];
  const room = Math.min(titleColumnsMax, Math.max(16, Math.floor((screen.columns - 45) / 2)));
  const head = [
    screen.paint(
      "dim",
      screen.isTerminal ? formatTime(event.createdAtMs).slice(5) : formatTime(event.createdAtMs),
    ),
    ...(board === null ? [] : [visibleLine(board)]),
    ...(title === null ? [] : [visibleLine(event.taskId)]),
    colour === undefined ? kind : screen.paint(colour, kind),
    ...(title === null ? [] : [screen.isTerminal ? cut(visibleLine(title), room) : visibleLine(title)]),
  ].join("  ");
  const facts = [
    ...(event.runId === null ? [] : [`run ${event.runId}`]),
    formatFacts(event.payload ?? {}),
    ...(typeof actor === "string" ? [`by ${visibleLine(actor)}`] : []),
  ].filter((part) => part !== "");
  const said = cut(facts.join("  "), Math.max(0, screen.columns - columnsOf(head) - 2));
  return said === "" ? head.trimEnd() : `${head}  ${screen.paint("dim", said)}`;
}

function formatFacts({ actor, ...facts }: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .filter(([key, value]) => !NOISE.has(key) && value !== null && value !== actor && !isEmpty(value))
    .map(([key, value]) => visibleLine(`${key}=${typeof value === "string" ? value : JSON.stringify(value)}`))
    .join(" ");
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
