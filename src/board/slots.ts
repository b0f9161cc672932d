import type { LiveRun } from "./claim.ts";
import { homeOfHost } from "./host.ts";

/** Workers that use up slots, in all and by profile. */
export interface SlotUse {
  readonly all: number;
  readonly byProfile: ReadonlyMap<string, number>;
  /** On this board, those of other hosts too; absent: the same as in all. */
  readonly onBoard?: number;
  /** Boards that can't be read, so that it is not known what runs there. */
  readonly unreadBoards: number;
}

/** The one slot count: what runs now, and what may run, counted per home, board and profile. */
export interface Slots {
  readonly homeUsed: number;
  readonly homeMax: number;
  readonly boardUsed: number;
  readonly boardMax: number | null;
  /** Over all boards of the home. */
  readonly profileUsed: ReadonlyMap<string, number>;
}

/** The machine whose slots are counted, and when. */
export interface SlotPlace {
  readonly host: { readonly host: string; readonly hostname: string };
  readonly nowMs: number;
}

type CountedRun = Pick<LiveRun, "holder" | "host" | "profile" | "process" | "token" | "claimExpiresAtMs">;

/** Workers of one host and profile that are not known to be gone. */
export interface WorkerCount {
  readonly host: string;
  readonly profile: string | null;
  readonly count: number;
}

/** What the runs of one board use of a machine's slots; a person's claim uses none. @param counted workers that are not among them */
export function countSlots(
  runs: readonly CountedRun[],
  at: SlotPlace,
  counted: readonly WorkerCount[] = [],
): SlotUse {
  const byProfile = new Map<string, number>();
  let all = 0;
  let onBoard = 0;
  const workers = counted.map((one) => ({ ...worker, ...one }));
  for (const run of [...runs.map((one) => ({ ...one, count: 1 })), ...workers]) {
    const isOurs = takesSlot(run, at);
    if (!isOurs && !isOfOtherHost(run, at)) continue;
    if (isOurs) all += run.count;
    onBoard += run.count;
    byProfile.set(run.profile ?? "", (byProfile.get(run.profile ?? "") ?? 0) + run.count);
  }
  return { all, onBoard, byProfile, unreadBoards: 0 };
}

const worker = { holder: "worker", process: null, token: "", claimExpiresAtMs: null } as const;

/**
 * Ours until its last process is gone. Another dispatcher's while its pid is known or its claim has not expired, also
 * where the claim does not say of which host it is.
 */
function takesSlot(run: CountedRun, { host: { host, hostname }, nowMs }: SlotPlace): boolean {
  if (run.holder === "worker") return run.host === host;
  if (run.holder !== "foreign" || (run.host !== hostname && run.host !== "")) return false;
  const isClaimed = run.token !== "" && (run.claimExpiresAtMs === null || run.claimExpiresAtMs >= nowMs);
  return run.process !== null || isClaimed;
}

/** Board and profile have their limits over all hosts of a board on a server; the home's is its own. */
function isOfOtherHost(run: CountedRun, { host: { host } }: SlotPlace): boolean {
  return run.holder === "worker" && run.host !== host && homeOfHost(run) !== "";
}

export function addSlotUse(one: SlotUse, other: SlotUse): SlotUse {
  const byProfile = new Map(one.byProfile);
  for (const [profile, n] of other.byProfile) byProfile.set(profile, (byProfile.get(profile) ?? 0) + n);
  return { all: one.all + other.all, byProfile, unreadBoards: one.unreadBoards + other.unreadBoards };
}

/**
 * The slots of a board, with what the other boards of its home use. A board that can't be read counts as one worker at
 * work, but such boards never take the last slot: what is wrong with them must not stop this one for good.
 */
export function makeSlots(own: SlotUse, elsewhere: SlotUse, max: Pick<Slots, "homeMax" | "boardMax">): Slots {
  const home = addSlotUse(own, elsewhere);
  const { homeMax, boardMax } = max;
  const unread = Math.min(home.unreadBoards, Math.max(0, homeMax - 1 - home.all));
  return {
    homeMax,
    boardMax,
    homeUsed: home.all + unread,
    boardUsed: own.onBoard ?? own.all,
    profileUsed: home.byProfile,
  };
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
