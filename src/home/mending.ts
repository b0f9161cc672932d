import type { DoctorContext } from "../doctor/context.ts";
import { type Change, mendBoard, planMending } from "../doctor/mending.ts";
import type { FailedBoard } from "./failed-board.ts";
import { describeError } from "./failure.ts";

/** What was changed, or would be, on some boards. */
export interface Mendings {
  readonly changes: readonly Change[];
  readonly failed: readonly FailedBoard[];
}

/**
 * Mends what can be mended on the boards of the context, or with `isDryRun` only says what it would. One that cannot be
 * mended does not keep the others from it; where there is but one it is an error. @throws {BoardError}
 */
export async function repairBoards(context: DoctorContext, isDryRun: boolean): Promise<Mendings> {
  const mend = (slug: string) => (isDryRun ? planMending : mendBoard)(context, slug);
  const [only] = context.boards;
  if (context.boards.length === 1 && only !== undefined) return { changes: await mend(only), failed: [] };
  return mendEach(context.boards, mend);
}

/** The same, but where nothing is to be mended nothing is touched, and no lock is asked for. */
export function repairWhereNeeded(context: DoctorContext): Promise<Mendings> {
  return mendEach(context.boards, async (slug) =>
    (await planMending(context, slug)).length === 0 ? [] : mendBoard(context, slug),
  );
}

async function mendEach(
  boards: readonly string[],
  mend: (slug: string) => Promise<readonly Change[]>,
): Promise<Mendings> {
  const changes: Change[] = [];
  const failed: FailedBoard[] = [];
  for (const board of boards) {
    try {
      changes.push(...(await mend(board)));
    } catch (error) {
      failed.push({ board, error: describeError(error) });
    }
  }
  return { changes, failed };
}
