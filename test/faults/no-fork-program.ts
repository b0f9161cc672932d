// Ticks the board of the home argv[2] as a process that may start no other: its own limit of processes (and threads) is
// lowered when all that it needs itself is there. Says how each of argv[3] ticks ended.
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { testContext } from "../support/board.ts";

const [home = "", count = ""] = process.argv.slice(2);
const dispatcher = new Dispatcher(testContext(home));
await dispatcher.tick({ max: 0 });
await Bun.spawn(["true"]).exited; // the threads that Bun starts for its first child
Bun.gc(true); // and those of its first collection
Bun.spawnSync(["prlimit", "--pid", String(process.pid), "--nproc=1:1"]);

const ticks = [];
for (let tick = 0; tick < Number(count); tick++) {
  ticks.push(
    await dispatcher.tick().then(
      ({ spawned, interrupted }) => ({
        spawned: spawned.length,
        failed: interrupted.map(({ error, status }) => ({ error, status })),
      }),
      (error: Error) => ({ name: error.name, message: error.message }),
    ),
  );
  await Bun.sleep(50);
}
dispatcher.close();
console.log(JSON.stringify(ticks));
