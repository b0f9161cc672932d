// A dispatcher of the race: ticks without pause until SIGTERM or until its time is over.
import { existsSync, writeSync } from "node:fs";
import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { testContext } from "../../support/board.ts";
import type { DispatcherOrders } from "./dispatcher-orders.ts";
import { Journal } from "./journal.ts";
import { Random } from "./random.ts";
import { WatchedLocks } from "./watched-lock.ts";

const orders: DispatcherOrders = JSON.parse(process.argv[2] ?? "{}");
const random = new Random(orders.seed);
const journal = new Journal(orders.ticksPath);
const locks = new WatchedLocks(journal, orders.name, orders.lock);
const context = testContext(orders.home);
const dispatcher = new Dispatcher(
  {
    ...context,
    openStore: async (database) => withGaps(await context.openStore(database)),
  },
  { tryLock: locks.tryLock },
);

let isEnding = false;
process.on("SIGTERM", () => {
  isEnding = true;
});

journal.append("here", orders.name);
while (!isEnding && Date.now() < orders.untilMs) {
  const onlySettles = !orders.isToBeOvertaken && existsSync(orders.onlySettlePath);
  try {
    await dispatcher.tick(onlySettles ? { max: 0 } : {});
  } catch (error) {
    journal.append("error", orders.name, String(error).replaceAll("\n", " "));
  }
  await new Promise(setImmediate); // or no signal would ever get through
}
dispatcher.close();
journal.append("bye", orders.name, locks.skips);
process.exit(0);

/** Now and then stops this process in the worst of moments: what it claimed is on the board, and not yet started. */
function withGaps(store: BoardStore): BoardStore {
  const apply = store.applyTick.bind(store);
  let isDue = orders.isToBeOvertaken;
  store.applyTick = async (plan) => {
    const writes = await apply(plan);
    if (writes.claimed.length > 0 && (isDue || random.chance(orders.gapRate))) {
      isDue = false;
      writeSync(1, "gap\n"); // whoever is to continue us must know before we can't tell any more
      process.kill(process.pid, "SIGSTOP");
    }
    return writes;
  };
  return store;
}
