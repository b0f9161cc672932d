import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { processesOf } from "../support/processes.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const config = '[dispatch]\nlaunch_grace = "100ms"\n[profiles.shell]\ngrace = "100ms"\n';
const points = [
  "locked",
  "looked",
  "applied",
  "draft",
  "made",
  "signalled",
  "spawned",
  "recorded",
  "unlocked",
];

function listFolder(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

async function dieInStart(home: string, point: string): Promise<void> {
  const program = join(import.meta.dir, "../fixtures/die-in-start.ts");
  const killed = Bun.spawn([process.execPath, program, home, point], { stdout: "ignore", stderr: "inherit" });
  await killed.exited;
  expect(killed.signalCode).toBe("SIGKILL");
}

for (const point of points)
  test.skipIf(lacksOnWindows("signals"))(
    `X20: of a dispatcher that is killed at "${point}" no folder and no process stays unknown, though its task is cancelled`,
    async () => {
      const kanbun = await CommandLine.init(config);
      const ids = [];
      for (const title of ["one", "two"]) ids.push(await kanbun.create(title, "--run", "sleep 600"));
      await dieInStart(kanbun.home, point);
      const board = join(kanbun.home, "kanban");
      const workspaces = join(board, "workspaces");
      await using store = await kanbun.open();
      // What it left is of runs that the board knows, and explain says of each task what the next tick does.
      const live = await store.listLiveRuns();
      const folders = listFolder(join(board, "runs"));
      expect(folders.filter((name) => !live.some(({ runId }) => String(runId) === name))).toEqual([]);
      const tasks = new Set(live.map(({ taskId }) => taskId));
      expect(listFolder(workspaces).filter((name) => name !== ".kanbun-made" && !tasks.has(name))).toEqual(
        [],
      );
      for (const id of ids) {
        // Processes of other tests that can't be looked into are suspects for as long as they live.
        const { reason, detail } = await eventually("it can be told", async () => {
          const { data } = await kanbun.json(["explain", id]);
          return !data.detail.startsWith("can't tell") && data;
        });
        if (!tasks.has(id)) expect(reason).toBe("next_tick");
        else if (reason === "worker_ended") expect(detail).toContain("has not been started");
        else
          expect([reason, detail]).toEqual(["running", expect.stringMatching(/is running|is being started/)]);
      }
      for (const id of ids) await kanbun.ok("cancel", id);
      await eventually("all of it is over", async () => {
        await kanbun.ok("dispatch");
        return (await store.listLiveRuns()).length === 0 && processesOf(kanbun.home).length === 0;
      });
      const { checks } = (await kanbun.json(["doctor"])).data;
      expect(checks.filter((one: { status: string }) => one.status !== "ok")).toEqual([]);
      const { detail } = checks.find((one: { check: string }) => one.check === "scratch_folders");
      for (const name of listFolder(workspaces))
        if (name !== ".kanbun-made") expect(detail).toContain(join(workspaces, name));
      // A mark for each, and nothing half made.
      expect(listFolder(join(workspaces, ".kanbun-made")).sort()).toEqual(
        listFolder(workspaces)
          .filter((name) => name !== ".kanbun-made")
          .sort(),
      );
    },
  );
