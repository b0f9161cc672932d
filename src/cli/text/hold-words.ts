import type { HoldReason } from "../../board/hold.ts";

const words: Readonly<Record<HoldReason, string>> = {
  running: "running",
  worker_ended: "worker has ended, the next tick records how",
  stopping: "being stopped",
  claimed_by_person: "claimed by a person",
  claimed_elsewhere: "claimed elsewhere",
  triage: "in triage: promote or cancel",
  waiting_for_parents: "waiting for other tasks",
  parent_cancelled: "parent was cancelled",
  parents_finished: "ready at the next tick",
  scheduled: "put off until due",
  blocked: "blocked",
  gave_up: "gave up",
  needs_answer: "asking a question",
  review: "waiting for a review",
  next_tick: "start at the next tick",
  done: "done",
  archived: "archived",
  odd_row: "with a value that can't be used",
  unassigned: "without an assignee",
  bad_configuration: "held by a mistake in the configuration",
  other_host: "for another host, or a label that this one has not",
  unknown_profile: "of a profile that does not exist",
  previous_worker_alive: "waiting for the end of their last worker",
  due: "due later",
  board_paused: "held: the board is paused",
  profile_paused: "held: the profile is paused",
  profile_slots: "waiting for a slot of their profile",
  board_slots: "waiting for a slot of the board",
  home_slots: "waiting for a slot",
  slots_busy: "waiting for a dispatcher that is stuck",
};

/** What tasks are that are held for this reason, after their number: `3 waiting for a slot`. */
export function holdWords(reason: string): string {
  return Object.hasOwn(words, reason) ? words[reason as HoldReason] : reason;
}
