import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { commandTable } from "../../src/cli/command-table.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { makeDispatchContext } from "../../src/home/dispatch/dispatch-context.ts";
import { CommandLine, forAll } from "../cli/command-line.ts";
import { makeTestBoard, person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { expectNoneLeft, processesOf, startFixture } from "../support/processes.ts";
import { createShellTask } from "../support/run-all.ts";
import { Scene } from "./scene.ts";

async function initHome(config?: string): Promise<CommandLine> {
  const kanbun = await CommandLine.init(config);
  return kanbun;
}

test("W45: what a dispatch did not start is in its report by cause, for programs and for people", async () => {
  const kanbun = await initHome('[dispatch]\nmax_in_progress = 1\n[profiles.slow]\ncommand = ["true"]\n');
  const make = (...args: string[]) => kanbun.create("x", ...args);
  const wait = "while :; do sleep 0.1; done";
  await make("--run", wait, "--priority", "9");
  const causes = {
    unassigned: await make(),
    unknown_profile: await make("--assignee", "nobody"),
    profile_paused: await make("--assignee", "slow"),
    home_slots: await make("--run", "true"),
  };
  {
    await using store = await kanbun.open("write");
    await store.pause({ scope: "profile:slow", untilAtMs: null, reason: "quota" });
  }
  const [report] = (await kanbun.json(["dispatch"])).data.boards;
  expect(report.spawned).toHaveLength(1);
  const held = report.held.map((one: { reason: string; task_id: string }) => [one.reason, one.task_id]);
  expect(Object.fromEntries(held)).toEqual(causes);
  const text = await kanbun.ok("dispatch");
  for (const id of Object.values(causes)) expect(text).toMatch(new RegExp(`held +${id} x  \\(\\w`));

  await using holder = await startFixture("hold-lock.ts", join(kanbun.home, "kanban.db.dispatch.lock"));
  expect(holder.first).toBe("held");
  const [lost] = (await kanbun.json(["dispatch"])).data.boards;
  expect(lost).toMatchObject({ lock: "skipped", skipped_locked: true, spawned: [] });
  expect(await kanbun.ok("dispatch")).toContain("has the dispatch lock");
});

test("W47: a worker has no secret of its dispatcher, and what has no token is not the worker", async () => {
  const kanbun = await initHome(
    '[profiles.agent]\ncommand = ["sh", "{body_file}"]\ncompletes = "by-verdict"\n',
  );
  const body = `env | sort; env -u KANBUN_TOKEN kanbun complete --json; echo "impostor: $?"; kanbun complete`;
  const id = await kanbun.create("x", "--body", body, "--assignee", "agent");
  const env = { AWS_SECRET_ACCESS_KEY: "hush", GITHUB_TOKEN: "hush", LANG: "C.UTF-8" };
  expect((await kanbun.run(["dispatch", "--until-idle"], { env })).code).toBe(0);
  const log = await kanbun.ok("log", id);
  expect(log).toContain("LANG=C.UTF-8");
  expect(log).not.toContain("hush");
  expect(log).toMatch(/KANBUN_TOKEN=[0-9a-f]{32}/);
  expect(log).toContain('"ok":false');
  expect(log).toContain("impostor: 4");
  expect((await kanbun.task(id)).status).toBe("done");
});

test("W48: archiving and cancelling leave no process of a task, and no attachment is lost", async () => {
  const kanbun = await initHome('[profiles.shell]\ngrace = "100ms"\n');
  for (const move of [["archive", "--force"], ["cancel"]]) {
    const id = await kanbun.create(
      "x",
      "--run",
      "trap '' TERM; setsid sleep 60 & while :; do sleep 0.1; done",
    );
    const file = join(kanbun.home, "kanban/attachments", id, "a.txt");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "kept");
    {
      using db = new Database(join(kanbun.home, "kanban.db"));
      db.run(
        "INSERT INTO task_attachments (task_id, filename, stored_path, created_at) VALUES (?, 'a.txt', ?, 1)",
        [id, file],
      );
    }
    await kanbun.ok("dispatch");
    await eventually("it runs", () => processesOf(kanbun.home).length >= 4);
    expect((await kanbun.json([...move, id])).data.worker).toBe("gone");
    await expectNoneLeft(kanbun.home);
    expect(existsSync(file)).toBe(true);
    expect((await kanbun.json(["show", id])).data.attachments).toHaveLength(1);
  }
});

