import { join } from "node:path";
import { tryLockFile } from "../../native-shims/index.ts";
import { type Elsewhere, nothingElsewhere, type Pause } from "../board/admission.ts";
import { BoardError } from "../board/error.ts";
import { addSlotUse, type SlotPlace } from "../board/slots.ts";
import type { BoardStore } from "../store/store.ts";
import type { DispatchContext } from "./context.ts";

/** What the home's other boards bring to a claim, and the right to start more on this one until released. */
export interface SlotCount {
  readonly elsewhere: Elsewhere;
  release(): void;
}

/**
 * Counts the home's slots for a claim. Two boards that counted at once could both take the last slot, so counting
 * and claiming happen under a lock of the home; null when another board is at it just now. Never waits.
 * @throws {BoardError} conflict when another board cannot be read: what runs there is not known.
 */
export async function tryCountSlots(context: DispatchContext, at: SlotPlace): Promise<SlotCount | null> {
  try {
    return await tryCountOthers(context, at);
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    // Not this board's own trouble, and not to be taken for it.
    throw new BoardError("conflict", `the workers of all boards cannot be counted: ${error.message}`, {
      ...(error.hint === null ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

async function tryCountOthers(context: DispatchContext, at: SlotPlace): Promise<SlotCount | null> {
  const others = await context.openOthers();
  if (others.length === 0) return { elsewhere: nothingElsewhere, release: () => {} };
  try {
    const lock = tryLockFile(join(context.home, "kanban", "kanbun.slots.lock"));
    if (lock === null) return null;
    try {
      let elsewhere = nothingElsewhere;
      for (const store of others) elsewhere = addBoard(elsewhere, await readBoard(store, at));
      return { elsewhere, release: () => lock.release() };
    } catch (error) {
      lock.release();
      throw error;
    }
  } finally {
    for (const store of others) store.close();
  }
}

/** A board that is damaged starts no more workers, and must not keep the others from starting theirs. */
async function readBoard(store: BoardStore, at: SlotPlace): Promise<Elsewhere> {
  try {
    return await readElsewhere(store, at);
  } catch (error) {
    if (error instanceof BoardError && (error.kind === "damaged" || error.kind === "not_a_board"))
      return nothingElsewhere;
    throw error;
  }
}

/** What one other board brings to a decision: what its workers use, and which profiles it has found at their limit. */
export async function readElsewhere(store: BoardStore, at: SlotPlace): Promise<Elsewhere> {
  const pauses = (await store.listPauses()).filter(isOfProfile);
  return { ...(await store.countSlots(at)), pauses };
}

/** A board's own pause is none of the others'. */
function isOfProfile({ scope }: Pause): boolean {
  return scope !== "board";
}

export function addBoard(before: Elsewhere, board: Elsewhere): Elsewhere {
  return { ...addSlotUse(before, board), pauses: [...before.pauses, ...board.pauses] };
}
