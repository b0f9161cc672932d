import { expect, test } from "bun:test";
import { join } from "node:path";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { fixturePath } from "../native-shims/children.ts";
import { eventually } from "../support/eventually.ts";
import { expectNoneLeft, processesOf } from "../support/processes.ts";
import { python } from "../support/python.ts";

const isLinux = process.platform === "linux";

/** Where no starter of trees can be made, as under some containers' filters: the mark alone tells whose a process is. */
async function init(): Promise<CommandLine> {
  const filter = [python, fixturePath("refuse-calls.py"), "memfd_create"];
  const home = (
    await CommandLine.init('[dispatch]\nretry_delay = "1ms"\n[profiles.shell]\ngrace = "200ms"\n')
  ).home;
  return new CommandLine(home, [...filter, process.execPath, mainPath]);
}

const stubborn = "trap '' TERM HUP INT; sleep 600";
const stray = `setsid nohup sh -c "${stubborn}" >/dev/null 2>&1 & ( ( setsid sh -c "${stubborn}" & ) & )`;

for (const [verb, ...args] of [["cancel"], ["block", "why"], ["archive"], ["complete", "--force"]] as const)
  test.skipIf(!isLinux)(
    `W13: without descent, ${verb} ends what left group and session, and ignores TERM`,
    async () => {
      const kanbun = await init();
      const id = await kanbun.create("x", "--run", `${stray}; echo ready; ${stubborn}`);
      await kanbun.ok("dispatch");
      await eventually("it is ready", async () => (await kanbun.ok("log", id)).includes("ready"));
      const force = verb === "cancel" || args.includes("--force" as never) ? [] : ["--force"];
      await kanbun.ok(verb, id, ...args, ...force);
      await eventually("nothing is left", async () => {
        await kanbun.run(["dispatch", "--max", "0"]);
        return processesOf(kanbun.home).length === 0;
      });
    },
  );

test.skipIf(!isLinux)(
  "W15: without descent, a task runs again only when all that its run left has ended",
  async () => {
    const kanbun = await init();
    // Held for as long as what the first run leaves behind lives.
    const lock = join(kanbun.home, "lock");
    const leave = `( ( setsid flock '${lock}' sh -c "${stubborn}" & ) & ); while flock -n '${lock}' true; do sleep 0.02; done`;
    const script = `[ ! -e '${lock}' ] || exec flock -n '${lock}' true; ${leave}; exit 3`;
    const id = await kanbun.create("x", "--max-retries", "3", "--run", script);
    await kanbun.ok("dispatch", "--until-idle");
    expect((await kanbun.task(id)).status).toBe("done");
    await expectNoneLeft(kanbun.home);
    await using store = await kanbun.open();
    expect((await store.listRuns(id)).map(({ outcome }) => outcome)).toEqual(["crashed", "completed"]);
  },
);
