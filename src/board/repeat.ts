import { nextTime } from "./cron-time.ts";
import { BoardError } from "./error.ts";
import { type NewTask, validateTask } from "./task.ts";

/**
 * What a due time does while a task of the same repeat is open: pass (`skip`), pass unless that one gave up
 * (`after-failure`), or make another one beside it (`allow`).
 */
export const overlaps = ["skip", "after-failure", "allow"] as const;
export type Overlap = (typeof overlaps)[number];

/** When a task is made again, and which task. */
export interface NewRepeat {
  /** Five fields of cron, or a word such as `@daily`. */
  readonly times: string;
  /** A name of the IANA time zone database, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly overlap: Overlap;
  readonly task: NewTask;
}

/** What is changed of a repeat; what is absent stays as it is, null takes a value of its task away. */
export type RepeatEdit = Partial<Omit<NewRepeat, "task">> & { readonly task?: Partial<NewTask> };

/** A task that is made again and again. Times are Unix milliseconds. */
export interface Repeat {
  readonly id: number;
  readonly title: string;
  readonly times: string;
  readonly timeZone: string;
  readonly overlap: Overlap;
  /** null where what is kept of it can't be used; then `problem` says why. */
  readonly task: NewTask | null;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly pausedAtMs: number | null;
  /** null: never, or not while it is paused or has a problem. */
  readonly nextAtMs: number | null;
  /** The due time that was served last, and the task of it. */
  readonly lastDueAtMs: number | null;
  readonly lastTaskId: string | null;
  /** The due time that passed last, since the task that is named was still open. */
  readonly passedAtMs: number | null;
  readonly passedForTaskId: string | null;
  /** Why it makes no task any more, until a person corrects that. */
  readonly problem: string | null;
}

/** A due repeat, with what decides what becomes of it. */
export interface DueRepeat {
  readonly times: string;
  readonly timeZone: string;
  readonly overlap: string;
  /** As JSON. */
  readonly task: string;
  /** The newest task of it that is neither done nor archived. */
  readonly openTask: { readonly id: string; readonly gaveUp: boolean } | null;
}

export type RepeatStep =
  | { readonly do: "make"; readonly task: NewTask; readonly nextAtMs: number | null }
  | { readonly do: "pass"; readonly forTaskId: string; readonly nextAtMs: number | null }
  | { readonly do: "stop"; readonly problem: string };

/**
 * What a tick does about a repeat that is due. However many of its times were missed, they are one: it goes on with the
 * first time after `nowMs`.
 */
export function stepRepeat(repeat: DueRepeat, nowMs: number): RepeatStep {
  try {
    const overlap = readOverlap(repeat.overlap);
    const task = readRepeatedTask(repeat.task);
    const nextAtMs = nextTime(repeat, nowMs);
    const { openTask } = repeat;
    const isInTheWay =
      openTask !== null && overlap !== "allow" && !(overlap === "after-failure" && openTask.gaveUp);
    return isInTheWay ? { do: "pass", forTaskId: openTask.id, nextAtMs } : { do: "make", task, nextAtMs };
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    return { do: "stop", problem: error.message };
  }
}

/** The one whose task is made next; null: none is. */
export function soonestRepeat(repeats: readonly Repeat[]): (Repeat & { readonly nextAtMs: number }) | null {
  let soonest: (Repeat & { readonly nextAtMs: number }) | null = null;
  for (const repeat of repeats) {
    const { nextAtMs } = repeat;
    if (nextAtMs !== null && (soonest === null || nextAtMs < soonest.nextAtMs))
      soonest = { ...repeat, nextAtMs };
  }
  return soonest;
}

/** The repeats of a board in short. */
export interface RepeatSummary {
  readonly count: number;
  readonly next: { readonly id: number; readonly title: string; readonly nextAtMs: number } | null;
  /** Those that make no task any more. */
  readonly problems: readonly { readonly id: number; readonly title: string; readonly problem: string }[];
}

export function summariseRepeats(repeats: readonly Repeat[]): RepeatSummary {
  const soonest = soonestRepeat(repeats);
  const next = soonest && { id: soonest.id, title: soonest.title, nextAtMs: soonest.nextAtMs };
  const problems = repeats.flatMap(({ id, title, problem }) =>
    problem === null ? [] : [{ id, title, problem }],
  );
  return { count: repeats.length, next, problems };
}

/** Checks what a user typed. @throws {BoardError} usage, also for times that never come */
export function validateRepeat({ task, ...when }: NewRepeat, nowMs: number): void {
  validateTask(task);
  if (nextTime(when, nowMs) !== null) return;
  throw new BoardError("usage", `${JSON.stringify(when.times)} names a time that never comes`, {
    hint: "correct the day or the month",
  });
}

/** @throws {BoardError} usage */
export function readOverlap(text: string): Overlap {
  const overlap = overlaps.find((one) => one === text);
  if (overlap !== undefined) return overlap;
  throw new BoardError("usage", `its overlap is ${JSON.stringify(text)}, none of ${overlaps.join(", ")}`);
}

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";
const isFlag = (value: unknown) => typeof value === "boolean";
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isBlock = (value: unknown) => typeof value === "object" && !Array.isArray(value);

/** What a repeated task may have: all of a new task but its own due time and key, which the repeat sees to. */
const fields: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...{ title: isText, body: isText, assignee: isText, priority: isNumber, parents: isTexts, tenant: isText },
  ...{ workspaceKind: isText, workspacePath: isText, branchName: isText, projectId: isText, skills: isTexts },
  ...{ modelOverride: isText, providerOverride: isText, maxRuntimeMs: isNumber, maxRetries: isNumber },
  ...{
    goalMode: isFlag,
    goalMaxTurns: isNumber,
    sessionId: isText,
    host: isText,
    labels: isTexts,
    triage: isFlag,
    blocked: isBlock,
  },
};

/** The task of a repeat, as JSON to be kept. */
export function writeRepeatedTask(task: NewTask): string {
  const kept = Object.entries(task).filter(([name, value]) => Object.hasOwn(fields, name) && value != null);
  return JSON.stringify(Object.fromEntries(kept));
}

/** @throws {BoardError} usage for what is not, or not any more, a task that could be made */
export function readRepeatedTask(json: string): NewTask {
  const task = parseObject(json);
  for (const [name, value] of Object.entries(task)) {
    const isSound = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (isSound === undefined)
      throw unreadable(`it has a field ${JSON.stringify(name.slice(0, 60))} that is not known`);
    if (value === null || !isSound(value)) throw unreadable(`its ${name} cannot be used`);
  }
  if (typeof task.title !== "string") throw unreadable("it has no title");
  validateTask(task as unknown as NewTask);
  return task as unknown as NewTask;
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw unreadable((error as Error).message);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw unreadable("it is no object");
}

function unreadable(why: string): BoardError {
  return new BoardError("usage", `its task cannot be read: ${why}`);
}
