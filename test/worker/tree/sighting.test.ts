import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { copyFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LiveRun } from "../../../src/board/claim.ts";
import type { RunOutcome } from "../../../src/board/run.ts";
import { thisHost } from "../../../src/dispatcher/host.ts";
import { RunDirectory } from "../../../src/worker/run-directory.ts";
import { KnownRuns } from "../../../src/worker/tree/known-runs.ts";
import { sightRuns } from "../../../src/worker/tree/sighting.ts";
import { makeTestBoard, person, type TestBoard } from "../../support/board.ts";
import { makeTestHome } from "../../support/home.ts";
import { createShellTask, runAll } from "../../support/run-all.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

const token = "a-token-that-no-process-has";

/** A claimed run of this host whose shim no one has recorded. */
function claimedRun(parts: Partial<LiveRun> = {}): LiveRun {
  const { host, bootId } = thisHost();
  return {
    runId: 1,
    taskId: "t_00000001",
    holder: "worker",
    token,
    profile: "shell",
    host,
    bootId,
    process: null,
    dispatcher: null,
    claimedAtMs: 0,
    claimedAtMonotonicMs: 0,
    claimExpiresAtMs: null,
    lastHeartbeatAtMs: null,
    lastHeartbeatAtMonotonicMs: null,
    maxRuntimeMs: null,
    graceMs: 0,
    isOpen: true,
    endedAtMs: null,
    endedAtMonotonicMs: null,
    outcome: null,
    taskStatus: "running",
    stop: null,
    ...parts,
  };
}

function look(run: LiveRun, files: Readonly<Record<string, string>>) {
  const runs = makeTestHome();
  const directory = new RunDirectory(runs, run.runId, null);
  directory.make();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory.path, name), text);
  const [sighted] = sightRuns([run], { ...thisHost(), runs, known: new KnownRuns(), monotonicMs: 0 });
  return sighted?.seen;
}

test("a start that was won by nobody who lived to say so has come to nothing", () => {
  expect(look(claimedRun(), { start: "" })).toMatchObject({ start: "given_up", tree: "dead", exit: null });
  expect(look(claimedRun(), { start: "123" })).toMatchObject({ start: "given_up", tree: "dead" });
});

test("of a run whose start nobody has won yet no process is looked for: it is waited for, or given up first", () => {
  const own = crypto.randomUUID();
  const shim = Bun.spawn(["sleep", "60"], { env: { KANBUN_TOKEN: own } });
  expect(look(claimedRun({ token: own }), {})).toMatchObject({ start: "open", tree: "unknown", logTail: "" });
  const isOver = { exit: `0 ${own}\n` };
  expect(look(claimedRun({ token: own }), isOver)).toMatchObject({ start: "open", tree: "alive" });
  shim.kill("SIGKILL");
});

test("a start that its shim is just writing down is not taken for one that came to nothing", () => {
  const own = crypto.randomUUID();
  const shim = Bun.spawn(["sleep", "60"], { env: { KANBUN_TOKEN: own } });
  expect(look(claimedRun({ token: own }), { start: "" })).toMatchObject({
    start: "won",
    leader: "unknown",
    tree: "alive",
  });
  shim.kill("SIGKILL");
});

test("a pid that was given to a stranger is not the shim, and the stranger no part of the run", () => {
  const stranger = Bun.spawn(["sleep", "60"]);
  const seen = look(claimedRun(), { start: `${stranger.pid} 1 ${token}\n` });
  expect(seen).toMatchObject({ start: "won", leader: "dead", tree: "dead" });
  stranger.kill("SIGKILL");
});

test("a run of another pid namespace can't be seen, and one of an earlier boot is over", () => {
  const { host, bootId } = thisHost();
  const machine = host.split("/", 1)[0];
  const elsewhere = claimedRun({ host: `${machine}/pid:[1]` });
  expect(look(elsewhere, { start: `123 456 ${token}\n` })).toMatchObject({
    where: "elsewhere",
    tree: "unknown",
  });
  const earlier = claimedRun({ bootId: `not-${bootId}` });
  expect(look(earlier, { start: `123 456 ${token}\n`, exit: "0\n" })).toMatchObject({
    where: "rebooted",
    tree: "dead",
    exit: { code: 0, note: null },
  });
});

