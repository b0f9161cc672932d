import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { removeScratch } from "../../../src/worker/workspace/scratch-folder.ts";
import { prepareWorkspace } from "../../../src/worker/workspace/workspace.ts";
import { sampleTask } from "../../board/sample-task.ts";
import { makeTestBoard, person } from "../../support/board.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { homesInMemory } from "../../support/place-of-homes.ts";
import { createShellTask, runAll } from "../../support/run-all.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

homesInMemory();

test("a scratch workspace is removed after completion, and only then", async () => {
  const board = await makeTestBoard();
  const { workspaces } = board.context.paths;
  const fails = await createShellTask(board, "echo kept > file; exit 1", { maxRetries: 1 });
  const passes = await createShellTask(board, "echo gone > file");
  await runAll(board);
  expect(existsSync(join(workspaces, fails, "file"))).toBe(true);
  // On Windows what someone still has open, as one who looks for viruses, is removed by a later tick.
  await eventually("it is removed", async () => {
    if (existsSync(join(workspaces, passes)) && process.platform === "win32") await runAll(board);
    return !existsSync(join(workspaces, passes));
  });
  expect(existsSync(join(workspaces, fails, "file"))).toBe(true);
});

test("a retry works in the scratch workspace of the attempt before", async () => {
  const board = await makeTestBoard();
  const id = await createShellTask(board, "test -e half || { touch half; exit 1; }");
  await runAll(board);
  expect((await board.store.requireTask(id)).status).toBe("done");
  expect(existsSync(join(board.context.paths.workspaces, id))).toBe(false);
});

test("a folder that Kanbun did not make is never removed, though it stands where a scratch folder would (D1)", async () => {
  const board = await makeTestBoard();
  const { task } = await board.store.createTask({ title: "t", body: "true", assignee: "shell" }, person);
  const folder = join(board.context.paths.workspaces, task.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "precious"), "");
  await runAll(board);
  expect((await board.store.requireTask(task.id)).status).toBe("done");
  expect(existsSync(join(folder, "precious"))).toBe(true);
});

test.skipIf(lacksOnWindows("links"))(
  "a scratch folder that was replaced by another, or by a link, is not removed (D1)",
  async () => {
    const precious = makeTestHome();
    writeFileSync(join(precious, "thesis"), "");
    for (const replace of ["link", "folder"] as const) {
      const board = await makeTestBoard();
      const { workspaces } = board.context.paths;
      const body = `cd / && rmdir "$KANBUN_WORKSPACE" && ${replace === "link" ? "ln -s" : "cp -r"} '${precious}' "$KANBUN_WORKSPACE"`;
      const id = await createShellTask(board, body);
      await runAll(board);
      expect((await board.store.requireTask(id)).status).toBe("done");
      expect(existsSync(join(workspaces, id, "thesis"))).toBe(true);
    }
    expect(existsSync(join(precious, "thesis"))).toBe(true);
  },
);

test.skipIf(process.platform === "win32")(
  "a scratch folder that two dispatchers remove at once is gone, and neither fails",
  async () => {
    const home = makeTestHome();
    const workspaces = join(home, "workspaces");
    const program = join(import.meta.dir, "../..", "fixtures", "remove-scratch.ts");
    for (let round = 0; round < 3; round++) {
      const taskIds = Array.from(
        { length: 200 },
        (_, index) => `t_${round}${String(index).padStart(7, "0")}`,
      );
      for (const id of taskIds) prepareWorkspace(sampleTask({ id }), { workspaces, defaultWorkdir: null });
      const command = [process.execPath, program, workspaces, String(Date.now() + 150), ...taskIds];
      const two = [0, 1].map(() => Bun.spawn(command, { stderr: "pipe", stdout: "ignore" }));
      for (const one of two)
        expect({ code: await one.exited, stderr: await one.stderr.text() }).toEqual({ code: 0, stderr: "" });
      expect(readdirSync(workspaces)).toEqual([".kanbun-made"]);
      expect(readdirSync(join(workspaces, ".kanbun-made"))).toEqual([]);
    }
  },
);

describe.skipIf(lacksOnWindows("links"))("the mark of a scratch folder", () => {
  function prepare() {
    const workspaces = join(makeTestHome(), "workspaces");
    const taskId = "t_00000001";
    const mark = join(workspaces, ".kanbun-made", taskId);
    const make = () => prepareWorkspace(sampleTask({ id: taskId }), { workspaces, defaultWorkdir: null });
    const remove = () => removeScratch({ path: join(workspaces, taskId), taskId, workspaces });
    return { path: join(workspaces, taskId), mark, make, remove };
  }

  test("may be a file, as in file systems without links", () => {
    const { path, mark, make, remove } = prepare();
    make();
    const identity = readlinkSync(mark);
    rmSync(mark);
    writeFileSync(mark, `${identity}\n`);
    expect(make().scratchPath).toBe(path);
    expect(remove()).toBeNull();
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(dirname(mark))).toEqual([]);
  });

  test("of a folder that is gone makes way for that of a new one, and is never written through", () => {
    const { path, mark, make, remove } = prepare();
    const outside = join(makeTestHome(), "precious");
    writeFileSync(outside, "mine");
    make();
    rmSync(path, { recursive: true });
    rmSync(mark);
    symlinkSync(outside, mark);
    expect(make().scratchPath).toBe(path);
    expect(remove()).toBeNull();
    expect(readFileSync(outside, "utf8")).toBe("mine");
  });
});

