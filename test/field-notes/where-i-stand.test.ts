import { expect, test } from "bun:test";
import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { homesInMemory } from "../support/place-of-homes.ts";

homesInMemory();

/** A home, and a folder of its user's that they have before them by another name. */
async function begin() {
  const kanbun = await CommandLine.init();
  const folder = join(resolve(kanbun.home, ".."), "project with spaces");
  mkdirSync(join(folder, "sub"), { recursive: true });
  const named = `${folder}-link`;
  symlinkSync(folder, named);
  const here = (...args: string[]) =>
    Bun.spawnSync([process.execPath, mainPath, ...args], {
      cwd: named,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: resolve(kanbun.home, ".."),
        KANBUN_HOME: kanbun.home,
        PWD: named,
      },
    });
  const create = async (...args: string[]) => {
    const { stdout, stderr } = here("create", "x", ...args);
    expect(stderr.toString()).toBe("");
    const { workspaceKind, workspacePath } = await kanbun.task(stdout.toString().trim());
    return [workspaceKind, workspacePath];
  };
  return { kanbun, folder: realpathSync(folder), here, create };
}

test("first contact: a command runs in the folder where it was created, by its real path", async () => {
  const { kanbun, folder, here } = await begin();
  const id = here("create", "x", "--run", "pwd -P").stdout.toString().trim();
  await kanbun.ok("dispatch", "--until-idle");
  expect(await kanbun.ok("log", id)).toBe(`${folder}\n`);
});

test("first contact: the folder of a task is this one, one from here on, or an empty one, as was asked for", async () => {
  const { folder, create } = await begin();
  expect(await create("--run", "true")).toEqual(["dir", folder]);
  expect(await create("--here")).toEqual(["dir", folder]);
  expect(await create("--workspace", "dir:.")).toEqual(["dir", folder]);
  expect(await create("--workspace", "dir:sub", "--run", "true")).toEqual(["dir", join(folder, "sub")]);
  mkdirSync(join(folder, ".git"));
  expect((await create("--workspace", "worktree:."))[0]).toBe("worktree");
  expect(await create("--scratch", "--run", "true")).toEqual(["scratch", null]);
  expect(await create()).toEqual(["scratch", null]);
});

test("first contact: the lines of a file mean folders from the current one on, and their commands run there", async () => {
  const { kanbun, folder, here } = await begin();
  const tasks = [
    { title: "a", run: "true" },
    { title: "b", workspace_kind: "dir", workspace_path: "sub" },
    { title: "c", run: "true", workspace_kind: "scratch" },
    { title: "d" },
  ];
  await Bun.write(join(folder, "tasks.jsonl"), tasks.map((task) => JSON.stringify(task)).join("\n"));
  const ids = here("create", "--from", "tasks.jsonl").stdout.toString().trim().split("\n");
  const places = await Promise.all(ids.map(async (id) => (await kanbun.task(id)).workspacePath));
  expect(places).toEqual([folder, join(folder, "sub"), null, null]);
});

test("first contact: a folder that is not there, or is a file, is a usage error of create and of edit", async () => {
  const { kanbun, folder, here } = await begin();
  await Bun.write(join(folder, "file"), "");
  const id = here("create", "x").stdout.toString().trim();
  for (const [path, said] of [
    ["nowhere", `there is no folder ${resolve(`${folder}-link`, "nowhere").replace("-link", "")}`],
    ["/nowhere/at/all", "there is no folder /nowhere/at/all"],
    ["file", "is not a folder"],
  ] as const)
    for (const args of [
      ["create", "y"],
      ["edit", id],
    ]) {
      const ran = here(...args, "--workspace", `dir:${path}`);
      expect([ran.exitCode, ran.stderr.toString()]).toEqual([2, expect.stringContaining(said)]);
      expect(ran.stderr.toString()).toContain("--workspace scratch");
    }
  const line = '{"title": "y", "workspace_kind": "dir", "workspace_path": "nowhere"}';
  await Bun.write(join(folder, "tasks.jsonl"), line);
  expect(here("create", "--from", "tasks.jsonl").stderr.toString()).toContain("line 1: there is no folder");
  expect((await kanbun.json(["list"])).data.tasks).toHaveLength(1);
});

test("first contact: what a worker creates in its scratch folder is not bound to that folder, which goes", async () => {
  const { kanbun, here } = await begin();
  here("create", "x", "--scratch", "--run", 'kanbun create child --run "echo ran"');
  await kanbun.ok("dispatch", "--until-idle");
  const { data } = await kanbun.json(["list", "--all"]);
  expect(
    data.tasks
      .map((task: { title: string; status: string; workspace_kind: string }) => [
        task.title,
        task.status,
        task.workspace_kind,
      ])
      .sort(),
  ).toEqual([
    ["child", "done", "scratch"],
    ["x", "done", "scratch"],
  ]);
});
