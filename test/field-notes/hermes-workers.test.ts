import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { HermesStandIn } from "../hermes/stand-in.ts";
import { hermesIds, writeHermesBoard } from "../store/hermes-board.ts";
import { person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { Scene } from "./scene.ts";

homesInMemory();

const hermesLine =
  '["./hermes", "-p", "scribe", "--cli", "--accept-hooks", "chat", "-q", "work kanban task {task}"]';

/** A profile whose worker is a program of that name which writes down how it was called. */
function hermesConfig(home: string, more = ""): string {
  const line = hermesLine.replace("./hermes", join(home, "hermes"));
  writeFileSync(join(home, "hermes"), `#!/bin/sh\nprintf '%s\\n' "$@" >&2\nenv >&2\necho END >&2\n`);
  chmodSync(join(home, "hermes"), 0o755);
  return `[profiles.writer]\ncommand = ${line}\nhermes = true\n${more}`;
}

/** What a run wrote, once it ends so: the log may come after the worker's end. */
function readLog(scene: Scene, runId: number | undefined, end: string): Promise<string> {
  const path = scene.runPath(runId, "output.log");
  return eventually(`run ${runId} has said ${end}`, () => {
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    return text.endsWith(end) ? text : null;
  });
}

async function runWorker(more: string, task: Parameters<Scene["create"]>[1]): Promise<string[]> {
  const home = makeTestHome();
  using scene = await Scene.open(hermesConfig(home, more));
  await scene.create("x", { assignee: "writer", ...task });
  const { spawned } = await scene.tick();
  const log = await readLog(scene, spawned[0]?.runId, "END\n");
  return log.replaceAll(scene.home, "HOME").split("\n");
}

const posix = test.skipIf(lacksOnWindows("POSIX paths"));

posix("H9: a Hermes worker gets its whole line, and the home of its profile", async () => {
  const said = await runWorker('max_runtime = "5m"\n', {
    skills: ["docs", "git"],
    modelOverride: "big",
    providerOverride: "acme",
    goalMode: true,
    goalMaxTurns: 7,
  });
  expect(said.slice(0, 16)).toEqual([
    ...["-p", "scribe", "--cli", "--accept-hooks", "--skills", "docs", "--skills", "git"],
    ...["-m", "big", "--provider", "acme", "chat", "-Q", "-q", expect.stringMatching(/^work kanban task t_/)],
  ]);
  for (const line of [
    "HERMES_HOME=HOME/profiles/scribe",
    "HERMES_PROFILE=scribe",
    "HERMES_KANBAN_GOAL_MODE=1",
    "HERMES_KANBAN_GOAL_MAX_TURNS=7",
    "TERMINAL_TIMEOUT=270",
    "TERMINAL_MAX_FOREGROUND_TIMEOUT=270",
    "HERMES_KANBAN_ATTACHMENTS_ROOT=HOME/kanban/attachments",
  ])
    expect(said).toContain(line);
});

posix(
  "H9: a Hermes worker of a plain task gets nothing that was not asked for, and its profile's own home",
  async () => {
    const said = await runWorker('env = { HERMES_HOME = "/srv/hermes" }\n', {});
    expect(said.slice(4, 7)).toEqual(["chat", "-q", expect.stringMatching(/^work kanban task t_/)]);
    expect(said).toContain("HERMES_HOME=/srv/hermes");
    expect(said.filter((line) => /^(TERMINAL_(TIMEOUT|MAX)|HERMES_KANBAN_GOAL)/.test(line))).toEqual([]);
  },
);

test("H9: a value that would be taken for an option is no value of one", async () => {
  const home = makeTestHome();
  using scene = await Scene.open(hermesConfig(home));
  const id = await scene.create("x", { assignee: "writer", skills: ["--yolo"] });
  expect((await scene.tick()).spawned).toEqual([]);
  expect((await scene.store.requireTask(id)).lastFailureError).toContain("taken for an option");
});

test("H9: other profiles have placeholders for what Hermes gets by options; without a value they fall away with their flags", async () => {
  const command = `["sh", "-c", "printf '<%s>' \\"$@\\"", "sh", "-m", "{model}", "--provider", "{provider}", "{skills}", "--on={branch}", "{max_runtime_s}", "end"]`;
  const config = `[profiles.agent]\ncommand = ${command}\n`;
  using scene = await Scene.open(config);
  await scene.create("x", {
    assignee: "agent",
    modelOverride: "big",
    providerOverride: "acme",
    skills: ["a", "b"],
    maxRuntimeMs: 60_000,
    branchName: "topic",
  });
  await scene.create("x", { assignee: "agent" });
  const { spawned } = await scene.tick();
  await scene.said(spawned[0]?.runId, "<-m><big><--provider><acme><a,b><--on=topic><60><end>");
  await scene.said(spawned[1]?.runId, "<--on=><end>");
});

posix(
  "H5: the real folder, and the branch of a worktree, are on the board before the worker starts",
  async () => {
    using scene = await Scene.open();
    const repository = join(scene.home, "repo");
    const git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", repository];
    expect(Bun.spawnSync(["git", "init", "-q", repository]).exitCode).toBe(0);
    expect(Bun.spawnSync([...git, "commit", "-q", "--allow-empty", "-m", "x"]).exitCode).toBe(0);
    const asked = `kanbun show "$KANBUN_TASK" --json >&2; pwd >&2; echo END >&2`;
    const ids = [
      await scene.create(asked),
      await scene.create(asked, { workspaceKind: "worktree", workspacePath: repository }),
    ];
    const { spawned } = await scene.tick();
    for (const [at, id] of ids.entries()) {
      const log = (await readLog(scene, spawned[at]?.runId, "END\n")).trim().split("\n");
      const { task } = JSON.parse(log.find((line) => line.startsWith("{")) ?? "").data;
      expect(task.workspace_path).toBe(log.at(-2));
      expect(task.branch_name).toBe(at === 0 ? null : `wt/${id}`);
    }
  },
);

posix(
  "H5: a worktree that its task names from its first run on is used again, and made anew when it is gone or half made",
  async () => {
    using scene = await Scene.open('[dispatch]\nretry_delay = "1ms"\n[profiles.shell]\nmax_retries = 9\n');
    const repository = join(scene.home, "repo");
    const git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", repository];
    expect(Bun.spawnSync(["git", "init", "-q", repository]).exitCode).toBe(0);
    expect(Bun.spawnSync([...git, "commit", "-q", "--allow-empty", "-m", "x"]).exitCode).toBe(0);
    const id = await scene.create(
      `n=$(cat ../../n || echo 0); echo $((n + 1)) > ../../n; pwd; git branch --show-current
case $n in 0) exit 1;; 1) rm -rf "$PWD"; exit 1;; 2) : > "$PWD.kanbun-making"; exit 1;; esac`,
      { workspaceKind: "worktree", workspacePath: repository },
    );
    await scene.tickUntil("it is done", async () => (await scene.store.requireTask(id)).status === "done");
    const folder = join(repository, ".worktrees", id);
    for (const run of [1, 2, 3, 4]) await readLog(scene, run, `${folder}\nwt/${id}\n`);
  },
);

posix("H5: a scratch path on the board is used only if it is the task's own folder", async () => {
  using scene = await Scene.open();
  const { workspaces } = scene.board.context.paths;
  const foreign = join(workspaces, "t_00000000");
  mkdirSync(foreign, { recursive: true });
  const ids = [await scene.create("pwd"), await scene.create("pwd"), await scene.create("pwd")];
  const [own = "", moved = "", stranger = ""] = ids;
  const paths = { [own]: join(workspaces, own), [moved]: `/old/home/${moved}`, [stranger]: foreign };
  for (const [id, path] of Object.entries(paths))
    scene.sql("UPDATE tasks SET workspace_path = ? WHERE id = ?", path, id);
  const { spawned } = await scene.tick();
  expect(spawned.map(({ taskId: task, workspacePath: workspace }) => [task, workspace])).toEqual(
    [own, moved].map((id) => [id, join(workspaces, id)]),
  );
  expect((await scene.store.requireTask(stranger)).lastFailureError).toContain("not the scratch folder");
});

test("H6: a scratch folder stays until the last child is done or archived", async () => {
  using scene = await Scene.open();
  const id = await scene.create("echo x > hand-off");
  const parents = [id];
  const last = await scene.create(scene.gate(), { parents });
  const other = await scene.create("true", { parents, assignee: null });
  const folder = join(scene.board.context.paths.workspaces, id, "hand-off");
  await scene.tickUntil("it is done", async () => (await scene.store.requireTask(id)).status === "done");
  await scene.tick();
  expect(existsSync(folder)).toBe(true);
  await scene.store.archiveTask(other, person);
  await scene.tick({ reconcile: true });
  expect(existsSync(folder)).toBe(true);
  scene.openGate();
  await scene.tickUntil("it is removed", () => !existsSync(folder));
  expect((await scene.store.requireTask(last)).status).toBe("done");
});

posix(
  "H5: files that a worker declares are kept with the task, by safe names, and only those of its workspace",
  async () => {
    using scene = await Scene.open();
    const secret = join(scene.home, "secret");
    writeFileSync(secret, "s");
    const id = await scene.create(
      `echo one > report.txt; mkdir sub; echo two > sub/report.txt; : > '.hid den;x'; ln -s '${secret}' link; mkfifo pipe
head -c 26214401 /dev/zero > big
for bad in link ../../../secret '${secret}' sub pipe big nowhere; do
  kanbun complete --artifact report.txt --artifact "$bad" >/dev/null 2>&1 && exit 9
done
cd sub && kanbun complete --artifact report.txt --artifact ../report.txt --artifact '../.hid den;x'`,
    );
    await scene.tickUntil("it is done", async () => (await scene.outcomes(id)).at(-1) !== null);
    expect(await scene.outcomes(id)).toEqual(["completed"]);
    const { attachments } = await scene.store.requireDossier(id);
    expect(attachments.map(({ filename, sizeBytes }) => [filename, sizeBytes])).toEqual([
      ["report.txt", 4],
      ["report-2.txt", 4],
      ["_hid den_x", 0],
    ]);
    const folder = join(scene.board.context.paths.attachments, id);
    expect(attachments.map(({ storedPath }) => storedPath)).toEqual(
      attachments.map(({ filename }) => join(folder, filename)),
    );
    expect(attachments.map(({ storedPath }) => readFileSync(storedPath, "utf8"))).toEqual([
      "two\n",
      "one\n",
      "",
    ]);
    expect((await scene.kinds(id)).filter((kind) => kind === "attached")).toHaveLength(3);
  },
);

for (const isOlder of [true, false])
  test(`H10: a board with ${isOlder ? "fewer" : "more"} columns than the format has is read without a change, and written`, async () => {
    const kanbun = new CommandLine();
    mkdirSync(kanbun.home);
    const path = join(kanbun.home, "kanban.db");
    writeHermesBoard(path, { isOld: true });
    const db = new Database(path);
    const drop = {
      tasks: ["skills", "worker_pid", "consecutive_failures"],
      task_runs: ["metadata", "step_key"],
    };
    if (isOlder)
      for (const [table, columns] of Object.entries(drop))
        for (const column of columns) db.run(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    else {
      db.run("ALTER TABLE tasks ADD COLUMN reasoning_effort TEXT");
      db.run("ALTER TABLE tasks ADD COLUMN completion_contract TEXT NOT NULL DEFAULT 'x'");
      db.run("ALTER TABLE task_runs ADD COLUMN worker_started_at INTEGER");
    }
    db.close();
    const before = Bun.hash(readFileSync(path));
    for (const args of [["list"], ["status"], ["stats"], ["boards", "list"]])
      expect({ args, code: (await kanbun.run(args)).code }).toEqual({ args, code: 0 });
    for (const id of Object.values(hermesIds))
      for (const args of [
        ["show", id],
        ["explain", id],
        ["runs", id],
        ["context", id],
        ["events", id],
      ])
        expect({ args, error: (await kanbun.json(args)).error }).toEqual({ args, error: null });
    expect(Bun.hash(readFileSync(path))).toBe(before);
    await kanbun.ok("complete", hermesIds.ready);
    expect((await kanbun.task(hermesIds.todo)).status).toBe("ready");
  });

posix("H11: the log of a run that the other dispatcher started is shown", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("Write", "--assignee", "writer");
  using hermes = new HermesStandIn(kanbun.home, {
    workers: { writer: ["sh", "-c", "echo hello from there"] },
  });
  hermes.tick();
  await eventually("its worker has ended", () => hermes.running === 0);
  expect(await kanbun.ok("log", id)).toBe("hello from there\n");
  expect((await kanbun.json(["log", id])).data).toMatchObject({ text: "hello from there\n" });
});

posix(
  "H12: our worker commands work inside a run that the other dispatcher started, and only while it is its own",
  async () => {
    const kanbun = await CommandLine.init();
    const id = await kanbun.create("Write", "--assignee", "writer");
    using hermes = new HermesStandIn(kanbun.home, { workers: { writer: ["sleep", "60"] } });
    hermes.tick();
    expect((await kanbun.json(["explain", id])).data.detail).toContain("of another dispatcher is running");
    const env = {
      KANBUN_HOME: "",
      HERMES_KANBAN_DB: join(kanbun.home, "kanban.db"),
      HERMES_KANBAN_BOARD: "default",
      HERMES_KANBAN_TASK: id,
      HERMES_KANBAN_RUN_ID: "1",
      HERMES_KANBAN_CLAIM_LOCK: `${hostname()}:${process.pid}`,
      HERMES_PROFILE: "writer",
    };
    for (const stale of [{ HERMES_KANBAN_RUN_ID: "7" }, { HERMES_KANBAN_CLAIM_LOCK: `${hostname()}:1` }])
      for (const args of [["heartbeat"], ["comment", "hm"], ["complete"], ["create", "x"]])
        expect((await kanbun.json(args, { env: { ...env, ...stale } })).error).toMatchObject({
          kind: "superseded",
        });
    for (const args of [["heartbeat"], ["comment", "hm"], ["context"]])
      expect((await kanbun.json(args, { env })).error).toBeNull();
    expect((await kanbun.json(["complete", "--summary", "made"], { env })).data.task.status).toBe("done");
    const { runs } = (await kanbun.json(["runs", id])).data;
    expect(runs).toMatchObject([{ outcome: "completed", summary: "made" }]);
    const { events } = (await kanbun.json(["events", id])).data;
    expect(events.at(-1)).toMatchObject({ kind: "completed", payload: { actor: "worker:writer" } });
    expect((await kanbun.json(["complete"], { env })).error).toMatchObject({ kind: "superseded" });
  },
);
