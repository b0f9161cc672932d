import { expect, test } from "bun:test";
import { rowLines } from "../../../src/cli/top/row-line.ts";
import { topRows } from "../../../src/cli/top/top-rows.ts";
import { startState, type TopState } from "../../../src/cli/top/top-state.ts";
import { busy, held, nowMs, overview, task } from "./overviews.ts";

const frame = { dispatching: null, problem: null, typed: (command: string) => command };

function draw(state: TopState, { columns = 80, rows = 24 } = {}): readonly string[] {
  return rowLines(topRows(state, frame, rows), columns, (_, text) => text);
}

test("the screen says what needs you with key and command, what runs for how long, and what waits for what", () => {
  const lines = draw(startState(busy), { columns: 100 });
  const text = lines.join("\n");
  expect(text).toMatch(/› t_00000001 +Which database\? .* asks/);
  expect(text).toMatch(/postgres or sqlite\? \(1: postgres, 2: sqlite\) +a {2}kanbun answer t_00000001 1/);
  expect(text).toMatch(/exit code 2: no rule +r {2}kanbun retry t_00000002/);
  expect(text).toMatch(/t_00000002 .* 2h {2}gave up/);
  expect(text).toMatch(/t_00000003 .* 2m 14s {2}try 2 {2}PASS a\.test\.ts/);
  expect(text).toMatch(/t_00000004 .* waits for "Build the docs"/);
  expect(text).toMatch(/t_00000005 .* 10s {2}3m ago/);
  expect(lines[0]).toMatch(/^kanbun {2}default {2}1 of 4 done {2}slots 1 of 4 {2}no dispatcher$/);
  expect(text).toMatch(/Next {2}1 .* nothing starts them: {2}kanbun dispatch --watch/);
  expect(lines).toHaveLength(24);
});

test("a board that another machine dispatches is not said to have no dispatcher", () => {
  const boards = (...otherHosts: string[]) => busy.boards.map((board) => ({ ...board, otherHosts }));
  const [first, ...rest] = draw(startState({ ...busy, boards: boards("north") }), { columns: 100 });
  expect(first).toMatch(/dispatched by north$/);
  expect(rest.join("\n")).not.toContain("nothing starts them");
  const [several] = draw(startState({ ...busy, boards: boards("north", "south") }), { columns: 100 });
  expect(several).toMatch(/dispatched by 2 hosts$/);
});

test("no line is wider than the terminal, no screen higher, and nothing of a title does anything to it", () => {
  const state = { ...startState(busy), message: `said ${"x".repeat(300)}` };
  for (const [columns, rows] of [
    [80, 24],
    [81, 3],
    [160, 60],
    [20, 5],
    [1, 1],
  ] as const) {
    const lines = draw(state, { columns, rows });
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(lines.join("")).not.toContain("\u001B");
  }
});

test("a part with thousands of tasks leaves the others their room, and shows the selected task", () => {
  const many = Array.from({ length: 40 }, (_, at) =>
    task({ id: `t_${String(at).padStart(8, "0")}`, status: "blocked" }, { hold: held("blocked", "no") }),
  );
  const next = [task({ id: "t_next0000" }, { hold: held("next_tick", "") })];
  const facts = overview({
    needsYou: many,
    next,
    running: next.map((one) => ({ ...one, startedAtMs: nowMs })),
  });
  const state = {
    ...startState({ ...facts, needsYou: { count: 3_000, tasks: many } }),
    selected: many[30] ?? null,
  };
  const text = draw(state).join("\n");
  expect(text).toContain("Needs you  3000, 6 shown");
  expect(text).toContain("› t_00000030");
  expect(text.match(/^. t_next0000/gm)).toHaveLength(2);
});

test("a failed task that will be tried again says when and why, one that is due says when", () => {
  const due = { reason: "due", detail: "", command: null, untilAtMs: nowMs + 90_000 } as const;
  const failed = task(
    { id: "t_00000001", consecutiveFailures: 1, lastFailureError: "exit code 3\nlog" },
    { hold: due },
  );
  const late = task({ id: "t_00000002", status: "scheduled" }, { hold: { ...due, reason: "scheduled" } });
  const text = draw(startState(overview({ next: [failed, late] })), { columns: 120 }).join("\n");
  expect(text).toContain("failed (exit code 3), tries again in 1m 30s");
  expect(text).toContain("due in 1m 30s");
});

test("the screen says which task a repeat makes next, and which repeat has stopped, also where nothing waits", () => {
  const atMs = new Date(2027, 0, 15, 9).getTime();
  const nextRepeat = { board: "default", title: "Nightly", nextAtMs: atMs };
  const stoppedRepeats = [{ board: "default", id: 3, title: "Fetch" }];
  const lines = draw(startState({ ...overview(), nextRepeat, stoppedRepeats }), { columns: 120 });
  const line = lines.find((one) => one.startsWith("Next"));
  expect(line).toStartWith("Next  nothing  repeat 3 has stopped: Fetch  repeats: Nightly ");
  expect(line).toMatch(/2027-01-15 09:00/);
});
