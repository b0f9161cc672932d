import { join } from "node:path";
import { tryLockFile } from "../../native-shims/index.ts";
import { BoardError } from "../board/error.ts";
import type { BoardStore } from "../store/store.ts";
import type { DispatchContext } from "./context.ts";

/** The workers on the home's other boards, and the right to start more on this one until released. */
export interface SlotCount {
  readonly usedElsewhere: number;
  release(): void;
}

/**
 * Counts the home's slots for a claim. Two boards that counted at once could both take the last slot, so counting
 * and claiming happen under a lock of the home; null when another board is at it just now. Never waits.
 * @throws {BoardError} conflict when another board cannot be read: what runs there is not known.
 */
export async function tryCountSlots(context: DispatchContext, host: string): Promise<SlotCount | null> {
  try {
    return await tryCountOthers(context, host);
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    // Not this board's own trouble, and not to be taken for it.
    throw new BoardError("conflict", `the workers of all boards cannot be counted: ${error.message}`, {
      ...(error.hint === null ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

async function tryCountOthers(context: DispatchContext, host: string): Promise<SlotCount | null> {
  const others = await context.openOthers();
  if (others.length === 0) return { usedElsewhere: 0, release: () => {} };
  try {
    const lock = tryLockFile(join(context.home, "kanban", "kanbun.slots.lock"));
    if (lock === null) return null;
    try {
      let usedElsewhere = 0;
      for (const store of others) usedElsewhere += await countWorkers(store, host);
      return { usedElsewhere, release: () => lock.release() };
    } catch (error) {
      lock.release();
      throw error;
    }
  } finally {
    for (const store of others) store.close();
  }
}

/** A board that is damaged starts no more workers, and must not keep the others from starting theirs. */
async function countWorkers(store: BoardStore, host: string): Promise<number> {
  try {
    return (await store.countSlots(host)).board;
  } catch (error) {
    if (error instanceof BoardError && (error.kind === "damaged" || error.kind === "not_a_board")) return 0;
    throw error;
  }
}
