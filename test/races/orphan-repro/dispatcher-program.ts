// A dispatcher of the race: ticks without pause until SIGTERM or until its time is over.
import { existsSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { testContext } from "../../support/board.ts";
import { Unrest } from "../soak/unrest.ts";
import type { DispatcherOrders } from "./dispatcher-orders.ts";
import { Journal } from "./journal.ts";
import { Random } from "./random.ts";
import { Standing } from "./standing.ts";
import { WatchedLocks } from "./watched-lock.ts";

const orders: DispatcherOrders = JSON.parse(process.argv[2] ?? "{}");
const random = new Random(orders.seed);
const journal = new Journal(orders.ticksPath);
const standing = new Standing(dirname(orders.ticksPath));
const locks = new WatchedLocks(journal, orders.name, orders.lock);
const context = testContext(orders.home);
const unrest = orders.unrest && new Unrest(orders.unrest, random, standStill);
const dispatcher = new Dispatcher(
  {
    ...context,
    openStore: async (database) => {
      const store = withGaps(await context.openStore(database));
      return unrest?.over(store) ?? store;
    },
  },
  { tryLock: locks.tryLock, ...(unrest === null ? {} : { onStep: unrest.onStep }) },
);

let { overtakenBefore } = orders;
let isEnding = false;
process.on("SIGTERM", () => {
  isEnding = true;
});

journal.append("here", orders.name);
while (!isEnding && !standing.isSentHome(orders.name) && Date.now() < orders.untilMs) {
  const onlyCloses = overtakenBefore === null && existsSync(orders.onlyClosePath);
  try {
    await dispatcher.tick(onlyCloses ? { max: 0 } : {});
  } catch (error) {
    journal.append("error", orders.name, String(error).replaceAll("\n", " "));
  }
  await new Promise(setImmediate); // or no signal would ever get through
  if (orders.restMs > 0) await Bun.sleep(orders.restMs);
}
dispatcher.close();
journal.append("bye", orders.name, locks.skips);
process.exit(0);

/**
 * Now and then stops this process in the worst of moments: when what it has seen is about to be acted upon, and when
 * what it has claimed is on the board and not yet started.
 */
function withGaps(store: BoardStore): BoardStore {
  const apply = store.applyTick.bind(store);
  const pass = (moment: "claim" | "spawn") => {
    const isDue = overtakenBefore === null ? random.chance(orders.gapRate) : overtakenBefore === moment;
    if (!isDue) return;
    overtakenBefore = null;
    standStill();
  };
  store.applyTick = async (plan) => {
    standing.obey(orders.name);
    if (plan.claims !== null) pass("claim");
    const writes = await apply(plan);
    standing.obey(orders.name);
    if (writes.claimed.length > 0) pass("spawn");
    return writes;
  };
  return store;
}

function standStill(): void {
  writeSync(1, "gap\n"); // whoever is to continue us must know before we can't tell any more
  standing.standStill(orders.name);
}