test("what a run of the same number on an earlier board left behind says nothing of this one", () => {
  const left = { start: "123 456 another-token\n", exit: "0\n", "output.log": "from then" };
  expect(look(claimedRun(), left)).toMatchObject({ start: "open", exit: null, logTail: "" });
  const unsigned = { start: "", exit: "0 another-token\n" };
  expect(look(claimedRun(), unsigned)).toMatchObject({ start: "given_up", exit: null, tree: "dead" });
  const givenUp = { start: "given up another-token\n" };
  expect(look(claimedRun(), givenUp)).toMatchObject({ start: "open", exit: null });
});

describe.skipIf(lacksOnWindows("removal of open files"))("a board that knows nothing of a run", () => {
  /** Runs a task, and puts the board back to before its claim; then runs it again. How its runs ended. */
  async function runTwice(between: (board: TestBoard) => void) {
    const board = await makeTestBoard();
    const database = board.context.paths.database;
    const id = await createShellTask(board, "exit 0", { maxRetries: 1 });
    const copy = join(makeTestHome(), "copy.db");
    using connection = new Database(database);
    connection.run(`VACUUM INTO '${copy}'`);
    await runAll(board);
    board.store.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${database}${suffix}`, { force: true });
    copyFileSync(copy, database);
    between(board);
    const restored = await makeTestBoard({ home: board.home });
    await restored.store.editTask(id, { body: "exit 3" }, person);
    await runAll(restored);
    return (await restored.store.listRuns(id)).map((run) => [run.id, run.outcome]);
  }

  test("since it was restored from a copy runs the task again, whatever the old run left behind", async () => {
    expect(await runTwice(() => {})).toEqual([[1, "crashed"]]);
  });

  const losses: [what: string, lose: (runFolder: string) => void, outcomes: [number, RunOutcome][]][] = [
    // It looks like that of a shim which came to nothing before it said its name.
    [
      "what was in start",
      (folder) => truncateSync(join(folder, "start")),
      [
        [1, "interrupted"],
        [2, "crashed"],
      ],
    ],
    ["its start", (folder) => rmSync(join(folder, "start")), [[1, "crashed"]]],
    ["what was in exit", (folder) => truncateSync(join(folder, "exit")), [[1, "crashed"]]],
  ];
  for (const [what, lose, outcomes] of losses)
    test(`I2: since the power was lost before its claim was on the disk runs the task again, ${what} being lost too`, async () => {
      expect(await runTwice(({ context }) => lose(join(context.paths.runs, "1")))).toEqual(outcomes);
    });
});

test.skipIf(lacksOnWindows("POSIX paths"))(
  "I13: what of one run can't be read leaves that one unknown, by name, and all others as they are",
  () => {
    const runs = makeTestHome();
    for (const [runId, token] of [
      [1, "first"],
      [2, "second"],
    ] as const) {
      const directory = new RunDirectory(runs, runId, token);
      directory.make();
      writeFileSync(join(directory.path, "start"), `4194305 1 ${token} root\n`);
      writeFileSync(join(directory.path, "exit"), `0 ${token} over\n`);
    }
    const odd = claimedRun({ runId: 1, token: "first" });
    // A folder's name that no file system takes: any error of the system is one.
    Object.defineProperty(odd, "runId", { value: "x".repeat(5_000) });
    const at = { ...thisHost(), runs, known: new KnownRuns(), monotonicMs: 0 };
    const [first, second] = sightRuns([odd, claimedRun({ runId: 2, token: "second" })], at);
    expect(first?.seen).toMatchObject({
      leader: "unknown",
      tree: "unknown",
      flaw: expect.stringContaining("ENAMETOOLONG"),
    });
    expect(second?.seen).toMatchObject({ leader: "dead", tree: "dead", exit: { code: 0 } });
  },
);
