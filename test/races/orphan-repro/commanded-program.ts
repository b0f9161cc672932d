// A dispatcher that does what it is told, line by line on standard input, and answers each with one line of JSON:
// `tick`: one tick, its report; `hold`: takes the dispatch lock as a tick does; `release`: gives it back.
import { createInterface } from "node:readline";
import { DispatchLock } from "../../../src/dispatcher/dispatch-lock.ts";
import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import { testContext } from "../../support/board.ts";

const context = testContext(process.argv[2] ?? "");
const dispatcher = new Dispatcher(context);
const lock = new DispatchLock(context.place);
let held: ReturnType<DispatchLock["try"]> = null;

for await (const order of createInterface({ input: process.stdin })) console.log(await obey(order));
process.exit(0);

async function obey(order: string): Promise<string> {
  switch (order) {
    case "tick":
      return JSON.stringify(await dispatcher.tick());
    case "hold":
      held = lock.try(Date.now);
      return JSON.stringify(held !== null);
    case "release":
      held?.release();
      return JSON.stringify(true);
    default:
      return JSON.stringify(null);
  }
}
