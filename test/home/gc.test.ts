import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clearUp } from "../../src/home/gc/clear-up.ts";
import { Home } from "../../src/home/session/home.ts";
import { CommandLine } from "../cli/command-line.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const dayMs = 86_400_000;

/** A home whose four tasks ran long ago: what is on the board of them is aged by `days`. */
async function ranLongAgo(days: number) {
  const kanbun = await CommandLine.init();
  const lines = [1, 2, 3, 4].map((n) =>
    JSON.stringify({ title: `t${n}`, run: "echo hello", workspace_kind: "scratch" }),
  );
  await kanbun.run(["create", "--from", "-"], { stdin: lines.join("\n") });
  await kanbun.ok("dispatch", "--until-idle");
  using db = new Database(join(kanbun.home, "kanban.db"));
  const seconds = days * 86_400;
  db.run("UPDATE task_runs SET ended_at = ended_at - ?", [seconds]);
  db.run("UPDATE task_events SET created_at = created_at - ?", [seconds]);
  const home = new Home({ home: kanbun.home, as: "tester" }, {});
  return { kanbun, home, runs: join(kanbun.home, "kanban/runs"), database: join(kanbun.home, "kanban.db") };
}

test.skipIf(lacksOnWindows("links"))(
  "I8: old logs go, and nothing that a run needs, that is a link or that somebody else put there",
  async () => {
    const { kanbun, home, runs, database } = await ranLongAgo(40);
    using db = new Database(database);
    db.run("UPDATE task_runs SET ended_at = NULL WHERE id = 1"); // open
    db.run("UPDATE kanbun_runs SET gone_at_ms = NULL WHERE run_id = 2"); // its processes may be there
    const mine = join(kanbun.home, "mine.txt");
    writeFileSync(mine, "mine");
    await Bun.file(join(runs, "3/output.log")).delete();
    symlinkSync(mine, join(runs, "3/output.log"));
    const logs = [1, 2, 4].map((id) => join(runs, String(id), "output.log"));
    const planned = await clearUp(home, { isDryRun: true });
    expect(planned).toMatchObject([{ logs: { count: 1, sizeBytes: 6 }, runFolders: { count: 0 }, kept: [] }]);
    expect(logs.map(existsSync)).toEqual([true, true, true]);
    expect(await clearUp(home, {})).toEqual(planned);
    expect(logs.map(existsSync)).toEqual([true, true, false]);
    expect(await Bun.file(mine).text()).toBe("mine");
    expect(await clearUp(home, {})).toMatchObject([{ logs: { count: 0 } }]);
  },
);

test("old folders of runs go, but for those with something that is not Kanbun's", async () => {
  const { home, runs } = await ranLongAgo(100);
  writeFileSync(join(runs, "2/notes"), "mine");
  mkdirSync(join(runs, "99"));
  for (const name of ["usage.json", "hooks.json"]) writeFileSync(join(runs, "3", name), "{}");
  const [board] = await clearUp(home, {});
  expect(board).toMatchObject({ runFolders: { count: 3 }, kept: [{ path: join(runs, "2") }] });
  expect(["1", "2", "3", "4", "99"].map((id) => existsSync(join(runs, id)))).toEqual([
    false,
    true,
    false,
    false,
    true,
  ]);
});

test("old history of tasks that are over goes when it is asked for, and what tells their state stays", async () => {
  const { kanbun, home, database } = await ranLongAgo(40);
  const open = await kanbun.make("open");
  {
    await using store = await kanbun.open("write");
    await store.addComment(open, "said long ago", { actor: "tester" });
  }
  using db = new Database(database);
  db.run("UPDATE task_events SET created_at = 1 WHERE task_id = ?", [open]);
  expect(await clearUp(home, {})).toMatchObject([{ events: { count: 0 } }]);
  const [board] = await clearUp(home, { eventsMs: 30 * dayMs });
  expect(board?.events.count).toBeGreaterThan(0);
  const kinds = db.query<{ kind: string }, []>("SELECT DISTINCT kind FROM task_events ORDER BY kind").all();
  expect(kinds.map(({ kind }) => kind)).toEqual(["commented", "completed", "created"]);
  await using store = await kanbun.open();
  expect((await store.listEvents({ taskId: open })).length).toBe(2);
});

test.skipIf(lacksOnWindows("git"))(
  "a worktree of a task that was archived long ago goes when all of it is committed; its branch stays",
  async () => {
    const kanbun = await CommandLine.init();
    const repository = join(kanbun.home, "../repository");
    const git = (...args: string[]) =>
      Bun.spawnSync(["git", "-C", repository, "-c", "user.name=t", "-c", "user.email=t@t", ...args]);
    mkdirSync(repository);
    git("init", "-q");
    git("commit", "-q", "--allow-empty", "-m", "x");
    const make = async (script: string) => {
      const id = await kanbun.create("w", "--run", script, "--workspace", `worktree:${repository}`);
      return { id, path: join(repository, ".worktrees", id) };
    };
    const clean = await make("echo 1 > f; git add f; git -c user.name=t -c user.email=t@t commit -qm f");
    const dirty = await make("echo 2 > g");
    const kept = await make("true");
    await kanbun.ok("dispatch", "--until-idle");
    await kanbun.ok("archive", clean.id, dirty.id);
    using db = new Database(join(kanbun.home, "kanban.db"));
    db.run("UPDATE task_events SET created_at = created_at - 864000");
    const home = new Home({ home: kanbun.home, as: "tester" }, {});
    expect(await clearUp(home, {})).toMatchObject([{ worktrees: { count: 0 } }]);
    expect(await clearUp(home, { worktreesMs: 7 * dayMs })).toMatchObject([
      {
        worktrees: { count: 1 },
        kept: [{ path: dirty.path, reason: "it has changes that are not committed" }],
      },
    ]);
    expect([clean, dirty, kept].map(({ path }) => existsSync(path))).toEqual([false, true, true]);
    expect(git("worktree", "list").stdout.toString()).not.toContain(clean.id);
    expect(git("branch", "--list", `*${clean.id}`).stdout.toString()).toContain(clean.id);
  },
);
