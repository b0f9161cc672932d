// `bun run bench`: measures the board and its dispatcher beside what one would pick instead, in one run. The flags are
// in `usage` below. What it compares with is installed at the first run, into this folder alone.
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Bench, type Scale } from "./bench.ts";
import { describeMachine } from "./machine.ts";
import { CannotMeasure, type Measure } from "./measure.ts";
import { measures } from "./measures.ts";
import { type Result, toResult } from "./result.ts";
import { resultMarkdown, resultText } from "./result-text.ts";
import type { Row } from "./row.ts";

const usage = `Usage: bun run bench [options]
  --quick           smaller boards and fewer rounds: about two minutes
  --smoke           as small as can be: shows that everything works, and nothing else
  --only <B1,B5>    these rows alone; results.md is left as it is
  --json            one JSON document on standard output
  --folder <path>   where to work: the disk of this folder is the one that is measured
  --no-peers        leave out the packages that are compared with
`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    only: { type: "string" },
    json: { type: "boolean", default: false },
    folder: { type: "string", default: join(import.meta.dir, ".scratch") },
    "no-peers": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (flags.help) {
  console.log(usage);
  process.exit(0);
}
const scale: Scale = flags.smoke ? "smoke" : flags.quick ? "quick" : "full";
const only = flags.only?.split(",").map((id) => id.trim());
const wanted = measures.filter(({ ids }) => only === undefined || ids.some((id) => only.includes(id)));
const unknown = (only ?? []).filter((id) => !measures.some(({ ids }) => ids.includes(id)));
if (unknown.length > 0) {
  console.error(
    `there is no row ${unknown.join(", ")}; there are ${measures.flatMap(({ ids }) => ids).join(", ")}`,
  );
  process.exit(2);
}

const say = (text: string) => console.error(`bench: ${text}`);
if (!flags["no-peers"]) await installPeers();
const bench = new Bench({ scale, parent: resolve(flags.folder), hasPeers: !flags["no-peers"], say });
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, async () => {
    await bench[Symbol.asyncDispose]();
    process.exit(1);
  });
try {
  const result = await measureAll(wanted);
  if (scale !== "smoke" && only === undefined)
    writeFileSync(join(import.meta.dir, "results.md"), resultMarkdown(result));
  console.log(flags.json ? JSON.stringify(result) : resultText(result));
} finally {
  await bench[Symbol.asyncDispose]();
}
// What workers wrote into is still being read, and would keep this process for ever.
process.exit(0);

async function measureAll(list: readonly Measure[]): Promise<Result> {
  const startedAt = performance.now();
  const rows: Row[] = [];
  const skipped: { id: string; why: string }[] = [];
  for (const measure of list) {
    const measuredAt = performance.now();
    try {
      rows.push(...(await measure.run(bench)));
    } catch (error) {
      if (!(error instanceof CannotMeasure)) throw error;
      skipped.push(...measure.ids.map((id) => ({ id, why: error.message })));
    }
    say(`${measure.ids.join(", ")}: ${((performance.now() - measuredAt) / 1000).toFixed(1)} s`);
  }
  const isWanted = ({ id }: Row) => only === undefined || only.includes(id.split(" ", 1).join());
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return {
    v: 1,
    scale,
    seconds,
    machine: describeMachine(bench.folder),
    rows: rows.filter(isWanted).map(toResult),
    skipped,
  };
}

/** What is compared with is no dependency of the product: it is fetched here, when it is first needed. */
async function installPeers(): Promise<void> {
  if (existsSync(join(import.meta.dir, "node_modules"))) return;
  const child = Bun.spawn([process.execPath, "install", "--frozen-lockfile"], {
    cwd: import.meta.dir,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) {
    say("the packages that are compared with could not be installed; --no-peers leaves them out");
    process.exit(1);
  }
}
