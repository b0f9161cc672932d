import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine } from "../cli/command-line.ts";
import { runMeasured } from "../cli/run-measured.ts";

const largeBytes = 4 * 1024 * 1024;
const count = 20;

/** So many runs, comments and events of one task, each with a text of 4 MB. */
async function fill(): Promise<{ readonly kanbun: CommandLine; readonly id: string }> {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("large");
  using db = new Database(boardPaths(kanbun.home, "default").database);
  db.run("PRAGMA synchronous = OFF");
  const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)";
  const text = "'begin ' || printf('%.*c', ?, 'x')";
  db.run(
    `${numbers} INSERT INTO task_runs (task_id, status, started_at, ended_at, outcome, summary, error)
     SELECT ?, 'crashed', 1, 2, 'crashed', ${text}, ${text} FROM n`,
    [count, id, largeBytes, largeBytes],
  );
  db.run(
    `${numbers} INSERT INTO task_comments (task_id, author, body, created_at) SELECT ?, 'ada', ${text}, 1 FROM n`,
    [count, id, largeBytes],
  );
  db.run(
    `${numbers} INSERT INTO task_events (task_id, kind, payload, created_at)
     SELECT ?, 'blocked', json_object('actor', 'ada', 'gave_up', json('true'), 'reason', ${text}), 1 FROM n`,
    [count, id, largeBytes],
  );
  return { kanbun, id };
}

test("X36: runs, events, tail, show and context read no more of huge texts than they show, and say what is left out", async () => {
  const { kanbun, id } = await fill();
  const leftOut = `[… ${largeBytes + 6 - 4_000} more characters left out]`;
  for (const args of [
    ["runs", id],
    ["runs", id, "--json"],
    ["events", id],
    ["events", "--board-wide", "--json"],
    ["tail", "--limit", "1000"],
    ["show", id],
    ["show", id, "--json"],
    ["context", id],
    ["list", "--json"],
  ]) {
    const { text, peakBytes } = await runMeasured(kanbun.home, args);
    expect({ args, isBounded: peakBytes < 2 * count * largeBytes }).toEqual({ args, isBounded: true });
    if (args[0] !== "list") expect(text).toContain("begin x");
    if (args[0] === "context") expect(text).toContain(leftOut);
  }
  const { runs } = (await kanbun.json(["runs", id])).data;
  expect(runs[0].error.endsWith(leftOut)).toBe(true);
  const { events } = (await kanbun.json(["events", id, "--limit", "1"])).data;
  expect(events[0].payload).toMatchObject({ actor: "ada", gave_up: true });
  expect(events[0].payload.reason).toStartWith("begin x");
  expect(events[0].payload.reason.length).toBeLessThan(2_000);
});

test("X36: --whole shows such texts as they are", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("x");
  const text = `${"y".repeat(9_000)}.`;
  await kanbun.ok("comment", id, text);
  await kanbun.ok("block", id, text);
  const cut = (await kanbun.json(["show", id])).data.comments[0].body;
  expect(cut).toBe(`${"y".repeat(4_000)}\n[… 5001 more characters left out]`);
  expect((await kanbun.json(["show", id, "--whole"])).data.comments[0].body).toBe(text);
  const { events } = (await kanbun.json(["events", id, "--whole"])).data;
  expect(events.at(-1).payload.reason).toBe(text);
  expect(await kanbun.ok("context", id)).toContain("[… 5001 more characters left out]");
});
