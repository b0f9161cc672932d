import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { noSmallDisk, SmallDisk } from "../faults/small-disk.ts";
import { makeTestHome } from "../support/home.ts";
import { Scene } from "./scene.ts";

const config = '[dispatch]\nretry_delay = "1ms"\n';

describe.skipIf(noSmallDisk !== "")(`X7: what can't be written${noSmallDisk}`, () => {
  for (const part of ["runs", "workspaces"] as const)
    test(`in the home's ${part} counts against no task, which waits and says why`, async () => {
      using disk = SmallDisk.tryMount(1_000_000);
      if (disk === null) throw new Error("the disk was there a moment ago");
      using scene = await Scene.open(config);
      const folder = scene.board.context.paths[part];
      mkdirSync(dirname(folder), { recursive: true });
      symlinkSync(disk.folder, folder);
      disk.remount("ro");
      const id = await scene.create("exit 0", { maxRetries: 1 });
      expect((await scene.tick()).interrupted).toMatchObject([{ taskId: id, status: "ready" }]);
      const { dueAtMs, consecutiveFailures } = await scene.store.requireTask(id);
      expect(consecutiveFailures).toBe(0);
      expect(dueAtMs).not.toBeNull();
      const told = await new CommandLine(scene.home).ok("explain", id);
      expect(told).toMatch(/interrupted: cannot make .*read-only file system/i);
      disk.remount("rw");
      scene.clock.pass(10_000);
      await scene.tickUntil("it is done", (report) => report.completed.length > 0);
    });

  test("in a task's own folder is that task's failure", async () => {
    using scene = await Scene.open(config);
    const folder = join(makeTestHome(), "not", "there");
    const id = await scene.create("exit 0", { maxRetries: 1, workspaceKind: "dir", workspacePath: folder });
    await scene.tickUntil("it is blocked", (report) => report.gaveUp.length > 0);
    expect(await scene.outcomes(id)).toEqual(["spawn_failed"]);
    expect((await scene.store.requireTask(id)).consecutiveFailures).toBe(1);
  });
});
