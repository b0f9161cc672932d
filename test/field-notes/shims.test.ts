import { expect, test } from "bun:test";
import { readFileSync, realpathSync } from "node:fs";
import { identifyProcess, probeProcess, whyNoTrees } from "../../native-shims/index.ts";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { expectNoneLeft, processesOf } from "../support/processes.ts";
import { canUnshare } from "./namespaces.ts";
import { Scene } from "./scene.ts";

const isLinux = process.platform === "linux";
const hasTrees = isLinux && whyNoTrees() === null;
const config = '[dispatch]\nretry_delay = "1ms"\n[profiles.shell]\ngrace = "100ms"\n';

const tasks = {
  fine: "echo out; echo err > /dev/stderr; echo end",
  failing: "exit 3",
  killed: "kill -KILL $$",
  leaving: "( ( setsid sleep 600 >/dev/null 2>&1 & ) & ); exit 0",
  "closing all files": 'exec <&- >&- 2>&-; for fd in 3 4 5 6 7 8 9; do eval "exec $fd>&-"; done; exit 4',
  told: "kill -TERM 0; sleep 600",
};
const expected = {
  fine: ["done", ["completed"]],
  failing: ["blocked", ["crashed"]],
  killed: ["blocked", ["crashed"]],
  leaving: ["done", ["completed"]],
  "closing all files": ["blocked", ["crashed"]],
  told: ["blocked", ["crashed"]],
};

for (const shell of ["dash", "bash", "busybox"]) {
  const path = Bun.which(shell);
  // In a mount namespace of its own the shell stands where /bin/sh is.
  const canReplace = isLinux && path !== null && canUnshare("--mount");
  test.skipIf(!canReplace || !hasTrees)(
    `a run is the same where ${shell} is the system's shell`,
    async () => {
      const around = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" "$1" && shift && exec "$@"'];
      const { home } = await CommandLine.init(config);
      const kanbun = new CommandLine(home, [
        ...[...around, path ?? "", realpathSync("/bin/sh")],
        ...[process.execPath, mainPath],
      ]);
      const ids = new Map<string, string>();
      for (const [name, body] of Object.entries(tasks))
        ids.set(name, await kanbun.create(name, "--max-retries", "1", "--run", body));
      await kanbun.ok("dispatch", "--until-idle", "--exit-zero");
      await using store = await kanbun.open();
      const seen: Record<string, unknown> = {};
      for (const [name, id] of ids) {
        const runs = await store.listRuns(id);
        seen[name] = [(await kanbun.task(id)).status, runs.map(({ outcome }) => outcome)];
      }
      expect(seen).toEqual(expected);
      expect(await kanbun.ok("log", ids.get("fine") ?? "")).toContain("out\nerr\nend\n");
      await eventually("nothing is left", async () => {
        await kanbun.run(["dispatch", "--max", "0"]);
        return processesOf(home).length === 0;
      });
    },
  );
}

test.skipIf(!hasTrees)(
  "a `tee` that a worker leaves is not taken for the one that writes its log",
  async () => {
    using scene = await Scene.open(config);
    const id = await scene.create("mkfifo f && { setsid tee out <>f >/dev/null 2>&1 & } && exit 0");
    await scene.tickUntil("it is over", async () => {
      scene.clock.pass(200);
      return (await scene.store.listLiveRuns()).length === 0;
    });
    await expectNoneLeft(scene.home);
    const events = await scene.store.listEvents({ taskId: id });
    expect(events.map(({ kind }) => kind)).toContain("leftovers_ended");
  },
);

test.skipIf(!hasTrees)(
  "a worker whose copier is killed fails when it writes, and its run is over",
  async () => {
    using scene = await Scene.open(config);
    const id = await scene.create(`echo begun; ${scene.gate()}; echo more; echo more; exit 0`, {
      maxRetries: 1,
    });
    const [spawned] = (await scene.tick()).spawned;
    await scene.said(spawned?.runId, "begun\n");
    const pid = scene.processes().find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8") === "tee\n");
    const copier = pid === undefined ? null : identifyProcess(pid);
    if (copier === null) throw new Error("there is no copier");
    process.kill(copier.pid, "SIGKILL");
    // Until it has ended its pipe is open, and takes what is written.
    await eventually("it is gone", () => probeProcess(copier) === "dead");
    scene.openGate();
    await scene.tickUntil("it is over", async () => (await scene.outcomes(id))[0] !== null);
    expect(await scene.outcomes(id)).toEqual(["crashed"]);
    await scene.tickUntil("nothing is left", () => scene.processes().length === 0);
  },
);
