import { expect, test } from "bun:test";
import type { Key, KeyName } from "../../../src/cli/top/key-reader.ts";
import {
  type LogState,
  logLinesMax,
  logRows,
  pressLogKey,
  startLog,
  withLines,
} from "../../../src/cli/top/log-state.ts";
import {
  type Pressed,
  pressKey,
  startState,
  type TopState,
  withOverview,
} from "../../../src/cli/top/top-state.ts";
import { busy, overview, task } from "./overviews.ts";

const letter = (text: string): Key => ({ name: "text", text });
const named = (name: KeyName): Key => ({ name, text: "" });

/** The state after these keys: letters, or names in angle brackets. */
function press(state: TopState, keys: string): Pressed {
  let pressed: Pressed = { state, move: null };
  for (const [, name, text] of keys.matchAll(/<(\w+)>|(.)/gu))
    pressed = pressKey(pressed.state, name ? named(name as KeyName) : letter(text ?? ""), 10);
  return pressed;
}

test("an answer goes to the task that was asked about, however the list moves while it is typed", () => {
  const typing = press(startState(busy), "a").state;
  expect(typing.prompt?.label).toBe("answer (1: postgres, 2: sqlite)");
  const moved = withOverview(typing, overview({ running: busy.running.tasks }));
  expect(press(moved, "sqx<backspace>lite<enter>").move).toMatchObject({
    do: "answer",
    text: "sqlite",
    task: { task: { id: "t_00000001" } },
  });
  expect(press(typing, "q<escape>")).toMatchObject({ state: { prompt: null }, move: null });
});

test("x cancels only after y, and n or Escape leave it", () => {
  const state = press(startState(busy), "<down>x").state;
  expect(state.prompt?.label).toBe("cancel t_00000002? y or n");
  expect(press(state, "y").move).toMatchObject({ do: "cancel", task: { task: { id: "t_00000002" } } });
  for (const keys of ["n", "<escape>", "<enter>"])
    expect(press(state, keys)).toMatchObject({ state: { prompt: null }, move: null });
});

test("a review is approved with y, and sent back with any other text", () => {
  const review = startState(
    overview({ needsYou: [task({ id: "t_00000001", status: "review", assignee: null })] }),
  );
  expect(press(review, "ay<enter>").move?.do).toBe("approve");
  expect(press(review, "ayes, but shorter<enter>").move).toMatchObject({
    do: "request_changes",
    text: "yes, but shorter",
  });
});

test("the chosen task stays chosen while others come and go; until one is chosen it is the first", () => {
  const chosen = press(startState(busy), "<tab>").state;
  expect(chosen.selected?.task.id).toBe("t_00000003");
  const more = overview({
    needsYou: [0, 1, 2].map((n) => task({ id: `t_new0000${n}` })),
    running: busy.running.tasks,
  });
  expect(withOverview(chosen, more).selected?.task.id).toBe("t_00000003");
  expect(withOverview(startState(busy), more).selected?.task.id).toBe("t_new00000");
  expect(withOverview(chosen, overview()).selected).toBeNull();
});

test("the filter narrows while it is typed; Escape on the screen shows all again", () => {
  const typing = press(startState(busy), "/do").state;
  expect([typing.filter, press(typing, "<enter>").state.filter]).toEqual(["do", "do"]);
  expect(press(press(typing, "<enter>").state, "<escape>").state.filter).toBe("");
});

test("no letter of a prompt or of a paste is a command", () => {
  expect(press(startState(busy), "aqpx").move).toBeNull();
  const pasted = pressKey(startState(busy), { name: "paste", text: "qqq" }, 10);
  expect(pasted.move).toBeNull();
});

function pressLog(state: LogState, ...keys: readonly Key[]): LogState {
  return keys.reduce((now, key) => {
    const next = pressLogKey(now, key, 13);
    if (next === "left") throw new Error("it was left");
    return next;
  }, state);
}

const textOf = (state: LogState) =>
  logRows(state, 13).flatMap((row) => (row.kind === "line" ? row.left.map(({ text }) => text) : []));

test("a log follows its end until it is scrolled, then stays where it is read, and G follows again", () => {
  const lines = Array.from({ length: 50 }, (_, at) => `line ${at}`);
  const log = withLines(startLog("t"), lines, false);
  expect(textOf(log)).toContain("line 49");
  const up = pressLog(log, named("up"));
  expect(textOf(withLines(up, ["line 50"], false))).not.toContain("line 49");
  expect(textOf(pressLog(withLines(up, ["line 50"], false), letter("G")))).toContain("line 50");
  expect(pressLogKey(log, letter("q"), 13)).toBe("left");
});

test("a log is searched backwards from what is shown, in either case, and n goes on around the end", () => {
  const log = withLines(
    startLog("t"),
    ["An Error", ...Array.from({ length: 40 }, (_, at) => `line ${at}`), "error two", "z"],
    false,
  );
  const found = pressLog(log, letter("/"), ..."ERROR".split("").map(letter), named("enter"));
  expect(found.message).toBe("line 42 of 43");
  expect(pressLog({ ...found, top: 41 }, letter("n")).message).toBe("line 1 of 43");
  expect(pressLog(log, letter("/"), letter("%"), named("enter")).message).toBe("nothing found: %");
});

test("of a log the last 5,000 lines are kept, and it says so", () => {
  const lines = Array.from({ length: logLinesMax + 7 }, (_, at) => `line ${at}`);
  const log = withLines(startLog("t"), lines, true);
  expect([log.lines.length, log.lines[0], log.isCut]).toEqual([logLinesMax, "line 7", true]);
  expect(JSON.stringify(logRows(log, 13))).toContain("the last 5000 lines");
});
