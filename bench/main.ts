// `bun run bench`: measures the board and its dispatcher beside what one would pick instead, in one run.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Bench } from "./bench.ts";
import { TickBoards } from "./boards/tick-boards.ts";
import { readFlags } from "./flags.ts";
import { installPeers } from "./install-peers.ts";
import { describeMachine } from "./machine.ts";
import { CannotMeasure, type Measure } from "./measure.ts";
import { measures } from "./measures.ts";
import { type Result, toResult } from "./result.ts";
import { resultMarkdown, resultText } from "./result-text.ts";
import type { Row } from "./row.ts";

const { scale, only, json, folder, hasPeers } = readFlags();
const say = (text: string) => console.error(`bench: ${text}`);
if (hasPeers && (await installPeers())) {
  const again = Bun.spawn([process.execPath, ...process.argv.slice(1)], {
    stdio: ["inherit", "inherit", "inherit"],
  });
  process.exit(await again.exited);
}
const bench = new Bench({ scale, parent: folder, hasPeers, say });
const tickBoards = new TickBoards(bench);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, async () => {
    await bench[Symbol.asyncDispose]();
    process.exit(1);
  });
let hasFailed = false;
/** A measure that takes longer hangs: the others are not to wait for it. Most take less than a minute. */
const measureMinutesMax = 8;
try {
  const isWanted = (ids: readonly string[]) => only === null || ids.some((id) => only.includes(id));
  const result = await measureAll(measures.filter(({ ids }) => isWanted(ids)));
  if (scale !== "smoke" && only === null)
    writeFileSync(join(import.meta.dir, "results.md"), resultMarkdown(result));
  console.log(json ? JSON.stringify(result) : resultText(result));
} finally {
  await bench[Symbol.asyncDispose]();
}
// Asked for: what workers wrote into is still being read, and would keep this process forever.
process.exit(hasFailed ? 1 : 0);

async function measureAll(wanted: readonly Measure[]): Promise<Result> {
  const startedAt = performance.now();
  const rows: Row[] = [];
  const skipped: { id: string; why: string }[] = [];
  for (const measure of wanted) {
    const measuredAt = performance.now();
    if (measure.isLong && scale !== "full" && only === null) {
      const why = `it takes minutes: --only ${measure.ids.join(",")} measures it`;
      skipped.push(...measure.ids.map((id) => ({ id, why })));
      continue;
    }
    try {
      rows.push(...(await Promise.race([measure.run(bench, tickBoards), tooLate()])));
    } catch (error) {
      const why = error instanceof CannotMeasure ? error.message : recordFailure(measure, error);
      skipped.push(...measure.ids.map((id) => ({ id, why })));
    }
    say(`${measure.ids.join(", ")}: ${((performance.now() - measuredAt) / 1000).toFixed(1)} s`);
  }
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return {
    v: 1,
    scale,
    seconds,
    machine: describeMachine(bench.folder),
    rows: rows.filter(({ id }) => only === null || only.includes(id.split(" ", 1).join())).map(toResult),
    skipped,
  };
}

async function tooLate(): Promise<never> {
  await Bun.sleep(measureMinutesMax * 60_000);
  throw new Error(`it did not end within ${measureMinutesMax} minutes`);
}

/** What the other rows took a quarter of an hour for is not to be lost. */
function recordFailure({ ids }: Measure, error: unknown): string {
  hasFailed = true;
  console.error(error);
  return `IT FAILED: ${error instanceof Error ? error.message : error} (${ids.join(", ")})`;
}
