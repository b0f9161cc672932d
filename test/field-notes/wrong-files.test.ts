import { expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine } from "../cli/command-line.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

/** Whoever opens one to read from it waits for who writes to it. */
function putPipe(path: string): void {
  rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  const { exitCode } = Bun.spawnSync(["mkfifo", path]);
  if (exitCode !== 0) throw new Error(`mkfifo ended with ${exitCode}`);
}

test.skipIf(lacksOnWindows("fifo"))(
  "X4: a pipe where a file of the home should be is named at once, by doctor too, and waited for by no command",
  async () => {
    const kanbun = await CommandLine.init();
    await kanbun.ok("boards", "create", "odd");
    const innocent = await kanbun.create("innocent", "--run", "true");
    await kanbun.ok("create", "held", "--run", "true", "--board", "odd");
    const odd = boardPaths(kanbun.home, "odd");
    const current = join(kanbun.home, "kanban", "current");

    putPipe(join(kanbun.home, "kanban", "residents", "1.json"));
    putPipe(join(kanbun.home, "kanban", "bin", "kanbun"));
    putPipe(odd.metadata);
    const report = (await kanbun.json(["dispatch"])).data.boards;
    expect(report).toMatchObject([
      { board: "default", spawned: [{ task_id: innocent }] },
      { board: "odd", findings: [{ detail: expect.stringContaining("not a regular file") }] },
    ]);
    expect((await kanbun.run(["doctor"])).stdout).toContain(`metadata of odd: ${odd.metadata}`);
    rmSync(odd.metadata);

    putPipe(odd.dispatchLock);
    const locked = await kanbun.run(["dispatch"]);
    expect(locked.stderr).toContain(`odd: cannot open the lock file ${odd.dispatchLock}: not a regular file`);
    expect(locked.stdout).toContain("innocent");
    expect((await kanbun.run(["doctor"])).stdout).toContain(
      `lock_holder of odd: no dispatcher can lock ${odd.dispatchLock}`,
    );

    rmSync(odd.dispatchLock);
    putPipe(odd.database);
    const named = `${odd.database} is not a file`;
    expect((await kanbun.run(["boards", "list"])).stdout).toContain(named);
    expect((await kanbun.run(["doctor"])).stdout).toContain(`database of odd: ${named}`);
    expect((await kanbun.run(["list", "--board", "odd"])).stderr).toContain(named);

    putPipe(current);
    expect((await kanbun.run(["list"])).stderr).toContain(`${current}: expected a file with the slug`);
  },
);

test("X4: a board whose lock or database can't be used ends no --until-idle of the others, which are worked off to their end", async () => {
  const kanbun = await CommandLine.init();
  const first = await kanbun.create("first", "--run", "true");
  const second = await kanbun.create("second", "--run", "true", "--parent", first);
  await kanbun.ok("boards", "create", "bad");
  mkdirSync(boardPaths(kanbun.home, "bad").dispatchLock);
  await kanbun.ok("boards", "create", "text");
  writeFileSync(boardPaths(kanbun.home, "text").database, "a text".repeat(1_000));
  const { code, data } = await kanbun.json(["dispatch", "--until-idle"]);
  expect(data).toMatchObject({
    state: "idle",
    failed: [{ board: "bad" }, { board: "text" }],
    failed_task_ids: [],
  });
  expect(data.boards[0].completed.map((run: { task_id: string }) => run.task_id)).toEqual([first, second]);
  expect(code).toBe(1);
  const drained = await kanbun.run(["dispatch", "--drain"]);
  expect(drained).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("bad: cannot open the lock file"),
  });
  const alone = await kanbun.run(["dispatch", "--until-idle", "--board", "bad"]);
  expect(alone).toMatchObject({ code: 1, stdout: "" });
});
