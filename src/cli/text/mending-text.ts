import type { Change } from "../../doctor/mending.ts";
import type { Failure } from "../../home/failure.ts";
import { toFailure } from "../../home/failure.ts";
import { visibleLine } from "./visible.ts";

/** A board on which nothing was mended, and why. */
interface FailedMending {
  readonly board: string;
  readonly error: Pick<Failure, "kind" | "message" | "hint">;
}

export interface Mendings {
  readonly changes: readonly Change[];
  readonly failed: readonly FailedMending[];
}

/** Mends, or plans to, board by board: one that cannot be mended does not keep the others from it. */
export async function mendEach(
  boards: readonly string[],
  mend: (slug: string) => Promise<readonly Change[]>,
): Promise<Mendings> {
  const changes: Change[] = [];
  const failed: FailedMending[] = [];
  for (const board of boards) {
    try {
      changes.push(...(await mend(board)));
    } catch (error) {
      const { kind, message, hint } = toFailure(error, false);
      failed.push({ board, error: { kind, message, hint } });
    }
  }
  return { changes, failed };
}

export function mendingsText({ changes, failed }: Mendings): string {
  const lines = [
    ...changes.map(({ board, detail }) => visibleLine(`${board}: ${detail}`)),
    ...failed.map(({ board, error }) =>
      [`${board}: ${error.message}`, ...(error.hint === null ? [] : [`  hint: ${error.hint}`])].join("\n"),
    ),
  ];
  return lines.map((line) => `${line.split("\n").map(visibleLine).join("\n")}\n`).join("");
}
