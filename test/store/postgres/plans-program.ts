// Fills a board of a million tasks (or of so many as argv[2] says) on a server of its own, does on it what is done all the time, and
// prints the plan of each statement, as the server chose it. Ends with 1 where one reads a whole table. `--plans` prints them whole.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nothingElsewhere } from "../../../src/board/admission.ts";
import { makeSlots } from "../../../src/board/slots.ts";
import { taskStatuses } from "../../../src/board/task.ts";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { startPostgres } from "../../support/postgres/postgres.ts";
import { here, person, policies, policy, workerOf } from "../board-under-test.ts";
import { planOf } from "../players.ts";
import { connect, openBoardOn } from "./board.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const printsAll = process.argv.includes("--plans");
const server = startPostgres({
  settings: [
    "session_preload_libraries = 'auto_explain'",
    "auto_explain.log_min_duration = 0",
    "auto_explain.log_analyze = on",
    "auto_explain.log_buffers = on",
    "auto_explain.log_nested_statements = on",
    "shared_buffers = '512MB'",
    "log_line_prefix = '%%%p '",
  ],
});
const log = join(server.place.host, "log");

/** 80 % done, 10 % waiting for one of twenty that run, 5 % ready of nobody, 1,000 ready, the rest archived. */
async function fill(): Promise<void> {
  await using sql = connect(server.place);
  const set = `SET search_path = kanbun; SET kanbun.board = '1'; SET auto_explain.log_min_duration = -1; `;
  await sql
    .unsafe(
      `${set}
      INSERT INTO tasks (id, title, status, assignee, priority, created_at, completed_at)
      SELECT 't_' || lpad(to_hex(i), 8, '0'), 'task ' || i,
        CASE WHEN i <= 20 THEN 'ready' WHEN i <= 1020 THEN 'ready' WHEN i % 20 < 16 THEN 'done' WHEN i % 20 < 18 THEN 'todo'
          WHEN i % 20 < 19 THEN 'ready' ELSE 'archived' END,
        CASE WHEN i <= 1020 THEN 'shell' WHEN i % 20 = 18 THEN NULL ELSE 'shell' END,
        i % 3, 1700000000 + i, CASE WHEN i > 1020 AND (i % 20 < 16 OR i % 20 = 19) THEN 1700000000 + i END
      FROM generate_series(1, ${count}) i;
      INSERT INTO task_links (parent_id, child_id)
      SELECT 't_' || lpad(to_hex(CASE WHEN i % 20 = 17 THEN i - 1 ELSE 1 + i / 20 % 20 END), 8, '0'), 't_' || lpad(to_hex(i), 8, '0')
      FROM generate_series(1021, ${count}) i WHERE i % 20 IN (16, 17);
      INSERT INTO task_events (task_id, kind, payload, created_at)
      SELECT 't_' || lpad(to_hex(i), 8, '0'), 'created', '{"actor":"x"}', 1700000000 + i FROM generate_series(1, ${count}) i;
      INSERT INTO task_runs (task_id, profile, status, outcome, started_at, ended_at)
      SELECT 't_' || lpad(to_hex(i), 8, '0'), 'shell', 'done', 'completed', 1700000000 + i, 1700000001 + i
      FROM generate_series(1021, ${count}) i WHERE i % 20 < 16;
      INSERT INTO kanbun_runs (run_id, task_id, holder, token, profile, host, boot_id, claimed_at_ms, claimed_at_monotonic_ms, grace_ms, gone_at_ms)
      SELECT id, task_id, 'worker', 'x', 'shell', 'h', 'b', 1, 1, 0, 2 FROM task_runs;`,
    )
    .simple();
  await sql.unsafe("VACUUM ANALYZE").simple();
}

interface Plan {
  readonly statement: string;
  readonly ms: number;
  readonly text: string;
  readonly scans: readonly string[];
}

/** Those that the server has written down since; a table of less than a thousand rows may be read. */
function plansSince(length: number): readonly Plan[] {
  const entries = readFileSync(log, "utf8")
    .slice(length)
    .split(/^%\d+ /m);
  return entries.flatMap((entry) => {
    const found = /duration: ([\d.]+) ms +plan:\s+Query Text: ([\s\S]*?)\n\t(?=\S)([\s\S]*)/.exec(entry);
    if (found === null) return [];
    const [, ms = "", statement = "", text = ""] = found;
    const scans = text
      .split("\n")
      .filter(
        (line) =>
          /Seq Scan on all_/.test(line) &&
          Number(/actual.*rows=(\d+)/.exec(line)?.[1]) + removed(text, line) > 1_000,
      );
    return [{ statement: statement.replaceAll(/\s+/g, " "), ms: Number(ms), text, scans }];
  });
}

