// `bun run bench:crowd`: many hosts on one board of one PostgreSQL server, at rest and with tasks at given rates.
import { Bench } from "../bench.ts";
import { describeMachine } from "../machine.ts";
import { CannotMeasure } from "../measure.ts";
import { measureCrowd } from "./crowd.ts";
import { crowdText } from "./crowd-text.ts";
import { type CommandOptions, parseOptions, usage } from "./options.ts";

const options = readOptions();
const say = (text: string) => console.error(`crowd: ${text}`);
const bench = new Bench({ scale: "full", parent: options.folder, hasPeers: false, say });
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, async () => {
    await bench[Symbol.asyncDispose]();
    process.exit(1);
  });
let exitCode = 0;
try {
  const figures = await measureCrowd(bench, options);
  const { folder: _, json, ...how } = options;
  const result = { v: 1, ...how, machine: describeMachine(bench.folder), ...figures };
  console.log(json ? JSON.stringify(result) : crowdText(result));
  if (figures.phases.some(({ startedTwice, lost, left }) => startedTwice + lost + left > 0)) exitCode = 1;
} catch (error) {
  if (!(error instanceof CannotMeasure)) throw error;
  console.error(`skipped: ${error.message}`);
  exitCode = 75;
} finally {
  await bench[Symbol.asyncDispose]();
}
process.exit(exitCode);

function readOptions(): CommandOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`crowd: ${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}
