import { join } from "node:path";
import { tryLockFile } from "../../../native-shims/index.ts";
import { type Elsewhere, nothingElsewhere } from "../../board/admission.ts";
import type { SlotPlace } from "../../board/slots.ts";
import type { DispatchContext } from "../context.ts";
import { noteLock, readHolderOf } from "../dispatch-lock.ts";
import type { LockHolder } from "../report/report.ts";
import { OtherBoards, type Spending, type UnreadBoard } from "./other-boards.ts";

/** What the home's other boards bring to a claim, and the right to start more on this one until released. */
export interface SlotCount {
  readonly elsewhere: Elsewhere;
  /** Of the profiles that were asked for, what they have cost there. */
  readonly spent: ReadonlyMap<string, number>;
  readonly unread: readonly UnreadBoard[];
  release(): void;
}

/** Counting and claiming take milliseconds: a process that has the slots for longer is stuck. */
const slotsPatienceMs = 1_000;

/**
 * Counts the home's slots for a claim. Two boards that counted at once could both take the last slot, so counting
 * and claiming happen under a lock of the home; null when another board is at it just now. Never waits.
 */
export async function tryCountSlots(
  context: DispatchContext,
  at: SlotPlace,
  spending?: Spending,
): Promise<SlotCount | null> {
  const others = context.listOthers();
  if (others.length === 0)
    return { elsewhere: nothingElsewhere, spent: new Map(), unread: [], release: () => {} };
  const boards = await OtherBoards.open(others);
  try {
    const lock = tryLockFile(slotsLockPath(context.home));
    if (lock === null) return null;
    try {
      const noted = noteLock(lock, () => context.clock.nowMs());
      return { ...(await boards.read(at, spending)), release: () => noted.release() };
    } catch (error) {
      lock.release();
      throw error;
    }
  } finally {
    await boards.close();
  }
}

/** What the other boards bring to a decision that is only told of, without a right to act on it. */
export async function lookElsewhere(
  context: Pick<DispatchContext, "listOthers">,
  at: SlotPlace,
  spending?: Spending,
) {
  const boards = await OtherBoards.open(context.listOthers());
  try {
    return await boards.read(at, spending);
  } finally {
    await boards.close();
  }
}

/** Who keeps all boards of the home from starting anything; null while the process that has the slots goes on. Takes no lock. */
export function findSlotsHolder(home: string, nowMs: number): LockHolder | null {
  const holder = readHolderOf(slotsLockPath(home));
  return holder !== null && nowMs - holder.sinceAtMs > slotsPatienceMs ? holder : null;
}

/** null: it left no name. */
export function nameHolder(holder: LockHolder | null): string {
  return holder === null ? "another process" : `pid ${holder.pid} on ${holder.host}`;
}

/** How a tick tries again when the slots were busy: often at first, and not at all once it is known that it won't help. */
export class SlotPatience {
  readonly #home: string;
  readonly #startedAt = performance.now();
  #attempts = 0;

  constructor(home: string) {
    this.#home = home;
  }

  /** How long to wait before the next attempt; null: someone holds them and does not go on. */
  nextInMs(nowMs: number): number | null {
    this.#attempts += 1;
    const isOver = performance.now() - this.#startedAt > slotsPatienceMs;
    if (isOver || findSlotsHolder(this.#home, nowMs) !== null) return null;
    return this.#attempts < 25 ? 2 : 25;
  }

  /** Who that is. */
  get holder(): string {
    return nameHolder(readHolderOf(slotsLockPath(this.#home)));
  }
}

export function slotsLockPath(home: string): string {
  return join(home, "kanban", "kanbun.slots.lock");
}
