// `bun run many-hosts`: hosts as network namespaces with dispatchers of the product on one PostgreSQL, which are killed, stopped and
// cut off, while its server is restarted and killed; and then a look at what the workers themselves wrote down.
import { whyNoNetwork } from "./network.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { race, readLogs } from "./race.ts";
import { renderText } from "./report.ts";

const options = readOptions();
const refusal = whyNoNetwork();
if (refusal !== null) {
  console.error(`skipped: ${refusal}`);
  process.exit(75);
}
const { result, keptIn } = await race(options);
console.log(options.json ? JSON.stringify(result) : renderText(options, result));
if (keptIn !== null) {
  console.error(readLogs(keptIn));
  console.error(`many-hosts: what the hosts left is kept in ${keptIn}`);
}
process.exit(keptIn === null ? 0 : 1);

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`many-hosts: ${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}