function removed(text: string, line: string): number {
  const behind = text.slice(text.indexOf(line) + line.length).split("->", 1)[0] ?? "";
  return Number(/Rows Removed by Filter: (\d+)/.exec(behind)?.[1] ?? 0);
}

let status = 0;
try {
  await using store = await openBoardOn(server.place, "plans", { clock: systemClock, mode: "create" });
  await fill();
  const profiles = policies(policy("shell"));
  const at = { nowMs: Date.now(), reconcile: false, host: here, profiles, homeMax: 100, boardMax: null };
  const rules = {
    nowMs: Date.now(),
    profiles,
    pauses: [],
    slots: makeSlots({ all: 0, byProfile: new Map(), unreadBoards: 0 }, nothingElsewhere, {
      homeMax: 100,
      boardMax: null,
    }),
  };
  const open = taskStatuses.filter((one) => one !== "done" && one !== "archived");
  const tick = () => store.applyTick(planOf({ claims: { max: 8 } }));
  const claimed = (await tick()).claimed;
  const [first] = claimed;
  if (first === undefined) throw new Error("nothing was claimed");
  const hot: Readonly<Record<string, () => Promise<unknown>>> = {
    "an idle look (viewTick)": () => store.viewTick(at),
    "claims of eight": tick,
    slots: () => store.countSlots({ host: here, nowMs: Date.now() }),
    "live runs": () => store.listLiveRuns(),
    "held, the first 50": () => store.listHeld(rules, 50),
    "a task made": () => store.createTask({ title: "x", assignee: "shell" }, person),
    "one with a parent and a key": () =>
      store.createTask({ title: "x", parents: [first.task.id], idempotencyKey: "k" }, person),
    "a task completed": async () => {
      const [claim] = (await store.applyTick(planOf({ claims: { max: 1 } }))).claimed;
      if (claim !== undefined) await store.completeTask(claim.task.id, { summary: "s" }, workerOf(claim));
    },
    freed: async () => store.applyTick(planOf({ freed: await store.listLiveRuns() })),
    "a task shown": () => store.requireDossier(first.task.id),
    "held, why": () => store.requireHoldFacts(first.task.id, here),
    "list, the first 50 open": () => store.listTasks({ limit: 50, statuses: open }),
    "list, of a profile": () => store.listTasks({ limit: 50, statuses: ["ready"], assignee: "shell" }),
    "cards, the first 50": () => store.listCards({ limit: 50 }),
    "events behind the last": async () => store.listEvents({ afterId: await store.getLastEventId() }),
    "the board at a glance": () => store.getOverview({ nowMs: Date.now(), limit: 10, match: null }),
    news: () => store.news.getVersion(),
  };
  for (const [name, work] of Object.entries(hot)) {
    await work();
    const before = readFileSync(log, "utf8").length;
    const startMs = performance.now();
    await work();
    const tookMs = performance.now() - startMs;
    await Bun.sleep(100);
    const plans = plansSince(before);
    const scanning = plans.filter(({ scans }) => scans.length > 0);
    const serverMs = plans.reduce((sum, { ms }) => sum + ms, 0);
    console.log(
      `${scanning.length > 0 ? "SCAN" : "ok  "} ${name.padEnd(30)} ${plans.length} statements, ${serverMs.toFixed(1)} ms on the server, ${tookMs.toFixed(1)} ms in all`,
    );
    for (const { statement, ms, scans } of scanning)
      console.log(`     ${ms} ms ${statement.slice(0, 200)}\n     ${scans.join("\n     ")}`);
    if (printsAll) for (const { statement, text } of plans) console.log(`\n${statement}\n${text}`);
    if (scanning.length > 0) status = 1;
  }
} finally {
  if (status === 2)
    console.log(
      readFileSync(log, "utf8")
        .split("\n")
        .filter((l) => /ERROR|STATEMENT/.test(l))
        .join("\n"),
    );
  server.end();
}
process.exit(status);
