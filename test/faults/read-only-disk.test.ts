import { describe, expect, test } from "bun:test";
import { CommandLine } from "../cli/command-line.ts";
import { endPrograms, startProgram } from "../store/programs.ts";
import { makeTestBoard, type TestBoard } from "../support/board.ts";
import { createShellTask, runAll } from "../support/run-all.ts";
import { noSmallDisk, SmallDisk } from "./small-disk.ts";

function mountDisk(): SmallDisk {
  const disk = SmallDisk.tryMount(6_000_000);
  if (disk === null) throw new Error("the disk was there a moment ago");
  return disk;
}

/** Every command that writes is refused, and says of which file. */
async function expectRefusedWrites(kanbun: CommandLine, task: string): Promise<void> {
  const commands = [
    ["create", "x"],
    ["comment", task, "x"],
    ["complete", task],
    ["dispatch"],
    ["dispatch", "--until-idle"],
  ];
  for (const command of commands) {
    const { code, error } = await kanbun.json(command);
    expect({ command, code, kind: error?.kind }).toEqual({ command, code: 1, kind: "unwritable" });
    expect(error?.message).toContain(kanbun.home);
  }
}

async function reopen({ context }: TestBoard) {
  return context.openStore(context.place);
}

describe.skipIf(noSmallDisk !== "")(`a home on a disk that became read-only${noSmallDisk}`, () => {
  test("refuses each write and each tick, and says why a board that was closed cannot even be read", async () => {
    using disk = mountDisk();
    const board = await makeTestBoard({ home: disk.folder });
    const task = await createShellTask(board, "exit 0");
    board.store.close();
    const kanbun = new CommandLine(disk.folder);
    disk.remount("ro");
    await expectRefusedWrites(kanbun, task);
    // SQLite reads a board with a log through its index, and makes one where there is none: here it may not.
    const { code, error } = await kanbun.json(["list"]);
    expect({ code, kind: error?.kind }).toEqual({ code: 1, kind: "unwritable" });
    expect(error?.hint).toContain("not mounted read-only");
    const examined = await kanbun.json(["doctor"]);
    expect(JSON.stringify(examined)).toContain("cannot open the lock file");
    disk.remount("rw");
    const store = await reopen(board);
    await runAll({ ...board, store });
    expect((await store.requireTask(task)).status).toBe("done");
    store.close();
  });

  test("is still read where its last writer was killed, with all that was acknowledged", async () => {
    using disk = mountDisk();
    const board = await makeTestBoard({ home: disk.folder });
    const task = await createShellTask(board, "exit 0");
    board.store.close();
    const writer = await startProgram("create-forever.ts", board.context.place);
    writer.go();
    const acknowledged: string[] = [];
    for await (const id of writer.lines()) if (acknowledged.push(id) === 20) await writer.kill();
    await endPrograms();
    const kanbun = new CommandLine(disk.folder);
    disk.remount("ro");
    const { code, data } = await kanbun.json(["list"]);
    expect(code).toBe(0);
    const listed = new Set((data.tasks as { id: string }[]).map(({ id }) => id));
    expect(acknowledged.filter((id) => !listed.has(id))).toEqual([]);
    await expectRefusedWrites(kanbun, task);
  });
});
