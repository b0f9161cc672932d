import { describe, expect, test } from "bun:test";
import { CommandLine } from "../cli/command-line.ts";
import { noSmallDisk, SmallDisk } from "../faults/small-disk.ts";
import { person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";

const config = '[dispatch]\nlaunch_grace = "100ms"\n[profiles.shell]\ngrace = "50ms"\n';

/** A home, all of it, on a disk of two hundred files; one tick has made what every tick needs. */
async function openOnDisk(disk: SmallDisk): Promise<CommandLine> {
  const kanbun = new CommandLine(disk.folder);
  await Bun.write(`${kanbun.home}/kanbun.toml`, config);
  await kanbun.ok("init");
  await kanbun.create("first", "--assignee", "shell", "--body", "exit 0");
  await kanbun.ok("dispatch", "--until-idle");
  return kanbun;
}

describe.skipIf(noSmallDisk !== "")(`X5: a file system without free inodes${noSmallDisk}`, () => {
  test("holds a task back longer each time, counts no failure, and is named by explain and doctor", async () => {
    using disk = SmallDisk.tryMount(50_000_000, 200);
    if (disk === null) throw new Error("the disk was there a moment ago");
    const kanbun = await openOnDisk(disk);
    // As beside a resident: the log and its index are there, for they would be two more files.
    await using store = await kanbun.open("write");
    const id = await kanbun.create("second", "--assignee", "shell", "--body", "exit 0", "--max-retries", "1");
    disk.fillInodes(0);
    for (const times of [1, 2, 3]) {
      await eventually(`it is interrupted ${times} times`, async () => {
        await kanbun.ok("dispatch");
        return (await store.listRuns(id)).length >= times;
      });
    }
    expect((await store.listRuns(id)).map((run) => run.outcome)).toEqual(
      Array.from({ length: 3 }, () => "interrupted"),
    );
    expect(await store.requireTask(id)).toMatchObject({ status: "ready", consecutiveFailures: 0 });
    const told = await kanbun.ok("explain", id);
    expect(told).toMatch(/interrupted 3 times in a row: cannot make .*no space left on device/i);
    const { data } = await kanbun.json(["doctor"]);
    const byName = new Map<string, { status: string; detail: string }>(
      data.checks.map((check: { check: string }) => [check.check, check]),
    );
    expect(byName.get("inodes")?.detail).toContain("room for only 0 more files");
    expect(byName.get("returns")?.detail).toContain(`${id} "second": interrupted 3 times in a row`);
    disk.freeInodes();
    await kanbun.ok("promote", id);
    await kanbun.ok("dispatch", "--until-idle");
    expect((await kanbun.task(id)).status).toBe("done");
  });

  test("fails no tick, at whichever file it shows, and every task is done when there is room again", async () => {
    using disk = SmallDisk.tryMount(50_000_000, 200);
    if (disk === null) throw new Error("the disk was there a moment ago");
    const kanbun = await openOnDisk(disk);
    await using store = await kanbun.open("write");
    const ids: string[] = [];
    for (let left = 0; left <= 8; left++) {
      ids.push(
        await kanbun.create(`with ${left}`, "--assignee", "shell", "--max-retries", "9", "--body", "exit 0"),
      );
      disk.fillInodes(left);
      await kanbun.ok("dispatch");
      // By then a run that could not start is given up, or can't be: either way the tick goes on.
      await Bun.sleep(150);
      await kanbun.ok("dispatch");
      disk.freeInodes();
    }
    await eventually("all are done", async () => {
      for (const id of ids)
        if ((await store.requireTask(id)).dueAtMs !== null)
          await store.promoteTask(id, person).catch(() => {});
      await kanbun.ok("dispatch", "--until-idle");
      const tasks = await Promise.all(ids.map((id) => store.requireTask(id)));
      return tasks.every((task) => task.status === "done");
    });
    for (const id of ids)
      expect(new Set((await store.listRuns(id)).map((run) => run.outcome))).not.toContain("spawn_failed");
  });
});
