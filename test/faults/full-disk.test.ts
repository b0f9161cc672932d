import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import type { BoardStore } from "../../src/store/store.ts";
import { CommandLine } from "../cli/command-line.ts";
import { refusalOf } from "../store/board-under-test.ts";
import { expectInvariants } from "../store/invariants.ts";
import { checkIntegrity } from "../store/sqlite/board.ts";
import { makeTestBoard, person, type TestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { processesOf } from "../support/processes.ts";
import { createShellTask, runAll } from "../support/run-all.ts";
import { noSmallDisk, SmallDisk } from "./small-disk.ts";

const config = `
[dispatch]
max_in_progress = 8
retry_delay = "10ms"
launch_grace = "150ms"
[profiles.shell]
grace = "300ms"
[profiles.verdict]
command = ["sh", "{body_file}"]
stdin = "body"
completes = "by-verdict"
grace = "300ms"
`;

/** The home, all of it, on a disk of three megabytes; what workers wait for and say is outside. */
async function makeBoardOnDisk(disk: SmallDisk): Promise<TestBoard & { readonly outside: string }> {
  return { ...(await makeTestBoard({ home: disk.folder, config })), outside: makeTestHome() };
}

function mountDisk(): SmallDisk {
  const disk = SmallDisk.tryMount(3_000_000);
  if (disk === null) throw new Error("the disk was there a moment ago");
  return disk;
}

async function endedOutcomes(store: BoardStore, task: string) {
  return (await store.listRuns(task)).map((run) => run.outcome);
}

async function expectAtRest({ store, home, context }: TestBoard): Promise<void> {
  await expectInvariants(store);
  expect(await store.listLiveRuns()).toEqual([]);
  expect(checkIntegrity(context.paths.database)).toBe("ok");
  await eventually("no process is left", () => processesOf(home).length === 0);
  store.close();
}

/** Says that it has begun, and goes on when it is told to. */
const meet = (outside: string) => `touch ${outside}/begun; until [ -e ${outside}/go ]; do sleep 0.02; done`;

describe.skipIf(noSmallDisk !== "")(`a home on a disk that is full${noSmallDisk}`, () => {
  test("refuses to create a task and to tick, in words, and does both when there is space again", async () => {
    using disk = mountDisk();
    const board = await makeBoardOnDisk(disk);
    const task = await createShellTask(board, "exit 0");
    const kanbun = new CommandLine(board.home);
    disk.fill();
    for (const command of [["create", "another"], ["dispatch"], ["comment", task, "hello"]]) {
      const { code, error } = await kanbun.json(command);
      expect({ command, code, kind: error?.kind }).toEqual({ command, code: 1, kind: "disk_full" });
      expect(error?.message).toContain(disk.folder);
    }
    expect((await board.store.listTasks({})).map(({ id, status }) => ({ id, status }))).toEqual([
      { id: task, status: "ready" },
    ]);
    disk.free();
    await kanbun.ok("create", "another");
    await runAll(board);
    expect(await endedOutcomes(board.store, task)).toEqual(["completed"]);
    await expectAtRest(board);
  });

  test("can't be read either where nobody has the board open, and says why", async () => {
    using disk = mountDisk();
    const board = await makeBoardOnDisk(disk);
    const task = await createShellTask(board, "exit 0");
    await board.store.close();
    const kanbun = new CommandLine(board.home);
    disk.fill();
    expect((await kanbun.json(["list"])).error).toMatchObject({ kind: "disk_full" });
    disk.free();
    expect((await kanbun.json(["list"])).data.tasks).toMatchObject([{ id: task }]);
  });

  test("lets a tick fail and the next one claim, at whichever file the space ends", async () => {
    using disk = mountDisk();
    const board = await makeBoardOnDisk(disk);
    const dispatcher = new Dispatcher(board.context);
    await dispatcher.tick();
    const tasks: string[] = [];
    // From no free page upwards: lock, log, workspace, run folder and input each are the first to fail.
    for (let pages = 0; pages <= 24; pages += 2) {
      tasks.push(await createShellTask(board, `: ${"x".repeat(5_000)}`, { maxRetries: 5 }));
      disk.fill();
      disk.giveBack(pages * 4096);
      const failure = await dispatcher.tick().then(
        () => null,
        (error: unknown) => error,
      );
      if (failure !== null) expect(await refusalOf(Promise.reject(failure))).toBe("disk_full");
      disk.free();
    }
    dispatcher.close();
    await runAll(board);
    for (const task of tasks) {
      const outcomes = await endedOutcomes(board.store, task);
      expect(outcomes.at(-1)).toBe("completed");
      expect(
        new Set(outcomes).difference(new Set(["completed", "interrupted", "spawn_failed", "crashed"])),
      ).toEqual(new Set());
    }
    await expectAtRest(board);
  });

  test("X21: keeps no worker from leaving its exit code: what it did is done, once", async () => {
    using disk = mountDisk();
    const board = await makeBoardOnDisk(disk);
    const { outside } = board;
    const task = await createShellTask(
      board,
      `${meet(outside)}; echo said into a full disk || touch ${outside}/unsaid; echo again; exit 0`,
    );
    const dispatcher = new Dispatcher(board.context);
    await dispatcher.tick();
    await eventually("the worker begins", () => existsSync(join(outside, "begun")));
    disk.fill();
    writeFileSync(join(outside, "go"), "");
    await eventually("the worker ends", () => processesOf(board.home).length === 0);
    // The log has no room for it: that is no fault of who says it.
    expect(existsSync(join(outside, "unsaid"))).toBe(false);
    expect(await refusalOf(dispatcher.tick())).toBe("disk_full");
    dispatcher.close();
    disk.free();
    await runAll(board);
    expect(await endedOutcomes(board.store, task)).toEqual(["completed"]);
    await expectAtRest(board);
  });

  test("refuses a worker's verdict, and takes it when there is space again", async () => {
    using disk = mountDisk();
    const board = await makeBoardOnDisk(disk);
    const { outside } = board;
    const { task } = await board.store.createTask(
      {
        title: "verdict",
        assignee: "verdict",
        body: `${meet(outside)}; until kanbun complete --summary whole 2>>${outside}/refused; do sleep 0.02; done`,
      },
      person,
    );
    const dispatcher = new Dispatcher(board.context);
    await dispatcher.tick();
    await eventually("the worker begins", () => existsSync(join(outside, "begun")));
    disk.fill();
    writeFileSync(join(outside, "go"), "");
    const refused = () => readFileSync(join(outside, "refused"), "utf8");
    await eventually(
      "the verdict is refused",
      () => existsSync(join(outside, "refused")) && refused().includes("is full: nothing was changed"),
    );
    expect((await board.store.requireTask(task.id)).status).toBe("running");
    disk.free();
    await runAll(board);
    dispatcher.close();
    expect(await endedOutcomes(board.store, task.id)).toEqual(["completed"]);
    expect((await board.store.listRuns(task.id))[0]?.summary).toBe("whole");
    await expectAtRest(board);
  });
});
