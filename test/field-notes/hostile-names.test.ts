import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { CommandLine, forAll } from "../cli/command-line.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const noPosix = lacksOnWindows("POSIX paths");

/** OSC 52 fills the clipboard; C1's CSI; bidi; without width; a filler; a tag; BEL; a line that is none of ours. */
const evil = "\u001B]52;c;cm0=\u0007\u009B2J\u202Egnp\u200B\u2066\u3164\u{E0041}\u00AD\r\nfake";
const raws = [
  "\u001B",
  "\u0007",
  "\u009B",
  "\u202E",
  "\u200B",
  "\u2066",
  "\u3164",
  "\u{E0041}",
  "\u00AD",
  "\r",
];

async function evilBoard(): Promise<CommandLine> {
  const kanbun = await CommandLine.init();
  const child = await kanbun.create("child");
  using db = new Database(join(kanbun.home, "kanban.db"));
  const task =
    "INSERT INTO tasks (id, title, status, assignee, created_by, tenant, workspace_kind, created_at) VALUES (?, ?, ?, ?, ?, ?, 'scratch', 1)";
  db.run(task, [`t_${evil}`, evil, "ready", evil, evil, evil]);
  db.run(task, [`s_${evil}`, evil, `done${evil}`, evil, evil, evil]);
  db.run(task, [`r_${evil}`, evil, "running", evil, evil, evil]);
  db.run("INSERT INTO task_links (parent_id, child_id) VALUES (?, ?)", [`t_${evil}`, child]);
  db.run("INSERT INTO task_events (task_id, kind, payload, created_at) VALUES (?, ?, ?, 1)", [
    `t_${evil}`,
    evil,
    JSON.stringify({ actor: evil, [evil]: evil }),
  ]);
  db.run(
    "INSERT INTO task_runs (task_id, profile, status, outcome, started_at, ended_at, error) VALUES (?, ?, ?, ?, 1, 2, ?)",
    [child, evil, evil, evil, evil],
  );
  db.run("INSERT INTO task_attachments (task_id, filename, stored_path, created_at) VALUES (?, ?, ?, 1)", [
    child,
    evil,
    evil,
  ]);
  db.run("INSERT INTO task_comments (task_id, author, body, created_at) VALUES (?, ?, ?, 1)", [
    child,
    evil,
    evil,
  ]);
  return kanbun;
}

test.skipIf(noPosix)(
  "X41: no escape of a foreign id, status, kind, profile or file name reaches a terminal, as text or as JSON",
  async () => {
    const kanbun = await evilBoard();
    const child = (await kanbun.json(["list"])).data.tasks.find(
      (task: { title: string }) => task.title === "child",
    ).id;
    const reads = [
      ["list", "--all"],
      ["show", child],
      ["runs", child],
      ["explain", child],
      ["events", "--board-wide"],
      ["tail"],
      ["stats"],
      ["status"],
      ["assignees"],
      ["dispatch", "--dry-run"],
      ["doctor"],
      ["repair", "--dry-run"],
      ["boards", "show"],
      ["dispatch"],
      ["link", `t_${evil}`, child],
      ["comment", `t_${evil}`, "hello"],
      ["show", `t_${evil}`],
      ["explain", `r_${evil}`],
      ["complete", `t_${evil}`],
      ["show", `no_${evil}`],
      ["list", "--board", evil],
      ["list", "--home", `/tmp/${evil}`],
      [evil],
      ["list", `--${evil}`],
    ];
    await forAll([...reads, ...reads.map((read) => [...read, "--json"])], async (read) => {
      const { stdout, stderr } = await kanbun.run(read);
      const found = raws
        .filter((raw) => (stdout + stderr).includes(raw))
        .map((raw) => raw.codePointAt(0)?.toString(16));
      expect([read, found]).toEqual([read, []]);
      // Nor is a name a line of its own.
      if (!read.includes("show")) expect([read, /^fake/m.test(stdout)]).toEqual([read, false]);
    });
    const { tasks } = (await kanbun.json(["list", "--all"])).data;
    expect(tasks.some((task: { id: string }) => task.id === `t_${evil}`)).toBe(true);
  },
);

test.skipIf(noPosix)(
  "X45: git says nothing of a .kanbun home in a repository, nor of worktrees, and no file of the user's changes",
  async () => {
    const top = join(new CommandLine().home, "..");
    const git = (...args: string[]) =>
      Bun.spawnSync(["git", "-C", top, "-c", "user.name=a", "-c", "user.email=a@b", ...args], {
        stderr: "pipe",
      }).stdout.toString();
    git("init", "-q");
    await Bun.write(join(top, ".gitignore"), "# mine\n");
    git("add", ".");
    git("commit", "-qm", "first");
    const kanbun = new CommandLine(join(top, ".kanbun"));
    await kanbun.ok("init");
    await kanbun.ok("boards", "create", "shop");
    const before = git("status", "--porcelain", "--untracked-files=all").split("\n");
    expect(before.filter((line) => !line.includes(".bun/"))).toEqual([""]);
    const id = await kanbun.create("x", "--run", ":", "--workspace", `worktree:${top}`);
    await kanbun.ok("dispatch", "--until-idle");
    expect((await kanbun.task(id)).status).toBe("done");
    const after = git("status", "--porcelain", "--untracked-files=all").split("\n");
    expect(after.filter((line) => !line.includes(".bun/"))).toEqual([""]);
    expect(await Bun.file(join(top, ".gitignore")).text()).toBe("# mine\n");
    expect(git("worktree", "list")).toContain(".worktrees");
  },
);

test.skipIf(noPosix)(
  "X45: a home of another name, which may be a repository itself, gets no such file",
  async () => {
    const kanbun = await CommandLine.init();
    expect(await Bun.file(join(kanbun.home, ".gitignore")).exists()).toBe(false);
  },
);