test("W49: a resident whose database is damaged says so once, writes nothing more, and ends", async () => {
  const kanbun = await initHome('[dispatch]\ninterval = "20ms"\n');
  const resident = kanbun.spawn(["dispatch", "--watch"]);
  const database = join(kanbun.home, "kanban.db");
  try {
    const id = await kanbun.create("x", "--run", "true");
    await eventually("it works", async () => (await kanbun.task(id)).status === "done");
    await kanbun.create("waits", "--run", "true", "--at", "+1s");
    resident.kill("SIGSTOP");
    // In a process of its own: what is damaged is the file, not a page that some connection still has in memory.
    const program = `import { Database } from "bun:sqlite";
      const db = new Database(process.argv[1]);
      db.run("PRAGMA busy_timeout = 5000");
      db.query("PRAGMA wal_checkpoint(TRUNCATE)").get();`;
    expect(Bun.spawnSync([process.execPath, "-e", program, database]).exitCode).toBe(0);
    const bytes = readFileSync(database).fill(0xaa, 4096);
    writeFileSync(database, bytes);
    resident.kill("SIGCONT");
    expect(await resident.exited).toBe(1);
    expect(readFileSync(database).equals(bytes)).toBe(true);
    const said = await resident.stderr.text();
    // Where it looks for what is due next it says the file alone, in a tick the board too.
    expect(said.replace("kanbun: default: ", "kanbun: ")).toContain(`kanbun: ${database} is damaged`);
    expect(said.match(/is damaged/g)?.length).toBeLessThanOrEqual(2);
  } finally {
    resident.kill("SIGKILL");
    await resident.exited;
  }
});

test.skipIf(process.platform !== "linux")(
  "W49: the damage of one board is not taken for that of another, whose work goes on",
  async () => {
    const board = await makeTestBoard();
    for (const slug of ["aside", "broken"]) (await makeTestBoard({ home: board.home, slug })).store.close();
    const broken = join(board.home, "kanban/boards/broken/kanban.db");
    writeFileSync(broken, readFileSync(broken).fill(0xaa, 4096));
    const dispatcher = new Dispatcher(makeDispatchContext(board.home, "default", process.env));
    for (let round = 0; round < 3; round++) {
      const id = await createShellTask(board, "exit 0");
      expect((await dispatcher.tick()).spawned.map((run) => run.taskId)).toEqual([id]);
    }
    expect(dispatcher.damage).toBeNull();
    const open = readdirSync("/proc/self/fd").map((fd) => readlinkOrNothing(`/proc/self/fd/${fd}`));
    expect(open.filter((path) => path.startsWith(join(board.home, "kanban/boards")))).toEqual([]);
    await eventually("the workers are done", async () => {
      await dispatcher.tick();
      return (await board.store.getCounts()).byStatus.done === 3;
    });
    dispatcher.close();
  },
);

