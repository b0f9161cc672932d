import { describe, expect, test } from "bun:test";
import { hostIdentity } from "../../native-shims/index.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import { planRepair, repairBoard } from "../../src/doctor/board-repair.ts";
import { CommandLine } from "../cli/command-line.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { change, doctorOf, findBoardTroubles, makeHome, rowsOf } from "./doctor-home.ts";

homesInMemory();

const openRun = (id: number, task: string | undefined) =>
  `INSERT INTO task_runs (id, task_id, status, started_at) VALUES (${id}, '${task}', 'running', 1)`;

function liveRecord(id: number, task: string | undefined): string {
  const { host, bootId } = thisHost();
  return `INSERT INTO kanbun_runs (run_id, task_id, holder, token, host, boot_id, claimed_at_ms, claimed_at_monotonic_ms, grace_ms)
    VALUES (${id}, '${task}', 'worker', 'token${id}', '${host}', '${bootId}', 1, 1, 0)`;
}

interface Case {
  readonly what: string;
  readonly spoil: (ids: readonly string[]) => readonly string[];
  readonly check: string;
  /** What is on the board when it was repaired. */
  readonly query: string;
  readonly repaired: readonly unknown[];
}

const reclaimedRun = { status: "reclaimed", outcome: "reclaimed", ended: 1 };
const selectRuns = "SELECT status, outcome, ended_at IS NOT NULL AS ended FROM task_runs ORDER BY id";
const selectTasks = "SELECT status, current_run_id, claim_lock FROM tasks ORDER BY rowid";

const cases: readonly Case[] = [
  {
    what: "an open run of a task that is not at work",
    spoil: ([id]) => [openRun(5, id)],
    check: "open_runs",
    query: selectRuns,
    repaired: [reclaimedRun],
  },
  {
    what: "an open run of a task that is gone",
    spoil: () => [openRun(5, "t_0000dead")],
    check: "open_runs",
    query: selectRuns,
    repaired: [reclaimedRun],
  },
  {
    what: "an open run that its task points at and is done with",
    spoil: ([id]) => [
      openRun(5, id),
      `UPDATE tasks SET status = 'done', current_run_id = 5, claim_lock = 'h:x'`,
    ],
    check: "open_runs",
    query: selectTasks,
    repaired: [{ status: "done", current_run_id: null, claim_lock: null }],
  },
  {
    what: "I3: more than one open run of a task",
    spoil: ([id]) => [openRun(5, id), openRun(6, id)],
    check: "one_open_run",
    query: selectRuns,
    repaired: [reclaimedRun, reclaimedRun],
  },
  {
    what: "I3: a task that points at a run which is not there",
    spoil: () => ["UPDATE tasks SET current_run_id = 99"],
    check: "current_runs",
    query: selectTasks,
    repaired: [{ status: "ready", current_run_id: null, claim_lock: null }],
  },
  {
    what: "a task that is running with nobody",
    spoil: () => ["UPDATE tasks SET status = 'running'"],
    check: "running_tasks",
    query: selectTasks,
    repaired: [{ status: "ready", current_run_id: null, claim_lock: null }],
  },
  {
    what: "a review that is running with nobody",
    spoil: ([id]) => [
      "UPDATE tasks SET status = 'running'",
      `INSERT INTO kanbun_tasks (task_id, author, in_review) VALUES ('${id}', 'coder', 1)`,
    ],
    check: "running_tasks",
    query: selectTasks,
    repaired: [{ status: "review", current_run_id: null, claim_lock: null }],
  },
  {
    what: "a counter below 0",
    spoil: ([id]) => [
      "UPDATE tasks SET consecutive_failures = -2",
      `INSERT INTO kanbun_tasks (task_id, rate_limits) VALUES ('${id}', -1)`,
    ],
    check: "counters",
    query: "SELECT consecutive_failures, rate_limits FROM tasks JOIN kanbun_tasks ON task_id = id",
    repaired: [{ consecutive_failures: 0, rate_limits: 0 }],
  },
  {
    what: "a counter that is no number",
    spoil: () => ["UPDATE tasks SET block_recurrences = 'many'"],
    check: "counters",
    query: "SELECT block_recurrences FROM tasks",
    repaired: [{ block_recurrences: 0 }],
  },
  {
    what: "a task that waits for nothing",
    spoil: () => ["UPDATE tasks SET status = 'todo'"],
    check: "promotions",
    query: selectTasks,
    repaired: [{ status: "ready", current_run_id: null, claim_lock: null }],
  },
  {
    what: "a record of processes without run",
    spoil: ([id]) => [liveRecord(77, id)],
    check: "live_records",
    query: "SELECT run_id, gone_at_ms IS NOT NULL AS gone FROM kanbun_runs",
    repaired: [{ run_id: 77, gone: 1 }],
  },
];

