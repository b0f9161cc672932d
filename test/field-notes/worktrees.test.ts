import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { NewTask } from "../../src/board/task.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { killProcessesOf } from "../support/processes.ts";
import { runAll } from "../support/run-all.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { Scene } from "./scene.ts";

homesInMemory();

const git = ["-c", "user.name=t", "-c", "user.email=t@t"];

async function makeRepository(files: readonly string[] = ["file"]): Promise<string> {
  const repository = makeTestHome();
  for (const name of files) writeFileSync(join(repository, name), name);
  await Bun.$`git init -q ${repository} && cd ${repository} && git add . && git ${git} commit -qm one`;
  return repository;
}

function inRepository(repository: string): Partial<NewTask> {
  return { workspaceKind: "worktree", workspacePath: repository };
}

function writeHook(repository: string, script: string): void {
  const hook = join(repository, ".git", "hooks", "post-checkout");
  writeFileSync(hook, `#!/bin/sh\n${script}\n`);
  chmodSync(hook, 0o755);
}

async function lastRun(scene: Scene, id: string) {
  return { task: await scene.store.requireTask(id), runs: await scene.store.listRuns(id) };
}

describe.skipIf(lacksOnWindows("git"))("a worktree", () => {
  test("first contact: of a task is not shown by git status, wherever in the repository it is", async () => {
    const scene = await Scene.open();
    const repository = await makeRepository();
    const places = [repository, join(repository, "beside [1]"), join(repository, "deep", "er")];
    for (const workspacePath of places) {
      const id = await scene.create("true", { workspaceKind: "worktree", workspacePath });
      await eventually("it is done", async () => {
        await scene.tick();
        return (await scene.store.requireTask(id)).status === "done";
      });
    }
    expect(existsSync(join(repository, "deep", "er", "file"))).toBe(true);
    expect(await Bun.$`git -C ${repository} status --short`.text()).toBe("");
  });

  test("X16: of a user's that is just not there keeps what git knows of it, staged work included", async () => {
    const scene = await Scene.open();
    const repository = await makeRepository();
    const away = join(makeTestHome(), "theirs");
    await Bun.$`git -C ${repository} worktree add -q -b theirs ${away} && cd ${away} && echo staged > new && git add new`;
    renameSync(away, `${away}-unmounted`);
    const id = await scene.create("cat file", inRepository(repository));
    await runAll(scene.board);
    expect((await scene.store.requireTask(id)).status).toBe("done");
    renameSync(`${away}-unmounted`, away);
    expect(await Bun.$`git -C ${away} status --porcelain`.text()).toBe("A  new\n");
  });

  test("X16: whose branch belongs to another that is not there is not made: the words say what to type, and that works", async () => {
    const scene = await Scene.open();
    const repository = await makeRepository();
    const place = { ...inRepository(repository), branchName: "topic" };
    const first = await scene.create("true", place);
    await runAll(scene.board);
    rmSync(join(repository, ".worktrees", first), { recursive: true });
    const second = await scene.create("git branch --show-current", { ...place, maxRetries: 1 });
    await runAll(scene.board);
    const { runs } = await lastRun(scene, second);
    expect(runs.map((run) => run.outcome)).toEqual(["spawn_failed"]);
    const [, command = ""] = /gone for good: (git .*)$/m.exec(runs[0]?.error ?? "") ?? [];
    expect(await Bun.$`sh -c ${command}`.nothrow()).toMatchObject({ exitCode: 0 });
    await scene.store.unblockTask(second, { actor: "tester" });
    await runAll(scene.board);
    expect((await scene.store.requireTask(second)).status).toBe("done");
  });

  test("X17: that was half made when all was killed is made anew, and holds every file", async () => {
    const scene = await Scene.open();
    const files = ["a", "b", "c", "z"];
    const repository = await makeRepository([...files, ".gitattributes"]);
    writeFileSync(join(repository, ".gitattributes"), "z filter=gate\n");
    await Bun.$`cd ${repository} && git add . && git ${git} commit -qm two`;
    // Checking out the last file waits, so that the kill meets a worktree with some of its files.
    await Bun.$`git -C ${repository} config filter.gate.smudge ${`${scene.gate()}; cat`}`;
    const id = await scene.create("ls", inRepository(repository));
    await scene.tick();
    const worktree = join(repository, ".worktrees", id);
    await eventually("half of it is there", () => existsSync(join(worktree, "c")));
    expect(existsSync(join(worktree, "z"))).toBe(false);
    await eventually("all is killed", () => {
      return killProcessesOf(scene.home) === 0;
    });
    scene.openGate();
    await runAll(scene.board);
    const { task, runs } = await lastRun(scene, id);
    expect(task.status).toBe("done");
    expect(readFileSync(scene.runPath(runs.at(-1)?.id, "output.log"), "utf8")).toBe(`${files.join("\n")}\n`);
    expect(existsSync(`${worktree}.kanbun-making`)).toBe(false);
    expect(await Bun.$`git -C ${worktree} status --porcelain`.text()).toBe("");
  });

  test("X17: where there is something else already is not made: that is left alone, and said so once", async () => {
    const scene = await Scene.open();
    const parent = makeTestHome();
    const theirs = join(parent, "theirs");
    await Bun.$`git init -q ${parent} && cd ${parent} && git ${git} commit -q --allow-empty -m one`;
    await Bun.$`mkdir ${theirs} && echo mine > ${join(theirs, "thesis")}`;
    const id = await scene.create("true", { ...inRepository(theirs), branchName: "topic" });
    await runAll(scene.board);
    const { task, runs } = await lastRun(scene, id);
    expect(task.status).toBe("blocked");
    expect(runs.map((run) => run.error)).toEqual([
      expect.stringContaining("exists and is not a worktree: it was not changed"),
    ]);
    expect(readFileSync(join(theirs, "thesis"), "utf8")).toBe("mine\n");
  });

  for (const [whose, make] of [
    [
      "a submodule",
      async (repository: string) => {
        const outer = await makeRepository();
        await Bun.$`git -C ${outer} -c protocol.file.allow=always submodule --quiet add ${repository} inner`;
        return join(outer, "inner");
      },
    ],
    [
      "a worktree of a person's own",
      async (repository: string) => {
        const own = join(makeTestHome(), "own");
        await Bun.$`git -C ${repository} worktree add -q -b theirs ${own}`;
        return own;
      },
    ],
    [
      "a checkout whose repository is elsewhere",
      async (repository: string) => {
        const checkout = join(makeTestHome(), "checkout");
        await Bun.$`git clone -q --separate-git-dir ${join(makeTestHome(), "far")} ${repository} ${checkout}`;
        return checkout;
      },
    ],
  ] as const)
    for (const branchName of [undefined, "topic"])
      test(`of ${whose} is one of its own${branchName === undefined ? "" : ", with the branch that was named"}, and is used again`, async () => {
        const scene = await Scene.open();
        const checkout = await make(await makeRepository());
        const place = { ...inRepository(checkout), ...(branchName === undefined ? {} : { branchName }) };
        const id = await scene.create("git switch -q -c other || { touch again; exit 0; }; exit 1", place);
        await runAll(scene.board);
        const { task, runs } = await lastRun(scene, id);
        expect(runs.map((run) => run.outcome)).toEqual(["crashed", "completed"]);
        expect(task.workspacePath).toBe(join(checkout, ".worktrees", id));
        expect(existsSync(join(checkout, ".worktrees", id, "again"))).toBe(true);
        expect(await Bun.$`git -C ${checkout} status --porcelain`.text()).toBe("");
        expect(await Bun.$`git -C ${checkout} branch --list other --format=x`.text()).toBe("x\n");
      });

  test("at a place that a task named is used again by its next run, and has its branch", async () => {
    const scene = await Scene.open();
    const repository = await makeRepository();
    const place = inRepository(join(repository, "deep", "er"));
    const id = await scene.create(
      "test -e half || { touch half; exit 1; }; git branch --show-current",
      place,
    );
    await runAll(scene.board);
    const { task, runs } = await lastRun(scene, id);
    expect(runs.map((run) => run.outcome)).toEqual(["crashed", "completed"]);
    expect(task).toMatchObject({ ...place, branchName: `wt/${id}` });
    expect(existsSync(join(repository, "deep", "er", ".worktrees"))).toBe(false);
  });

  test("of a repository that git doesn't use, or whose commit is lost, fails to spawn in words that are true", async () => {
    const scene = await Scene.open();
    const [foreign, damaged] = [await makeRepository(), await makeRepository()];
    const objects = join(damaged, ".git", "objects");
    rmSync(objects, { recursive: true });
    mkdirSync(objects);
    const ids = [await scene.create("true", inRepository(damaged))];
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
      chownSync(foreign, 65_534, 65_534);
      ids.push(await scene.create("true", inRepository(foreign)));
    }
    await runAll(scene.board);
    const errors = await Promise.all(ids.map(async (id) => (await lastRun(scene, id)).runs[0]?.error));
    expect(errors[0]).toContain(`the repository ${damaged} is damaged`);
    if (isRoot) expect(errors[1]).toContain(`git config --global --add safe.directory '${foreign}'`);
  });

  test("X57: of a repository without a commit fails to spawn in our words, once, however often it may be tried", async () => {
    const scene = await Scene.open();
    const repository = makeTestHome();
    await Bun.$`git init -q ${repository}`;
    const id = await scene.create("true", { ...inRepository(repository), maxRetries: 5 });
    await runAll(scene.board);
    const { task, runs } = await lastRun(scene, id);
    expect(task.status).toBe("blocked");
    expect(runs.map((run) => run.outcome)).toEqual(["spawn_failed"]);
    expect(runs[0]?.error).toContain(`the repository ${repository} has no commit yet`);
  });

  test("X57: where there is no repository fails to spawn in our words, with git's below, once", async () => {
    const scene = await Scene.open();
    const folder = makeTestHome();
    const place = { ...inRepository(join(folder, "new")), branchName: "topic", maxRetries: 5 };
    const id = await scene.create("true", place);
    await runAll(scene.board);
    const { task, runs } = await lastRun(scene, id);
    expect(task.status).toBe("blocked");
    expect(runs).toHaveLength(1);
    expect(runs[0]?.error).toMatch(new RegExp(`^no git repository: ${folder}\nfatal: not a git repository`));
  });

  test("X57: whose post-checkout hook fails says so, and is made anew for the next try, with the hook", async () => {
    const scene = await Scene.open();
    const repository = await makeRepository();
    const id = await scene.create("cat made", inRepository(repository));
    writeHook(
      repository,
      `echo hook says no; test -e "${scene.home}/half" || { touch "${scene.home}/half"; exit 7; }; touch made`,
    );
    await runAll(scene.board);
    const { task, runs } = await lastRun(scene, id);
    expect(runs.map((run) => run.outcome)).toEqual(["spawn_failed", "completed"]);
    expect(runs[0]?.error).toContain("hook says no");
    expect(runs[0]?.error).toContain("a hook of");
    expect(task.status).toBe("done");
  });
});
