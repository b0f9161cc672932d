import { type Change, planRepair, repairBoard } from "../../doctor/board-repair.ts";
import type { DoctorContext } from "../../doctor/context.ts";
import type { FailedBoard } from "../failed-board.ts";
import { describeError } from "../failure.ts";

/** What was changed, or would be, on some boards. */
export interface Repairs {
  readonly changes: readonly Change[];
  readonly failed: readonly FailedBoard[];
}

/**
 * Repairs what can be repaired on the boards of the context, or with `isDryRun` only says what it would. One that cannot be
 * repaired does not keep the others from it; where there is but one it is an error. @throws {BoardError}
 */
export async function repairBoards(context: DoctorContext, isDryRun: boolean): Promise<Repairs> {
  const repair = (slug: string) => (isDryRun ? planRepair : repairBoard)(context, slug);
  const [only] = context.boards;
  if (context.boards.length === 1 && only !== undefined) return { changes: await repair(only), failed: [] };
  return repairEach(context.boards, repair);
}

/** The same, but where nothing is to be repaired nothing is touched, and no lock is asked for. */
export function repairWhereNeeded(context: DoctorContext): Promise<Repairs> {
  return repairEach(context.boards, async (slug) =>
    (await planRepair(context, slug)).length === 0 ? [] : repairBoard(context, slug),
  );
}

async function repairEach(
  boards: readonly string[],
  repair: (slug: string) => Promise<readonly Change[]>,
): Promise<Repairs> {
  const changes: Change[] = [];
  const failed: FailedBoard[] = [];
  for (const board of boards) {
    try {
      changes.push(...(await repair(board)));
    } catch (error) {
      failed.push({ board, error: describeError(error) });
    }
  }
  return { changes, failed };
}
