import type { AdmissionRefusal } from "../board/admission.ts";
import type { Slots } from "../board/slots.ts";

/** A task that may be started now, and the profile that does it. */
export interface ChosenTask {
  readonly id: string;
  readonly title: string;
  readonly profile: string;
}

export interface NextTasks {
  readonly chosen: readonly ChosenTask[];
  /** What is left when they have started. */
  readonly slots: Slots;
}

/** What decides when a dispatcher is idle, and until when. */
export interface Outlook {
  /** Runs that are open or whose processes are not gone, here. */
  readonly liveHere: number;
  /** A slot may be all that some task waits for. */
  readonly hasReady: boolean;
  /** The next instant at which a task becomes due by itself; null when there is none. */
  readonly nextDueMs: number | null;
  /** When the next task of a repeat is made; null when there is none. It is no reason for --until-idle to wait. */
  readonly nextRepeatMs: number | null;
}

export interface HeldTask {
  readonly taskId: string;
  readonly reason: AdmissionRefusal["reason"];
  readonly detail: string;
  readonly untilMs: number | null;
}