describe("a flaw in the records is named, and repaired once, with an event", () => {
  test.each(cases.map((one) => [one.what, one] as const))(
    "%s",
    async (_, { spoil, check, query, repaired }) => {
      const { home, database, ids } = await makeHome({ tasks: 1 });
      change(database, ...spoil(ids));
      const context = doctorOf(home);
      const troubles = await findBoardTroubles(context);
      expect(Object.keys(troubles)).toContain(check);
      expect(troubles[check]?.fix).toBe("kanbun repair --board default");
      const before = rowsOf(database, "SELECT max(id) AS id FROM task_events")[0].id;

      const planned = await planRepair(context, "default");
      const changes = await repairBoard(context, "default");
      // The folder by which a lost run was given up goes with it, and no one could know of it before.
      expect(changes.filter((one) => one.kind !== "run_folder")).toHaveLength(planned.length);
      expect(rowsOf(database, query)).toEqual([...repaired]);
      expect(await findBoardTroubles(context)).toEqual({});
      expect([await planRepair(context, "default"), await repairBoard(context, "default")]).toEqual([[], []]);
      const events = rowsOf(database, `SELECT kind FROM task_events WHERE id > ${before}`);
      expect(events.length).toBe(check === "live_records" ? 0 : changes.length);
    },
  );
});

test("tasks that another program linked in a circle are named, with the command that takes a link of it away", async () => {
  const { home, database, ids } = await makeHome({ tasks: 5 });
  const [a, b, self, done, other] = ids;
  const links = [`('${a}', '${b}')`, `('${b}', '${a}')`, `('${self}', '${self}')`];
  change(
    database,
    // Nobody waits any more for what is done.
    `INSERT INTO task_links (parent_id, child_id) VALUES ${links}, ('${done}', '${other}'), ('${other}', '${done}')`,
    `UPDATE tasks SET status = 'done' WHERE id = '${done}'`,
  );
  const named: string[] = [];
  for (let circle = await nextCircle(home); circle !== undefined; circle = await nextCircle(home)) {
    named.push(circle.detail);
    await new CommandLine(home).ok(...(circle.fix ?? "").split(" ").slice(1));
  }
  expect(named).toEqual([
    expect.stringMatching(new RegExp(`in a circle.*: .*(${a}|${b})`)),
    expect.stringContaining("wait for themselves: t_"),
  ]);
  expect(named[0]).toContain(self ?? "");
});

async function nextCircle(home: string) {
  return (await findBoardTroubles(doctorOf(home))).circles;
}

describe("what belongs to somebody is left alone:", () => {
  const { hostname } = hostIdentity();
  const claimed = (expires: number) =>
    `UPDATE tasks SET status = 'running', current_run_id = 5, claim_lock = '${hostname}:x', claim_expires = ${expires}`;

  test("the run of another program, by its lease or its process", async () => {
    const { home, database, ids } = await makeHome({ tasks: 1 });
    change(database, openRun(5, ids[0]), claimed(Math.floor(Date.now() / 1000) + 600));
    expect(await findBoardTroubles(doctorOf(home))).toEqual({});
    expect(await repairBoard(doctorOf(home), "default")).toEqual([]);
    expect(rowsOf(database, selectTasks)).toMatchObject([{ status: "running", current_run_id: 5 }]);
  });

  test("a claim whose pointer leads nowhere keeps the claim", async () => {
    const { home, database } = await makeHome({ tasks: 1 });
    change(database, claimed(Math.floor(Date.now() / 1000) + 600));
    const changes = await repairBoard(doctorOf(home), "default");
    expect(changes.map((one) => one.kind)).toEqual(["record"]);
    expect(rowsOf(database, selectTasks)).toEqual([
      { status: "running", current_run_id: null, claim_lock: `${hostname}:x` },
    ]);
  });

  test("a task with a record of a worker is for the ticks to close", async () => {
    const { home, database, ids } = await makeHome({ tasks: 1 });
    change(database, openRun(5, ids[0]), liveRecord(5, ids[0]), "UPDATE tasks SET current_run_id = 99");
    const { current_runs } = await findBoardTroubles(doctorOf(home));
    expect(current_runs?.status).toBe("problem");
    expect(await planRepair(doctorOf(home), "default")).toEqual([]);
    await repairBoard(doctorOf(home), "default");
    expect(rowsOf(database, selectRuns)).toEqual([reclaimedRun]);
  });
});
