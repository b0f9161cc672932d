import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identifyProcess } from "../../native-shims/index.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { planRepair, repairBoard } from "../../src/doctor/board-repair.ts";
import { removeRunFolder } from "../../src/doctor/run-folders.ts";
import { makeTestHome } from "../support/home.ts";
import { bytesBelow, change, doctorOf, findBoardTroubles, makeHome } from "./doctor-home.ts";

/** A folder as a run leaves it, with more in it. */
function makeRunFolder(runs: string, name: string, files: Readonly<Record<string, string>> = {}): string {
  const path = join(runs, name);
  mkdirSync(path, { recursive: true });
  const own = { start: "999999999 1 token\n", exit: "0\n", "output.log": "said\n", body: "true" };
  for (const [file, text] of Object.entries({ ...own, ...files })) writeFileSync(join(path, file), text);
  return path;
}

describe("a run folder", () => {
  test("of no run is named and removed; one of a run stays, whatever its age (I8)", async () => {
    const { home, database, runs, ids } = await makeHome({ tasks: 1 });
    const ended = `INSERT INTO task_runs (id, task_id, status, started_at, ended_at, outcome)
      VALUES (3, '${ids[0]}', 'done', 1, 1, 'completed')`;
    change(database, ended);
    const kept = makeRunFolder(runs, "3");
    const [stale, empty] = [makeRunFolder(runs, "7"), join(runs, "8")];
    mkdirSync(empty);
    const context = doctorOf(home);
    const { run_folders } = await findBoardTroubles(context);
    expect(run_folders).toMatchObject({ status: "warning", fix: "kanbun repair --board default" });
    expect(run_folders?.detail).toBe(`folders without a run: ${stale}, ${empty}`);
    const changes = await repairBoard(context, "default");
    expect(changes.map((one) => one.detail)).toEqual([`removed ${stale}`, `removed ${empty}`]);
    expect([existsSync(stale), existsSync(empty), readdirSync(kept).length]).toEqual([false, false, 4]);
    expect(await findBoardTroubles(context)).toEqual({});
  });

  test("that is not surely ours is told of and stays as it is (I8, D1)", async () => {
    const { home, runs } = await makeHome();
    const elsewhere = makeRunFolder(makeTestHome(), "9");
    const foreign = makeRunFolder(runs, "10", { "thesis.md": "years of work" });
    const nested = makeRunFolder(runs, "11");
    mkdirSync(join(nested, "start.d"));
    const linked = makeRunFolder(runs, "12");
    writeFileSync(join(elsewhere, "keep"), "this");
    renameSync(join(linked, "exit"), join(elsewhere, "exit"));
    symlinkSync(join(elsewhere, "exit"), join(linked, "exit"));
    symlinkSync(elsewhere, join(runs, "13"));
    writeFileSync(join(runs, "14"), "a file");
    const { pid, startTime } = identifyProcess(process.pid) ?? { pid: 0, startTime: "" };
    makeRunFolder(runs, "15", { start: `${pid} ${startTime} token\n` });
    makeRunFolder(runs, "notes");
    makeRunFolder(runs, "016");
    const before = [bytesBelow(runs), bytesBelow(elsewhere)];

    const { run_folders } = await findBoardTroubles(doctorOf(home));
    expect(run_folders).toMatchObject({ status: "warning", fix: null });
    for (const why of [
      `${foreign} (thesis.md in it is not Kanbun's)`,
      `${linked} (exit in it is not Kanbun's)`,
    ])
      expect(run_folders?.detail).toContain(why);
    expect(await repairBoard(doctorOf(home), "default")).toEqual([]);
    expect([10, 11, 12, 13, 14, 15].map((id) => removeRunFolder(runs, id))).toEqual(Array(6).fill(false));
    expect([bytesBelow(runs), bytesBelow(elsewhere)]).toEqual(before);
  });

  test("is never removed through a link in the place of all of them (I8)", async () => {
    const { home, runs } = await makeHome();
    const elsewhere = makeTestHome();
    const path = makeRunFolder(elsewhere, "7");
    mkdirSync(join(runs, ".."), { recursive: true });
    symlinkSync(elsewhere, runs);
    expect(await planRepair(doctorOf(home), "default")).toEqual([]);
    expect(await repairBoard(doctorOf(home), "default")).toEqual([]);
    expect(readdirSync(path)).toHaveLength(4);
  });

  test("that an earlier board left does not decide how a later run ended", async () => {
    const { home, runs } = await makeHome();
    makeRunFolder(runs, "1", { exit: "3\n" });
    const context = doctorOf(home);
    await repairBoard(context, "default");
    await using store = await context.openBoard("default", "write");
    await store.createTask({ title: "x", body: "exit 0", assignee: "shell" }, { actor: "ada" });
    const dispatcher = new Dispatcher(context.dispatchContext("default"));
    const { spawned } = await dispatcher.tick();
    dispatcher.close();
    expect(spawned).toMatchObject([{ runId: 1 }]);
    expect(existsSync(join(runs, "1", "exit")) && (await Bun.file(join(runs, "1", "exit")).text())).not.toBe(
      "3\n",
    );
  });
});

test("a scratch folder of a task that is gone is told of, and left alone (D1, I8)", async () => {
  const { home, workspaces, ids } = await makeHome({ tasks: 1 });
  for (const id of [ids[0] ?? "", "t_0000dead", "t_0000beef"]) {
    mkdirSync(join(workspaces, ".kanbun-made"), { recursive: true });
    if (id !== "t_0000beef") mkdirSync(join(workspaces, id));
    writeFileSync(join(workspaces, ".kanbun-made", id), "");
  }
  mkdirSync(join(workspaces, "t_0000cafe"));
  const before = bytesBelow(workspaces);
  const { scratch_folders } = await findBoardTroubles(doctorOf(home));
  expect(scratch_folders).toMatchObject({ status: "warning", fix: null });
  expect(scratch_folders?.detail).toEndWith(`: ${join(workspaces, "t_0000dead")}`);
  expect(await repairBoard(doctorOf(home), "default")).toEqual([]);
  expect(bytesBelow(workspaces)).toEqual(before);
});
