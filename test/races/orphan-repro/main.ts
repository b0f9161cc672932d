// `bun run orphan-repro`: would show it if two dispatchers could get in each other's way. See the README's guarantees.
import { constants } from "node:os";
import { Arena, makeRoot, removeRoot } from "./arena.ts";
import { holdLock } from "./held-lock.ts";
import { isOk, type PartResult } from "./measure.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { race } from "./race.ts";
import { Random } from "./random.ts";
import { renderTable } from "./table.ts";
import { Wards } from "./wards.ts";

const options = readOptions();
const root = makeRoot();
const wards = new Wards();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    leave();
    process.exit(128 + constants.signals[signal]);
  });

const startedAt = performance.now();
const parts: PartResult[] = [];
let failure: string | null = null;
try {
  await run();
} catch (error) {
  failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
}
showProgress("");
const ok = failure === null && parts.length === 4 && parts.every(isOk);
const keptIn = options.keep || !ok ? root : null;
console.log(options.json ? renderDocument() : renderText());
leave(keptIn !== null);
process.exit(ok ? 0 : 1);

async function run(): Promise<void> {
  const random = new Random(options.seed);
  const shared = { ...options, random, wards, onProgress: showProgress };
  parts.push(
    ...(await race(await makeArena("race"), { ...shared, lock: "kernel", deadline: share(0.7) })),
    await holdLock(await makeArena("held-lock"), wards),
    ...(await race(await makeArena("control"), { ...shared, lock: "none", deadline: share(0.97) })),
  );
}

async function makeArena(name: string): Promise<Arena> {
  const arena = await Arena.make(root, name);
  wards.addHome(arena.home);
  return arena;
}

/** When this share of the whole time is over. */
function share(fraction: number): number {
  return startedAt + options.seconds * 1_000 * fraction;
}

function leave(isKept = options.keep): void {
  wards.endAll();
  if (!isKept) removeRoot(root);
}

function renderText(): string {
  const { dispatchers, tasks, seed } = options;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const lines = [
    `orphan-repro: ${dispatchers} dispatchers besides the orphan and two fresh ones, ${tasks} tasks, seed ${seed}`,
    "",
    renderTable(parts),
    ...(failure === null ? [] : ["", `broken off: ${failure}`]),
    "",
    `${ok ? "as stated" : "NOT AS STATED"}, after ${seconds} s`,
    ...(ok ? [] : [`try again with --seed ${seed}`]),
    ...(keptIn === null ? [] : [`records and boards are kept in ${keptIn}`]),
  ];
  return lines.join("\n");
}

function renderDocument(): string {
  const { dispatchers, tasks, seed } = options;
  const durationMs = Math.round(performance.now() - startedAt);
  const described = parts.map(({ part, shows, measures, findings, ...rest }) => ({
    part,
    shows,
    ok: measures.every((measure) => measure.isOk),
    duration_ms: Math.round(rest.durationMs),
    measures: measures.map((one) => ({ name: one.name, seen: one.seen, must_be: one.mustBe, ok: one.isOk })),
    findings,
  }));
  const data = {
    dispatchers,
    tasks,
    seed,
    duration_ms: durationMs,
    parts: described,
    failure,
    kept_in: keptIn,
  };
  return JSON.stringify({ v: 1, ok, data });
}

/** One line that is written over, and only where someone looks on. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`orphan-repro: ${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}
