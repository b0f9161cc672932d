// `bun run bench:web [--only live,cards,…] [--seconds 600]`: what the board in a browser costs, in a real one. Takes some minutes.
import { parseArgs } from "node:util";
import { describeMachine } from "../machine.ts";
import { bytes } from "./measures/bytes.ts";
import { cards } from "./measures/cards.ts";
import { graph } from "./measures/graph.ts";
import { live } from "./measures/live.ts";
import { log } from "./measures/log.ts";
import { safety } from "./measures/safety.ts";
import { tabs } from "./measures/tabs.ts";
import { WebBench, type WebMeasure } from "./web-bench.ts";

const measures: Readonly<Record<string, WebMeasure>> = { live, cards, log, graph, tabs, bytes, safety };
const { values } = parseArgs({
  options: {
    only: { type: "string", default: Object.keys(measures).join() },
    seconds: { type: "string", default: "600" },
  },
});
await using bench = await WebBench.start({ seconds: Number(values.seconds) });
const { cpu, cores, date, load } = describeMachine(bench.folder);
console.log(`${date}, ${cores} × ${cpu}, load ${load}, Chromium ${bench.browser.version()}`);
for (const name of values.only.split(",")) {
  const measure = measures[name];
  if (measure === undefined)
    throw new Error(`there is no ${name}; there are ${Object.keys(measures).join(", ")}`);
  console.log(`\n${name}`);
  for (const [what, value] of await measure(bench)) console.log(`  ${what.padEnd(62)} ${value}`);
}
