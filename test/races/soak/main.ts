// `bun run soak`: round after round of dispatchers, shims, workers and clients that are killed and stopped at random,
// and after each round a look at the board, the workers' records and the process table.
import { constants } from "node:os";
import { join } from "node:path";
import { Arena, makeRoot, removeRoot } from "../orphan-repro/arena.ts";
import { Random } from "../orphan-repro/random.ts";
import { Wards } from "../orphan-repro/wards.ts";
import { unprotect } from "./faulty-board.ts";
import { listFindings } from "./findings.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { type Failure, renderDocument, renderText, SoakTotals } from "./report.ts";
import { playRound } from "./round.ts";

/** Long enough for some hundred tasks, short enough that what goes wrong is found among few. */
const raceMsMax = 6_000;

const options = readOptions();
const root = makeRoot("soak");
let wards = new Wards();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    leave(options.keep);
    process.exit(128 + constants.signals[signal]);
  });

const startedAt = performance.now();
const endsAt = startedAt + options.minutes * 60_000;
const totals = new SoakTotals();
const failure = await soak();
const summary = { options, totals, failure, minutes: (performance.now() - startedAt) / 60_000 };
console.log(options.json ? renderDocument(summary) : renderText(summary));
const isKept = options.keep || failure !== null;
if (isKept) console.error(`soak: boards and records are kept in ${root}`);
leave(isKept);
process.exit(failure === null ? 0 : 1);

async function soak(): Promise<Failure | null> {
  let { seed } = options;
  for (let round = 1; round <= (options.rounds ?? Number.POSITIVE_INFINITY); round++) {
    const failure = await tryRound(round, seed);
    if (failure !== null) return failure;
    seed = new Random(seed).seed();
    if (performance.now() >= endsAt) break;
  }
  return null;
}

async function tryRound(round: number, seed: number): Promise<Failure | null> {
  const { dispatchers, lock, keep } = options;
  const name = `round-${round}`;
  const raceMs = Math.min(raceMsMax, Math.max(1_000, endsAt - performance.now()));
  wards = new Wards();
  try {
    const arena = await Arena.make(root, name);
    wards.addHome(arena.home);
    const { tally, findings } = await playRound(arena, { seed, dispatchers, lock, raceMs, wards });
    totals.add(tally, findings);
    const found = listFindings(findings);
    tell(round, seed, found.length === 0 ? "ok" : "FAILED");
    if (found.length > 0) return { round, seed, findings: found, keptIn: join(root, name) };
  } catch (error) {
    tell(round, seed, "BROKEN OFF");
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { round, seed, findings: [`broken off: ${text}`], keptIn: join(root, name) };
  } finally {
    wards.endAll();
  }
  if (!keep) removeRoot(join(root, name));
  return null;
}

function tell(round: number, seed: number, verdict: string): void {
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  const done = totals.tally.get("tasks_finished");
  console.error(`soak: round ${round}, seed ${seed}: ${verdict} (${minutes} min, ${done} tasks so far)`);
}

function leave(isKept: boolean): void {
  wards.endAll();
  if (isKept) return;
  unprotect(root);
  removeRoot(root);
}

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`soak: ${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}
