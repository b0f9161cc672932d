import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { hostname } from "node:os";
import { join } from "node:path";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { startFixture } from "../support/processes.ts";

const wait = "while :; do sleep 0.1; done";
const shop = ["--board", "shop"] as const;

/** A home with the boards `default` and `shop`, whose workers are ended with the test. */
async function initTwoBoards(config: string): Promise<CommandLine> {
  const kanbun = await CommandLine.init(`[dispatch]\nmax_in_progress = 4\n${config}`);
  await kanbun.ok("boards", "create", "shop");
  return kanbun;
}

function spawned(data: { boards: { spawned: unknown[] }[] }): number {
  return data.boards.reduce((sum, board) => sum + board.spawned.length, 0);
}

const dispatch = async (kanbun: CommandLine, ...args: string[]) =>
  (await kanbun.json(["dispatch", ...args])).data;

test("X31: a profile's cap of 1 holds over all boards of the home, and explain names it on the other one", async () => {
  const kanbun = await initTwoBoards("[profiles.shell]\nmax_in_progress = 1\n");
  await kanbun.create("here", "--run", wait);
  const there = await kanbun.create("there", "--run", wait, ...shop);
  expect(spawned(await dispatch(kanbun, "--board", "default"))).toBe(1);
  const report = await dispatch(kanbun, ...shop);
  expect(spawned(report)).toBe(0);
  expect(report.boards[0].held).toMatchObject([{ task_id: there, reason: "profile_slots" }]);
  expect(await kanbun.ok("explain", there, ...shop)).toContain("all 1 slots of the profile shell");
  expect((await dispatch(kanbun, "--dry-run", ...shop)).boards[0].held).toMatchObject([
    { reason: "profile_slots" },
  ]);
});

test("X31: a rate limit that one board meets pauses the profile on all of them, until it is resumed", async () => {
  const kanbun = await initTwoBoards("");
  const limited = await kanbun.create("limited", "--run", "exit 75");
  const there = await kanbun.create("there", "--run", wait, ...shop);
  await eventually("the limit is met", async () => {
    await kanbun.ok("dispatch", "--board", "default");
    return (await kanbun.json(["status"])).data.pauses.length === 1;
  });
  const report = await dispatch(kanbun, ...shop);
  expect(report.boards[0]).toMatchObject({
    spawned: [],
    held: [{ task_id: there, reason: "profile_paused" }],
  });
  const explained = (await kanbun.json(["explain", there, ...shop])).data;
  expect(explained).toMatchObject({ reason: "profile_paused", until_at_ms: expect.any(Number) });
  expect(explained.detail).toContain(limited);
  expect((await kanbun.json(["status", ...shop])).data.pauses).toMatchObject([{ scope: "profile:shell" }]);

  // From either board; then also the task that met the limit goes on.
  await kanbun.ok("profiles", "resume", "shell", ...shop);
  expect((await kanbun.json(["status"])).data.pauses).toEqual([]);
  expect((await kanbun.task(limited)).dueAtMs).toBeNull();
  expect(spawned(await dispatch(kanbun, ...shop))).toBe(1);
});

test("X31: a board's own pause is none of the others'", async () => {
  const kanbun = await initTwoBoards("");
  await kanbun.create("there", "--run", wait, ...shop);
  await kanbun.ok("pause", "--board", "default");
  expect(spawned(await dispatch(kanbun, ...shop))).toBe(1);
});

/** A claim as another dispatcher writes it. */
function claimForeign(
  kanbun: CommandLine,
  id: string,
  claim: { pid: number | null; expiresAtS: number | null },
): void {
  using db = new Database(boardPaths(kanbun.home, "shop").database);
  db.run(
    "UPDATE tasks SET status = 'running', claim_lock = ?, claim_expires = ?, worker_pid = ? WHERE id = ?",
    [...[`${hostname()}:1`, claim.expiresAtS, claim.pid, id]],
  );
}

const later = Math.floor(Date.now() / 1000) + 3_600;
const foreignClaims = [
  ["whose pid is known takes a slot of home, board and profile", { pid: process.pid, expiresAtS: 1 }, 1],
  ["whose claim has not expired takes one", { pid: null, expiresAtS: later }, 1],
  ["whose claim has expired, and whose pid nobody knows, takes none", { pid: null, expiresAtS: 1 }, 0],
] as const;
for (const [name, claim, used] of foreignClaims)
  test(`X32: another dispatcher's worker ${name}`, async () => {
    const kanbun = await initTwoBoards("");
    const id = await kanbun.create("theirs", "--run", wait, ...shop);
    claimForeign(kanbun, id, claim);
    const { slots } = (await kanbun.json(["status", ...shop])).data;
    expect([slots.home_used, slots.board_used]).toEqual([used, used]);
    expect((await kanbun.json(["status"])).data.slots).toMatchObject({ home_used: used, board_used: 0 });
  });

test("X32: a cap of 1 that another dispatcher's worker has used up on one board starts nothing on another", async () => {
  const kanbun = await initTwoBoards("[profiles.shell]\nmax_in_progress = 1\n");
  claimForeign(kanbun, await kanbun.create("theirs", "--run", wait, ...shop), {
    pid: process.pid,
    expiresAtS: later,
  });
  await kanbun.create("ours", "--run", wait);
  expect((await dispatch(kanbun, "--board", "default")).boards[0]).toMatchObject({
    spawned: [],
    held: [{ reason: "profile_slots" }],
  });
});

test("X8: the slots of the home in the hands of a stopped process are named by the report, explain, status and doctor", async () => {
  const kanbun = await initTwoBoards("");
  const id = await kanbun.create("waits", "--run", wait);
  await using holder = await startFixture("hold-slots.ts", kanbun.home);
  const { pid } = holder;
  process.kill(pid, "SIGSTOP");

  const report = await dispatch(kanbun, "--board", "default");
  expect(report.boards[0]).toMatchObject({
    lock: "taken",
    spawned: [],
    held: [{ task_id: id, reason: "slots_busy", detail: expect.stringContaining(`pid ${pid}`) }],
    findings: [{ about: "slots", detail: expect.stringContaining(`pid ${pid}`) }],
  });
  expect(await kanbun.ok("explain", id)).toContain(`pid ${pid} on ${hostname()}`);
  expect((await kanbun.json(["status"])).data.slots_holder).toContain(`pid ${pid}`);
  const { stdout } = await kanbun.run(["doctor"]);
  expect(stdout).toContain(`kill -CONT ${pid}`);

  process.kill(pid, "SIGCONT");
  await holder.kill();
  expect(await kanbun.ok("explain", id)).toContain("ready to start");
  expect(spawned(await dispatch(kanbun, "--board", "default"))).toBe(1);
});

test("X8: a board that can't be read is told of, and stops no other: it counts as one worker, but never takes the last slot", async () => {
  const kanbun = await initTwoBoards("[profiles.shell]\nmax_in_progress = 3\n");
  await Bun.write(
    join(kanbun.home, "kanban", "boards", "bad", "kanban.db"),
    "this is no database, but long enough for one",
  );
  for (const _ of [1, 2, 3, 4]) await kanbun.create("x", "--run", wait);
  const report = await dispatch(kanbun, "--board", "default");
  expect(spawned(report)).toBe(3);
  expect(report.boards[0].findings).toMatchObject([
    { about: "other_board", detail: expect.stringContaining("bad") },
  ]);
  const { data } = await kanbun.json(["status"]);
  expect(data).toMatchObject({ slots: { home_used: 3 }, unread_boards: [{ board: "bad" }] });
});
