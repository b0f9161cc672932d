// Ticks the board of the home argv[2], each time with one descriptor more to spare than before, from none to argv[3], and
// says how each tick ended. All others, up to the limit of this process, are open.
import { closeSync, openSync } from "node:fs";
import { whyNoTrees } from "../../native-shims/index.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { person, testContext } from "../support/board.ts";

const [home = "", spareMax = ""] = process.argv.slice(2);
const context = testContext(home);
const store = await context.openStore(context.place);
whyNoTrees();
await new Dispatcher(context).tick({ max: 0 });

const ticks = [];
for (let spare = 0; spare <= Number(spareMax); spare++) {
  await store.createTask(
    { title: `spare ${spare}`, body: "exit 0", assignee: "shell", maxRetries: 99 },
    person,
  );
  const open = openAll();
  for (const descriptor of open.splice(0, spare)) closeSync(descriptor);
  const ended = await tick();
  for (const descriptor of open) closeSync(descriptor);
  ticks.push({ spare, used: open.length, ...ended });
}
store.close();
console.log(JSON.stringify(ticks));

async function tick() {
  let dispatcher: Dispatcher | null = null;
  try {
    dispatcher = new Dispatcher(context);
    const { spawned, interrupted } = await dispatcher.tick();
    return { spawned: spawned.length, failed: interrupted.map((run) => run.error) };
  } catch (error) {
    const { name, kind, message } = error as Error & { kind?: string };
    return { name, kind, message };
  } finally {
    dispatcher?.close();
  }
}

function openAll(): number[] {
  const open: number[] = [];
  for (;;) {
    try {
      open.push(openSync("/dev/null", "r"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EMFILE") throw error;
      return open;
    }
  }
}
