import type { AdmissionRefusal, AdmissionRules } from "../board/admission.ts";
import type { HoldReason } from "../board/hold.ts";
import type { SlotPlace, Slots, SlotUse } from "../board/slots.ts";

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
  readonly untilAtMs: number | null;
}

/** What may start, what is held back, and until when. Reads only. */
export interface OutlookStore {
  /** Ready tasks that admission refuses, in the order of work; at most `limit`. */
  listHeld(rules: AdmissionRules, limit: number): Promise<readonly HeldTask[]>;
  /** Workers of a machine that are not known to be gone: what the slots of home, board and profiles are counted by. */
  countSlots(at: SlotPlace): Promise<SlotUse>;
  /** The tasks that the next claim would take under these rules, at most `max`, in the order of work. */
  chooseNext(rules: AdmissionRules, max: number): Promise<NextTasks>;
  /** How many tasks stand still for which reason, done and archived ones apart: `listHeld` for all that waits. */
  countHolds(rules: AdmissionRules): Promise<ReadonlyMap<HoldReason, number>>;
}
