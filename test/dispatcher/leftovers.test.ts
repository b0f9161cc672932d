import { expect, test } from "bun:test";
import { chmodSync, chownSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { FindingKeeper } from "../../src/dispatcher/report/finding.ts";
import { signalRuns } from "../../src/dispatcher/tick/signal-runs.ts";
import { KnownRuns } from "../../src/worker/tree/known-runs.ts";
import type { SightedRun } from "../../src/worker/tree/sighting.ts";
import { CommandLine } from "../cli/command-line.ts";
import { commandForAll } from "../support/command-for-all.ts";
import { eventually } from "../support/eventually.ts";

const setpriv = Bun.which("setpriv");
const canChangeUser = process.platform === "linux" && process.getuid?.() === 0 && setpriv !== null;
if (!canChangeUser) console.log("skip: only root with setpriv can make a process that its own run can't end");

test("what survives KILL is told once, whatever processes it is at each tick", () => {
  const keeper = new FindingKeeper();
  const left = (name: string) => {
    const run = { runId: 7, taskId: name, token: "none has this mark" };
    const sighted = { run, token: run.token, shim: null, isRoot: false, seen: { survivedKill: true } };
    return signalRuns({ terms: [], kills: [sighted as unknown as SightedRun] }, new KnownRuns(), 0);
  };
  keeper.add(left("t_1"));
  expect(keeper.take()).toMatchObject([
    { about: "run", runId: 7, detail: expect.stringContaining("it survived SIGKILL"), hint: null },
  ]);
  keeper.add(left("t_2"));
  expect(keeper.take()).toEqual([]);
});

test.skipIf(!canChangeUser)(
  "what a run left as another user is named by a tick, once, and by explain, until it is gone",
  async () => {
    const kanbun = await CommandLine.init(
      '[profiles.shell]\ncommand = ["sh", "{body_file}"]\ngrace = "100ms"\n',
    );
    const becomeRoot = join(kanbun.home, "..", "become-root");
    copyFileSync(setpriv as string, becomeRoot);
    chmodSync(becomeRoot, 0o4755);
    for (const path of [kanbun.home, join(kanbun.home, "..")]) chownSync(path, 65534, 65534);
    Bun.spawnSync(["chown", "-R", "65534:65534", kanbun.home]);
    const plain = new CommandLine(kanbun.home, [
      ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"],
      ...commandForAll(),
    ]);
    const left = `${becomeRoot} --reuid=0 --clear-groups sleep 1000 & echo $! >${join(kanbun.home, "left")}; sleep 0.1`;
    const id = await plain.create("Leaves one", "--run", left);
    const about = async () => (await plain.json(["dispatch"])).data.boards[0].findings[0]?.about;
    const explained = async () => (await plain.json(["explain", id])).data.detail;
    await eventually("it is told", async () => (await about()) === "run");
    const pid = Number(await Bun.file(join(kanbun.home, "left")).text());
    try {
      expect(await explained()).toMatch(
        new RegExp(`^finished at .*; still there of its last run: sleep \\(pid ${pid}\\)$`),
      );
    } finally {
      process.kill(pid, "SIGKILL");
    }
    await eventually("it is gone", async () => !(await explained()).includes("still there"));
    expect(await about()).toBeUndefined();
  },
);
