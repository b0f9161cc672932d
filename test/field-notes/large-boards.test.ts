import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine } from "../cli/command-line.ts";
import { runMeasured } from "../cli/run-measured.ts";

function fill(kanbun: CommandLine, count: number, bodyBytes: number): void {
  sql(
    kanbun,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO tasks (id, title, body, assignee, status, priority, created_at)
     SELECT printf('t_%08x', i), 'Task ' || i, printf('%.*c', ?, 'x'), 'shell', 'ready', 1, i FROM n`,
    count,
    bodyBytes,
  );
}

function sql(kanbun: CommandLine, statement: string, ...values: number[]): void {
  using db = new Database(boardPaths(kanbun.home, "default").database);
  db.run(statement, values);
}

test("X35: what is held behind 50,000 tasks that nothing holds is found, counted and told", async () => {
  const kanbun = await CommandLine.init();
  fill(kanbun, 50_000, 1);
  const id = await kanbun.create("held", "--assignee", "ghost", "--priority", "-9");
  // Of a profile that may start, and held for its own sake: counted once.
  const due = "t_00000007";
  sql(kanbun, `INSERT INTO kanbun_tasks (task_id, not_before_ms) VALUES ('${due}', 8640000000000000)`);
  const { data } = await kanbun.json(["status"]);
  expect(data.by_hold).toEqual({ next_tick: 49_999, due: 1, unknown_profile: 1 });
  expect(data.held).toEqual([
    { reason: "due", count: 1, task_ids: [due] },
    { reason: "unknown_profile", count: 1, task_ids: [id] },
  ]);
  const report = (await kanbun.json(["dispatch", "--max", "0"])).data.boards[0];
  expect(report.held).toMatchObject([
    { task_id: due, reason: "due" },
    { task_id: id, reason: "unknown_profile" },
  ]);
  expect(
    (await kanbun.json(["dispatch", "--dry-run", "--max", "2"])).data.boards[0].would_spawn,
  ).toHaveLength(2);
});

test("X36: list reads no text that it doesn't show: 40 bodies of 4 MB take no 160 MB", async () => {
  const kanbun = await CommandLine.init();
  const bodyBytes = 4 * 1024 * 1024;
  fill(kanbun, 40, bodyBytes);
  for (const how of [[], ["--json"], ["--status", "ready", "--sort", "title"]]) {
    const { text, peakBytes } = await runMeasured(kanbun.home, ["list", ...how]);
    expect(text).toContain("Task 40");
    expect(peakBytes).toBeLessThan(40 * bodyBytes);
  }
});
