import type { HostTraits } from "./placement.ts";
import type { Slots, SlotUse } from "./slots.ts";

/** What may limit the start of a ready task, for one profile. */
export interface ProfileLimits {
  readonly name: string;
  /** Workers of this profile at once; null: no limit of its own, 0: none. */
  readonly maxInProgress: number | null;
  /** Why it can't be used as it is configured; null or absent: it is sound. */
  readonly fault?: string | null;
}

/** A rule that says "not now" to a whole board or to one profile. */
export interface Pause {
  readonly scope: "board" | `profile:${string}`;
  /** null: until a person resumes it. */
  readonly untilAtMs: number | null;
  readonly reason: string;
}

/** What one candidate, a task that is ready or in review and assigned, brings to the decision. */
export interface Candidate {
  /** Who does what comes next: the work, or of a task in review the review. */
  readonly assignee: string | null;
  /** A parent of it is not done, and no person has let it go on without that. */
  readonly waitsForParents: boolean;
  readonly dueAtMs: number | null;
  /** A process of an earlier run of this task is not yet known to be gone. */
  readonly hasLiveRun: boolean;
  /** It asks for another host than this one, or for a label that this one lacks. */
  readonly asksElsewhere: boolean;
  /** What of its row can't be used; null for a sound one. */
  readonly oddity: string | null;
}

/** Of this assignee, and held back by nothing of its own. */
export function freeCandidate(assignee: string | null): Candidate {
  return {
    assignee,
    waitsForParents: false,
    dueAtMs: null,
    hasLiveRun: false,
    asksElsewhere: false,
    oddity: null,
  };
}

export interface AdmissionRules {
  readonly nowMs: number;
  readonly profiles: ReadonlyMap<string, ProfileLimits>;
  readonly pauses: readonly Pause[];
  readonly slots: Slots;
  /** What this host has that a task may ask for. Absent: no name and no label. */
  readonly traits?: HostTraits;
  /** Nothing may start on any board of the home while someone, named here, holds their slots and does not go on. */
  readonly slotsHolder?: string | null;
  /** Nothing may start on any board of the home while its configuration can't be used, and why it can't. */
  readonly configFault?: string | null;
}

/** What the other boards of the home bring to the decision: their workers, and the pauses of profiles. */
export interface Elsewhere extends SlotUse {
  readonly pauses: readonly Pause[];
}

/** Where there is no other board. */
export const nothingElsewhere: Elsewhere = { all: 0, byProfile: new Map(), unreadBoards: 0, pauses: [] };

/** Why a ready task may not start now; `untilAtMs` where time alone lifts it. */
export interface AdmissionRefusal {
  readonly reason:
    | "odd_row"
    | "waiting_for_parents"
    | "unassigned"
    | "bad_configuration"
    | "other_host"
    | "unknown_profile"
    | "previous_worker_alive"
    | "due"
    | "board_paused"
    | "profile_paused"
    | "home_slots"
    | "board_slots"
    | "profile_slots"
    | "slots_busy";
  readonly untilAtMs: number | null;
}

/**
 * Decides whether limits let a ready task start now: null when they do. Every start goes through here.
 * What concerns the task comes before what concerns everyone, so that the named reason is the one to fix.
 */
export function admit(task: Candidate, rules: AdmissionRules): AdmissionRefusal | null {
  const refuse = (reason: AdmissionRefusal["reason"], untilAtMs: number | null = null) => ({
    reason,
    untilAtMs,
  });
  if (task.oddity !== null) return refuse("odd_row");
  if (task.waitsForParents) return refuse("waiting_for_parents");
  if (task.assignee === null) return refuse("unassigned");
  // Which profiles there are is not known then either.
  if (rules.configFault) return refuse("bad_configuration");
  // Before the profile: where another host is to run it, this one need not know that.
  if (task.asksElsewhere) return refuse("other_host");
  const profile = rules.profiles.get(task.assignee);
  if (profile === undefined) return refuse("unknown_profile");
  if (profile.fault) return refuse("bad_configuration");
  if (task.hasLiveRun) return refuse("previous_worker_alive");
  if (task.dueAtMs !== null && task.dueAtMs > rules.nowMs) return refuse("due", task.dueAtMs);

  const boardPause = activePause(rules, "board");
  if (boardPause) return refuse("board_paused", boardPause.untilAtMs);
  const profilePause = activePause(rules, `profile:${profile.name}`);
  if (profilePause) return refuse("profile_paused", profilePause.untilAtMs);

  const { slots } = rules;
  if (profile.maxInProgress !== null && (slots.profileUsed.get(profile.name) ?? 0) >= profile.maxInProgress)
    return refuse("profile_slots");
  if (slots.boardMax !== null && slots.boardUsed >= slots.boardMax) return refuse("board_slots");
  if (slots.homeUsed >= slots.homeMax) return refuse("home_slots");
  if (rules.slotsHolder) return refuse("slots_busy");
  return null;
}

/**
 * When time alone lets the task start, were there slots for everyone: `nowMs` where nothing is in its way, null where
 * something else must happen first. This is the rule of admission itself, asked again at each instant that it names.
 */
export function startsByItselfAtMs(task: Candidate, rules: AdmissionRules): number | null {
  let nowMs = rules.nowMs;
  for (;;) {
    const refusal = admit(task, { ...rules, nowMs, slots: boundless, slotsHolder: null });
    if (refusal === null) return nowMs;
    if (refusal.untilAtMs === null) return null;
    nowMs = refusal.untilAtMs;
  }
}

const boundless: Slots = {
  homeUsed: 0,
  homeMax: Number.POSITIVE_INFINITY,
  boardUsed: 0,
  boardMax: null,
  profileUsed: new Map(),
};

/** The one that lasts longest: several boards of a home may have one for the same profile. null: none. */
export function activePause(
  { pauses, nowMs }: Pick<AdmissionRules, "pauses" | "nowMs">,
  scope: Pause["scope"],
): Pause | null {
  let longest: Pause | null = null;
  for (const pause of pauses) {
    const endMs = pause.untilAtMs ?? Number.POSITIVE_INFINITY;
    if (pause.scope !== scope || endMs <= nowMs) continue;
    if (longest === null || endMs > (longest.untilAtMs ?? Number.POSITIVE_INFINITY)) longest = pause;
  }
  return longest;
}
