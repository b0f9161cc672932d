import type { AdmissionRefusal } from "./admission.ts";

/** The named reason why a task is not being worked on, or is: computed from the board, never from a log. */
export type HoldReason =
  | AdmissionRefusal["reason"]
  | "running"
  | "worker_ended"
  | "stopping"
  | "claimed_by_person"
  | "claimed_elsewhere"
  | "triage"
  | "waiting_for_parents"
  | "parent_cancelled"
  | "parents_finished"
  | "scheduled"
  | "blocked"
  | "gave_up"
  | "needs_answer"
  | "review"
  | "next_tick"
  | "done"
  | "archived";

/** Why a task is in its state, what would change that, and the command that does. */
export interface Hold {
  readonly reason: HoldReason;
  readonly detail: string;
  /** When time alone lifts it. */
  readonly untilAtMs: number | null;
  /** The command that would change it; null where nothing needs to be done. */
  readonly command: string | null;
}

/** What a person types to have a tick at once. */
export const tickCommand = "kanbun dispatch";

const titleCharsMax = 60;

export function hold(reason: HoldReason, detail: string, command: string | null): Hold {
  return { reason, detail, untilAtMs: null, command };
}

/** A task within a sentence: its id and the beginning of its title. */
export function nameInText({ id, title }: { readonly id: string; readonly title: string }): string {
  return `${id} ${JSON.stringify(title.length > titleCharsMax ? `${title.slice(0, titleCharsMax - 1)}…` : title)}`;
}

/** An id as one word of a shell, in what a person is told to type: another program, or a file that was imported, may have given it any. */
export function idWord(id: string): string {
  return /^[\w.:@-]+$/.test(id) ? id : `'${id.replaceAll("'", "'\\''")}'`;
}
