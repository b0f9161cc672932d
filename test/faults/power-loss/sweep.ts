import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { openBoard } from "../../../src/store/sqlite/open.ts";
import type { Random } from "../../races/orphan-repro/random.ts";
import { person } from "../../support/board.ts";
import { type Cut, cutLog } from "./cuts.ts";
import { readFound } from "./facts.ts";
import type { Recording } from "./recording.ts";

export interface SweepResult {
  readonly cuts: number;
  /** Acknowledged writes that had to be there, summed over the cuts. */
  readonly promises: number;
  readonly boardsUnsound: number;
  readonly writesMissing: number;
  /** What was seen of each violation. */
  readonly findings: readonly string[];
}

/** Opens the board as each cut left it, in the empty folder `folder`, and counts what is not as it was promised. */
export async function sweep(
  recording: Recording,
  cuts: readonly Cut[],
  { folder, random }: { readonly folder: string; readonly random: Random },
): Promise<SweepResult> {
  let promises = 0;
  let boardsUnsound = 0;
  let writesMissing = 0;
  const findings: string[] = [];
  for (const cut of cuts) {
    const board = join(folder, "cut");
    mkdirSync(board);
    writeFileSync(join(board, "kanban.db"), recording.database);
    writeFileSync(join(board, "kanban.db-wal"), cutLog(recording.wal, cut, random));
    const { facts, flaws } = await inspect(join(board, "kanban.db"));
    rmSync(board, { recursive: true });
    const promised = recording.acknowledgements
      .filter(({ walBytes }) => walBytes <= cut.walBytes)
      .flatMap((acknowledgement) => acknowledgement.facts);
    const missing = promised.filter((fact) => !facts.has(fact));
    promises += promised.length;
    if (flaws.length > 0) boardsUnsound += 1;
    writesMissing += missing.length;
    for (const what of [...flaws, ...missing.map((fact) => `missing: ${fact}`)])
      findings.push(`cut at ${cut.walBytes} with ${cut.tail} behind it: ${what}`);
  }
  return { cuts: cuts.length, promises, boardsUnsound, writesMissing, findings };
}

/** Whoever opens it first is Kanbun itself, for writing; and the board goes on. */
async function inspect(path: string): Promise<ReturnType<typeof readFound>> {
  try {
    await using store = await openBoard({
      path,
      initLockPath: `${path}.init.lock`,
      clock: systemClock,
      mode: "write",
    });
    const found = readFound(path);
    await store.createTask({ title: "afterwards" }, person);
    return found;
  } catch (error) {
    return { facts: new Set(), flaws: [`it cannot be used: ${(error as Error).message}`] };
  }
}