test("a path outside the board's workspaces is not removed, whatever the board says (D1)", async () => {
  const home = makeTestHome();
  const workspaces = join(home, "workspaces");
  const outside = join(home, "projects");
  mkdirSync(outside);
  mkdirSync(workspaces);
  removeScratch({ path: outside, taskId: "t_00000001", workspaces });
  removeScratch({ path: join(workspaces, "..", "projects"), taskId: "../projects", workspaces });
  expect(existsSync(outside)).toBe(true);
});

test.skipIf(lacksOnWindows("links"))(
  "links inside a scratch folder are removed, not what they lead to (D1)",
  async () => {
    const board = await makeTestBoard();
    const precious = makeTestHome();
    writeFileSync(join(precious, "thesis"), "");
    const id = await createShellTask(board, `ln -s '${precious}' into`);
    await runAll(board);
    expect(existsSync(join(board.context.paths.workspaces, id))).toBe(false);
    expect(existsSync(join(precious, "thesis"))).toBe(true);
  },
);

test("a dir workspace is where its worker runs, and stays", async () => {
  const board = await makeTestBoard();
  const folder = makeTestHome();
  await createShellTask(board, "pwd > where", { workspaceKind: "dir", workspacePath: folder });
  await runAll(board);
  expect((await Bun.file(join(folder, "where")).text()).trim()).toBe(folder);
});

async function makeRepository(): Promise<string> {
  const repository = makeTestHome();
  const git = ["-c", "user.name=t", "-c", "user.email=t@t"];
  await Bun.$`git init -q ${repository} && cd ${repository} && echo one > file && git add . && git ${git} commit -qm one`;
  return repository;
}

test.skipIf(lacksOnWindows("git"))(
  "a worktree is made with its branch for the run, and used again by the next one",
  async () => {
    const board = await makeTestBoard();
    const repository = await makeRepository();
    const body = "cat file; git branch --show-current; test -e half || { touch half; exit 1; }";
    const id = await createShellTask(board, body, { workspaceKind: "worktree", workspacePath: repository });
    await runAll(board);
    expect((await board.store.requireTask(id)).status).toBe("done");
    const log = await Bun.file(join(board.context.paths.runs, "2", "output.log")).text();
    expect(log).toBe(`one\nwt/${id}\n`);
    expect(existsSync(join(repository, ".worktrees", id, "half"))).toBe(true);
  },
);

test.skipIf(lacksOnWindows("git"))(
  "a worktree that git refuses fails to spawn, in git's own words",
  async () => {
    const board = await makeTestBoard();
    const repository = await makeRepository();
    const branch = (await Bun.$`git -C ${repository} branch --show-current`.text()).trim();
    const id = await createShellTask(board, "true", {
      workspaceKind: "worktree",
      workspacePath: repository,
      branchName: branch,
      maxRetries: 1,
    });
    await runAll(board);
    const [run] = await board.store.listRuns(id);
    expect(run?.outcome).toBe("spawn_failed");
    expect(run?.error).toContain(branch);
  },
);

test.skipIf(lacksOnWindows("git"))("a worktree whose folder is gone is made again for its task", async () => {
  const board = await makeTestBoard();
  const repository = await makeRepository();
  const gone = join(board.home, "gone");
  const body = `cat file; test -e ${gone} || { touch ${gone}; cd /; rm -r "$KANBUN_WORKSPACE"; exit 1; }`;
  const id = await createShellTask(board, body, { workspaceKind: "worktree", workspacePath: repository });
  await runAll(board);
  expect((await board.store.requireTask(id)).status).toBe("done");
  expect(existsSync(join(repository, ".worktrees", id, "file"))).toBe(true);
});

test("a workspaces folder that was moved away is made anew", async () => {
  const board = await makeTestBoard();
  const { workspaces } = board.context.paths;
  await createShellTask(board, "exit 1", { maxRetries: 1 });
  await runAll(board);
  renameSync(workspaces, `${workspaces}-old`);
  symlinkSync(`${workspaces}-old`, `${workspaces}-link`);
  const id = await createShellTask(board, "true");
  await runAll(board);
  expect((await board.store.requireTask(id)).status).toBe("done");
});
