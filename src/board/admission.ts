/** What may limit the start of a ready task, for one profile. */
export interface ProfileLimits {
  readonly name: string;
  /** Workers of this profile at once; null: no limit of its own, 0: none. */
  readonly maxInProgress: number | null;
}

/** The one slot count: what runs now, and what may run, counted per home, board and profile. */
export interface Slots {
  readonly homeUsed: number;
  readonly homeMax: number;
  readonly boardUsed: number;
  readonly boardMax: number | null;
  readonly profileUsed: ReadonlyMap<string, number>;
}

/** A rule that says "not now" to a whole board or to one profile. */
export interface Pause {
  readonly scope: "board" | `profile:${string}`;
  /** null: until a person resumes it. */
  readonly untilMs: number | null;
  readonly reason: string;
}

/** What one candidate brings to the decision. */
export interface Candidate {
  /** Who does what comes next: the work, or of a task in review the review. */
  readonly assignee: string | null;
  readonly notBeforeMs: number | null;
  /** A process of an earlier run of this task is not yet known to be gone. */
  readonly hasLiveRun: boolean;
}

export interface AdmissionRules {
  readonly nowMs: number;
  readonly profiles: ReadonlyMap<string, ProfileLimits>;
  readonly pauses: readonly Pause[];
  readonly slots: Slots;
}

/** Why a ready task may not start now; `untilMs` where time alone lifts it. */
export interface AdmissionRefusal {
  readonly reason:
    | "unassigned"
    | "unknown_profile"
    | "previous_worker_alive"
    | "not_before"
    | "board_paused"
    | "profile_paused"
    | "home_slots"
    | "board_slots"
    | "profile_slots";
  readonly untilMs: number | null;
}

/**
 * Decides whether limits let a ready task start now: null when they do. Every start goes through here.
 * What concerns the task comes before what concerns everybody, so that the named reason is the one to mend.
 */
export function admit(task: Candidate, rules: AdmissionRules): AdmissionRefusal | null {
  const refuse = (reason: AdmissionRefusal["reason"], untilMs: number | null = null) => ({ reason, untilMs });
  if (task.assignee === null) return refuse("unassigned");
  const profile = rules.profiles.get(task.assignee);
  if (profile === undefined) return refuse("unknown_profile");
  if (task.hasLiveRun) return refuse("previous_worker_alive");
  if (task.notBeforeMs !== null && task.notBeforeMs > rules.nowMs)
    return refuse("not_before", task.notBeforeMs);

  const boardPause = activePause(rules, "board");
  if (boardPause) return refuse("board_paused", boardPause.untilMs);
  const profilePause = activePause(rules, `profile:${profile.name}`);
  if (profilePause) return refuse("profile_paused", profilePause.untilMs);

  const { slots } = rules;
  if (profile.maxInProgress !== null && (slots.profileUsed.get(profile.name) ?? 0) >= profile.maxInProgress)
    return refuse("profile_slots");
  if (slots.boardMax !== null && slots.boardUsed >= slots.boardMax) return refuse("board_slots");
  if (slots.homeUsed >= slots.homeMax) return refuse("home_slots");
  return null;
}

/** The slots after one more worker of `profile` has been admitted. */
export function takeSlot(slots: Slots, profile: string): Slots {
  const profileUsed = new Map(slots.profileUsed);
  profileUsed.set(profile, (profileUsed.get(profile) ?? 0) + 1);
  return { ...slots, homeUsed: slots.homeUsed + 1, boardUsed: slots.boardUsed + 1, profileUsed };
}

/** Workers that home and board would still take, whatever their profile. */
export function freeSlots(slots: Slots): number {
  const board = slots.boardMax === null ? Number.POSITIVE_INFINITY : slots.boardMax - slots.boardUsed;
  return Math.max(0, Math.min(slots.homeMax - slots.homeUsed, board));
}

function activePause(rules: AdmissionRules, scope: Pause["scope"]): Pause | null {
  const pause = rules.pauses.find((one) => one.scope === scope);
  return pause && (pause.untilMs === null || pause.untilMs > rules.nowMs) ? pause : null;
}
