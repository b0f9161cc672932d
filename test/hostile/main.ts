// `bun run hostile --cases 100000 [--seed N]`: hostile command lines, environments and files, until one of them gets
// anything but success or an error of ours.
import { parseArgs } from "node:util";
import { tryHostileInput } from "./trial.ts";

const { values } = parseArgs({
  options: { cases: { type: "string", default: "10000" }, seed: { type: "string" } },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const cases = Number(values.cases);
const codes = new Map<number | null, number>();
let tried = 0;
console.log(`hostile: ${cases} cases, seed ${seed}`);
try {
  await tryHostileInput({
    cases,
    seed,
    onCase: (_, code) => {
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (++tried % 5_000 === 0) console.log(`hostile: ${tried}`);
    },
  });
  const byCode = [...codes].sort(([a], [b]) => (a ?? -1) - (b ?? -1)).map(([code, n]) => `${code}: ${n}`);
  console.log(`hostile: ${tried} cases, none broke the promise; exit codes ${byCode.join(", ")}`);
} catch (error) {
  console.error((error as Error).message, (error as Error).cause ?? "");
  process.exitCode = 1;
}
