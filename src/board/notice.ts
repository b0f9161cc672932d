import { cutText } from "./cut-text.ts";
import type { BoardEvent } from "./event.ts";

/** What people want to be told of: a task that waits for a person, a run that failed, a task that is done. */
export type NoticeKind = "needs-you" | "failed" | "done";

/** What is told of one event. */
export interface Notice {
  readonly kind: NoticeKind;
  /** What happened, in words that follow the task's title; the beginning, where they are long. */
  readonly text: string;
}

const failures = ["crashed", "timed_out", "spawn_failed", "protocol_violation"];

/** What is known beside an event that is told. */
interface NoticeFacts {
  /** What was wrong with its run. */
  readonly error?: string | null;
  /** The repeat of which no other task is made while this one is not done. */
  readonly repeatId?: number | null;
}

/** What an event is to people; null: nothing that they would be told of. */
export function noticeOf(
  { kind, payload }: Pick<BoardEvent, "kind" | "payload">,
  facts: NoticeFacts = {},
): Notice | null {
  const { reason, reviewer, summary, error, gave_up: gaveUp, kind: blockKind } = payload ?? {};
  const needsYou = (what: string, words: unknown): Notice => ({ kind: "needs-you", text: say(what, words) });
  if (failures.includes(kind))
    return { kind: "failed", text: say(kind === "crashed" ? "failed" : kind.replaceAll("_", " "), error) };
  switch (kind) {
    case "gave_up":
      return needsYou(`gave up${passing(facts)}`, facts.error);
    case "blocked":
      // Beside a `gave_up` that has been told; and a wait for parents waits for no person.
      if (gaveUp === true || blockKind === "dependency") return null;
      return needsYou(blockKind === "needs_input" ? "asks" : "blocked", reason);
    case "block_loop_detected":
      return needsYou("stopped for the same thing again and again", reason);
    case "review_requested":
      return reviewer == null ? needsYou("waits for your review", summary) : null;
    case "completed":
      return { kind: "done", text: say("done", summary) };
    default:
      return null;
  }
}

function passing({ repeatId }: NoticeFacts): string {
  return repeatId == null
    ? ""
    : ` (repeating task ${repeatId} makes no other until it is retried or archived)`;
}

/** What is told of a repeat that makes no task any more. */
export function stoppedNotice(problem: string): Notice {
  return { kind: "needs-you", text: say("is not repeated any more", problem) };
}

/** Of a question or an error so much is told; the rest is on the board. */
const wordsCharsMax = 500;

function say(what: string, words: unknown): string {
  if (typeof words !== "string" || words.trim() === "") return what;
  return `${what}: ${cutText(words.trim(), wordsCharsMax)}`;
}

/** What a target wants to be told of. */
export interface NoticeFilter {
  readonly on: readonly NoticeKind[];
  /** null: of all. */
  readonly profiles: readonly string[] | null;
}

/** Whether a target is told. @param profile whose run it was, or who is assigned */
export function wants(filter: NoticeFilter, kind: NoticeKind, profile: string | null): boolean {
  const { on, profiles } = filter;
  return on.includes(kind) && (profiles === null || (profile !== null && profiles.includes(profile)));
}

const pausesMs = [5_000, 15_000, 60_000, 5 * 60_000, 15 * 60_000];
/** The longest pause between two tries. */
export const pauseMaxMs = 60 * 60_000;
/** What could not be told within this time is not told any more. */
export const tellWithinMs = 24 * 60 * 60_000;

/** When a delivery that failed is tried again; null: never, it is too old. @param tries that were made, at least 1 */
export function nextTryAtMs(
  delivery: { readonly tries: number; readonly createdAtMs: number },
  nowMs: number,
) {
  const atMs = nowMs + (pausesMs[delivery.tries - 1] ?? pauseMaxMs);
  return atMs - delivery.createdAtMs > tellWithinMs ? null : atMs;
}
