import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findProcessesByEnv, signalProcess } from "../../native-shims/index.ts";
import type { DispatchContext } from "../../src/dispatcher/context.ts";
import { makeDispatchContext } from "../../src/home/dispatch/dispatch-context.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import { openBoard } from "../../src/store/sqlite/open.ts";
import type { BoardStore, By } from "../../src/store/store.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import type { Bench } from "../bench.ts";

export const person: By = { actor: "bench" };

/** A home with a board that was made by the product itself. */
export interface BenchHome {
  readonly home: string;
  readonly database: string;
  readonly runs: string;
  /** What the product's own command line gives a dispatcher. */
  readonly context: DispatchContext;
}

/** @param config the text of its kanbun.toml; null: default settings. */
export async function makeHome(bench: Bench, config: string | null = null): Promise<BenchHome> {
  const home = bench.makeFolder();
  bench.defer(() => endWorkers(home));
  const paths = boardPaths(home, "default");
  const store = await openBoard({
    path: paths.database,
    initLockPath: paths.initLock,
    clock: systemClock,
    mode: "create",
  });
  store.close();
  if (config !== null) writeFileSync(join(home, "kanbun.toml"), config);
  return benchHomeAt(home);
}

/** A configuration that was written a moment ago is read anew at each tick for so long. */
const configKnownAfterMs = 2_100;

/** Waits until its configuration is as old as a user's always is. */
export async function awaitConfig(bench: Bench, { home }: BenchHome): Promise<void> {
  if (bench.scale === "smoke") return;
  const stats = statSync(join(home, "kanbun.toml"), { throwIfNoEntry: false });
  if (stats !== undefined) await Bun.sleep(Math.max(0, stats.ctimeMs + configKnownAfterMs - Date.now()));
}

/** Whatever a measure that failed has left behind. */
function endWorkers(home: string): void {
  for (const worker of findProcessesByEnv("KANBUN_HOME", new Set([home]))?.get(home) ?? [])
    signalProcess(worker, "SIGKILL");
}

/** A home that is there already. */
export function benchHomeAt(home: string): BenchHome {
  const { database, runs } = boardPaths(home, "default");
  return { home, database, runs, context: makeDispatchContext(home, "default", process.env) };
}

/** For stubs: what they leave behind in place of workers is to cost nothing. */
export function keepRunsInMemory(bench: Bench, { runs }: BenchHome): void {
  mkdirSync(dirname(runs), { recursive: true });
  symlinkSync(bench.makeMemoryFolder(), runs);
}

/** The board, opened for writing as every command does it, or with less care for the loss of power. */
export function openStore(
  { context }: BenchHome,
  synchronous: "FULL" | "NORMAL" = "FULL",
): Promise<BoardStore> {
  const { database, initLock } = context.paths;
  const mode = "write";
  return openBoard({ path: database, initLockPath: initLock, clock: systemClock, mode, synchronous });
}