function readlinkOrNothing(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

test("W50: the help says of every max_retries what the number means, and 1 blocks at the first failure", async () => {
  const kanbun = await initHome(
    '[dispatch]\nmax_retries = 5\n[profiles.once]\ncommand = ["false"]\nmax_retries = 1\n',
  );
  for (const command of ["create", "edit"])
    expect((await kanbun.ok(command, "--help")).replaceAll(/\s+/g, " ")).toContain(
      "give up after n failures in a row (1: at the first)",
    );
  const template = await CommandLine.init();
  expect(await Bun.file(join(template.home, "kanbun.toml")).text()).toMatch(
    /max_retries = 2 .*1 blocks it at the first/,
  );
  const ids = [
    await kanbun.create("x", "--run", "false", "--max-retries", "1"),
    await kanbun.create("x", "--assignee", "once"),
  ];
  await kanbun.ok("dispatch", "--until-idle", "--exit-zero");
  await using store = await kanbun.open();
  for (const id of ids) {
    expect(await store.listRuns(id)).toHaveLength(1);
    expect((await store.requireTask(id)).status).toBe("blocked");
  }
  expect((await kanbun.json(["create", "x", "--max-retries", "0"])).error?.kind).toBe("usage");
});

test("D3: with --json every command answers a mistake, and a home without a board, in one document", async () => {
  const kanbun = new CommandLine();
  await forAll(Object.keys(commandTable), async (name) => {
    const mistaken = await kanbun.json([name, "--no-such-option"]);
    expect([name, mistaken.code, mistaken.error?.kind]).toEqual([name, 2, "usage"]);
  });
  for (const args of [["list"], ["dispatch"], ["complete", "t_00000000"]]) {
    const { code, error } = await kanbun.json(args);
    expect([args, code, error?.kind]).toEqual([args, 3, "not_found"]);
  }
});

test("D4: a card behind a rate limit is tried seven times in four and a half hours", async () => {
  using scene = await Scene.open("");
  const id = await scene.create("exit 75");
  const neighbour = { title: "of the same profile", body: "exit 0", assignee: "shell", priority: -1 };
  const runs: number[] = [];
  for (let minute = 0; minute < 270; minute++) {
    for (const { runId: run } of (await scene.tick()).spawned) {
      runs.push(run);
      await scene.ended(run);
      await eventually("its shim is gone", () => scene.processes().length === 0);
      await scene.tick();
    }
    if (minute === 0) await scene.store.createTask(neighbour, person);
    scene.clock.pass(60_000);
  }
  const outcomes = await scene.outcomes(id);
  expect(outcomes).toEqual(Array(outcomes.length).fill("rate_limited"));
  expect(outcomes.length).toBeLessThanOrEqual(7);
  expect(outcomes.length).toBeGreaterThan(4);
  expect(await scene.store.requireTask(id)).toMatchObject({ status: "ready", consecutiveFailures: 0 });
});

test("D5: what runs is the program that the profile's PATH names, by its absolute path, and without one nothing starts", async () => {
  const [bin, other] = [makeTestHome(), makeTestHome()];
  for (const [folder, word] of [
    [bin, "right"],
    [other, "wrong"],
  ] as const) {
    writeFileSync(join(folder, "tool"), `#!/bin/sh\necho "${word} $0"\n`);
    chmodSync(join(folder, "tool"), 0o755);
  }
  const path = `.:${bin}:/usr/bin:/bin`; // a shell would take what lies in the workspace
  const kanbun = await initHome(`[profiles.tool]\ncommand = ["tool"]\nenv = { PATH = "${path}" }
[profiles.gone]\ncommand = ["tool"]\nenv = { PATH = "/nowhere" }\nmax_retries = 1\n`);
  const [id, gone] = [
    await kanbun.create("x", "--assignee", "tool", "--workspace", `dir:${other}`),
    await kanbun.create("y", "--assignee", "gone"),
  ];
  await kanbun.ok("dispatch", "--until-idle", "--exit-zero");
  expect(await kanbun.ok("log", id)).toBe(`right ${bin}/tool\n`);
  const { profiles } = (await kanbun.json(["profiles", "list"])).data;
  expect(profiles.map((one: { program: string | null }) => one.program).slice(1)).toEqual([
    `${bin}/tool`,
    null,
  ]);
  await using store = await kanbun.open();
  const [failed] = await store.listRuns(gone);
  expect(failed).toMatchObject({ outcome: "spawn_failed", workerPid: null });
  expect(failed?.error).toContain("no such command: `tool`");
  expect(existsSync(join(kanbun.home, "kanban/runs", String(failed?.id), "start"))).toBe(false);
});
