import { nextTime } from "../../board/cron-time.ts";
import { type Repeat, soonestRepeat } from "../../board/repeat.ts";
import type { Task } from "../../board/task.ts";
import type { RepeatOrigin } from "../../store/repeats.ts";
import { formatTime } from "../../system/text/when.ts";
import type { Screen } from "./screen.ts";
import { formatTable } from "./table.ts";
import { visibleLine } from "./visible.ts";

/** A table of repeating tasks, and below it what a person has to know of some of them. */
export function formatRepeats(repeats: readonly Repeat[], screen: Screen, nowMs: number): string {
  const rows = repeats.map((repeat) => [
    String(repeat.id),
    visibleLine(repeat.times),
    visibleLine(repeat.timeZone),
    nextOf(repeat, screen, nowMs),
    repeat.lastTaskId === null ? "-" : visibleLine(repeat.lastTaskId),
    visibleLine(repeat.title),
  ]);
  const table = formatTable(rows, screen, {
    head: ["id", "times", "zone", "next", "last", "title"],
    right: [0],
  });
  return table + repeats.flatMap((repeat) => remarks(repeat, screen)).join("");
}

/** Everything about one, a line each. @param nextAtMs its next times */
export function formatRepeat(repeat: Repeat, nextAtMs: readonly number[], screen: Screen): string {
  const { task, passedAtMs, passedForTaskId, lastDueAtMs, lastTaskId } = repeat;
  const next = nextAtMs.map((atMs) => timeIn(atMs, repeat.timeZone)).join(", ");
  const last = [
    lastTaskId === null ? "" : visibleLine(lastTaskId),
    lastDueAtMs === null ? "" : `for ${timeIn(lastDueAtMs, repeat.timeZone)}`,
  ];
  const facts = [
    ["title", visibleLine(repeat.title)],
    ["times", `${visibleLine(repeat.times)} in ${visibleLine(repeat.timeZone)}`],
    ["next", repeat.pausedAtMs === null ? next || "none" : `paused since ${formatTime(repeat.pausedAtMs)}`],
    ["last", last.filter((part) => part !== "").join(" ") || "none yet"],
    ["overlap", visibleLine(repeat.overlap)],
    ...(passedAtMs === null
      ? []
      : [
          [
            "passed",
            `${timeIn(passedAtMs, repeat.timeZone)}: ${visibleLine(passedForTaskId ?? "")} was open`,
          ],
        ]),
    ...(repeat.problem === null ? [] : [["problem", visibleLine(repeat.problem)]]),
    ["assignee", visibleLine(task?.assignee ?? "none")],
    ...(task?.workspacePath == null ? [] : [["folder", visibleLine(task.workspacePath)]]),
    ...(task?.body == null ? [] : [["body", visibleLine(task.body)]]),
    ["added", `${formatTime(repeat.createdAtMs)} by ${visibleLine(repeat.createdBy)}`],
  ];
  return formatTable(facts, screen);
}

/** One in a line, to follow a verb: `3 "Nightly"`. */
export function nameRepeat({ id, title }: Pick<Repeat, "id" | "title">): string {
  return `${id} ${JSON.stringify(visibleLine(title))}`;
}

/** What a list of tasks says of those that are yet to be made: a sentence, or null. */
export function describeRepeats(repeats: readonly Repeat[], nowMs: number): string | null {
  const { length } = repeats;
  if (length === 0) return null;
  const next = soonestRepeat(repeats);
  const then = next === null ? "" : `, next ${describeNext(next, nowMs)}`;
  return `${length} repeating ${length === 1 ? "task" : "tasks"}${then}: \`kanbun cron list\``;
}

/** `Nightly at 2026-11-30 09:00`, or since when it has been due: the next tick makes it. */
export function describeNext(
  next: { readonly title: string; readonly nextAtMs: number },
  nowMs: number,
): string {
  const time = formatTime(next.nextAtMs).slice(0, -3);
  return `${visibleLine(next.title)} ${next.nextAtMs <= nowMs ? `(due since ${time})` : `at ${time}`}`;
}

/** So many of its next times are shown of one. */
const timesShown = 3;

/** The first few from its next one on; of one that makes none there are none. */
export function nextTimes(repeat: Repeat): readonly number[] {
  const times: number[] = [];
  for (let atMs = repeat.nextAtMs; atMs !== null && times.length < timesShown; atMs = nextTime(repeat, atMs))
    times.push(atMs);
  return times;
}

/** `next: Mon 2026-11-30 09:00, … (Europe/Berlin)`, or why there is none. */
export function timesIn(repeat: Repeat, atMs: readonly number[]): string {
  const times = atMs.map((at) => timeIn(at, repeat.timeZone)).join(", ");
  const none = repeat.pausedAtMs === null ? "never" : `paused: \`kanbun cron resume ${repeat.id}\``;
  return `next: ${times === "" ? none : `${times} (${visibleLine(repeat.timeZone)})`}`;
}

/** By the clock on the wall there, with the day of the week: `Mon 2026-11-30 09:00`. */
export function timeIn(ms: number, timeZone: string): string {
  try {
    const day = new Intl.DateTimeFormat("en", { timeZone, weekday: "short" }).format(ms);
    const time = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "short" }).format(
      ms,
    );
    return `${day} ${time}`;
  } catch (error) {
    // A zone that the system does not know any more: that is told as its problem.
    if (error instanceof RangeError) return formatTime(ms);
    throw error;
  }
}

/** Which repeating task made a task, and what that means for the next one; null: none did. */
export function describeOrigin(
  origin: RepeatOrigin | null,
  { status }: Pick<Task, "status">,
  screen: Screen,
): string | null {
  if (origin === null) return null;
  const { repeatId, repeat, dueAtMs } = origin;
  if (repeat === null) return `made by no. ${repeatId}, which was removed`;
  const due = dueAtMs === null ? "" : ` for ${timeIn(dueAtMs, repeat.timeZone)}`;
  const isInTheWay = repeat.overlap !== "allow" && status !== "done" && status !== "archived";
  const next = `next: ${nextOf(repeat, screen, Date.now())}${isInTheWay ? ", if this is done" : ""}`;
  return `made${due} by no. ${repeatId}; ${next}`;
}

function nextOf(repeat: Repeat, screen: Screen, nowMs: number): string {
  if (repeat.problem !== null) return screen.paint("red", "problem");
  if (repeat.pausedAtMs !== null) return screen.paint("yellow", "paused");
  if (repeat.nextAtMs === null) return "never";
  return repeat.nextAtMs <= nowMs ? "at the next tick" : timeIn(repeat.nextAtMs, repeat.timeZone);
}

function remarks(repeat: Repeat, screen: Screen): string[] {
  const { id, problem, passedAtMs, passedForTaskId, lastDueAtMs } = repeat;
  const word = (text: string) => `  ${screen.paint(text === "problem" ? "red" : "yellow", text)} `;
  if (problem !== null)
    return [
      `${word("problem")}${id}: ${visibleLine(problem)}; when corrected: \`kanbun cron resume ${id}\`\n`,
    ];
  if (passedAtMs === null || passedAtMs < (lastDueAtMs ?? 0)) return [];
  const time = timeIn(passedAtMs, repeat.timeZone);
  return [`${word("passed")}${id}: none for ${time}, since ${visibleLine(passedForTaskId ?? "")} was open\n`];
}
