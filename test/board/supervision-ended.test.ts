import { describe, expect, test } from "bun:test";
import { describeExit } from "../../src/board/run-ending.ts";
import type { ExitRecord, Sighting } from "../../src/board/sighting.ts";
import { at, type Case, gone, inWords, judgeCase } from "./sample-run.ts";

function exited(
  code: number,
  note: ExitRecord["note"] = null,
  more: Partial<Sighting> = {},
): Partial<Sighting> {
  return { exit: { code, note }, ...gone, ...more };
}
const byVerdict = { completes: "by-verdict" } as const;
const left = { leader: "dead", tree: "alive" } as const;
const orphaned = { dispatcher: "dead" } as const;

const table: [string, Case, string][] = [
  ["exit 0", { seen: exited(0) }, "close: completed"],
  ["exit 0 while something of it still runs", { seen: exited(0, null, left) }, "close: completed, tree left"],
  ["exit 0 by verdict without one", { seen: exited(0), rules: byVerdict }, "close: protocol violation"],
  [
    "exit 0 by verdict while something runs",
    { seen: exited(0, null, left), rules: byVerdict },
    "stop: leave",
  ],
  ["exit 3", { seen: exited(3) }, "close: crashed"],
  ["exit 3 by verdict", { seen: exited(3), rules: byVerdict }, "close: crashed"],
  ["exit 3 while something of it still runs", { seen: exited(3, null, left) }, "stop: leave"],
  [
    "exit 3 while its shim is ending",
    { seen: exited(3, null, { leader: "alive", tree: "ending" }) },
    "wait: leaving",
  ],
  [
    "exit 0 while its log is held open by who knows whom, past its grace",
    { seen: exited(0, null, { leader: "alive", tree: "ending", exitAtMs: at.nowMs - 10_001 }) },
    "close: completed, tree left",
  ],
  [
    "exit 3 while its log is held open by who knows whom, past its grace",
    { seen: exited(3, null, { leader: "alive", tree: "ending", exitAtMs: at.nowMs - 10_001 }) },
    "stop: leave",
  ],
  ["exit 126, refused a process", { seen: exited(126, "fork") }, "close: interrupted"],
  [
    "stopped without a word, nothing left below it",
    { seen: { exit: null, leader: "dead", tree: "ending" } },
    "wait: leaving",
  ],
  ["exit 75", { seen: exited(75) }, "close: rate_limited"],
  ["exit 75 by verdict", { seen: exited(75), rules: byVerdict }, "close: rate_limited"],
  ["exit 75 while something of it still runs", { seen: exited(75, null, left) }, "stop: leave"],
  ["exit 137", { seen: exited(137) }, "close: crashed"],
  ["exit 143", { seen: exited(143, null, orphaned) }, "close: crashed"],
  ["exit 143, told to end, its dispatcher alive", { seen: exited(143, "signalled") }, "close: crashed"],
  [
    "exit 143, told to end, its dispatcher dead",
    { seen: exited(143, "signalled", orphaned) },
    "close: interrupted",
  ],
  [
    "exit 143, told to end, its dispatcher unknown",
    { seen: exited(143, "signalled", { dispatcher: "unknown" }) },
    "close: crashed",
  ],
  [
    "exit 0, told to end, its dispatcher dead",
    { seen: exited(0, "signalled", orphaned) },
    "close: completed",
  ],
  [
    "exit 75, told to end, its dispatcher dead",
    { seen: exited(75, "signalled", orphaned) },
    "close: rate_limited",
  ],
  ["no working directory", { seen: exited(126, "cwd") }, "close: spawn_failed"],
  ["no worktree", { seen: exited(128, "worktree") }, "close: spawn_failed"],
  ["exit 0 without a working directory", { seen: exited(0, "cwd") }, "close: spawn_failed"],
  ["no word, and nothing of it alive", { seen: gone }, "close: crashed"],
  ["no word, and something of it alive", { seen: left }, "stop: leave"],
  ["no word, and what is left unknown", { seen: { leader: "dead", tree: "unknown" } }, "wait: unknown"],
];

describe("a run that ended with", () => {
  for (const [name, one, verdict] of table)
    test(`${name} gives "${verdict}"`, () => {
      expect(inWords(judgeCase(one))).toBe(verdict);
    });
});

describe("the ending of a run", () => {
  const endingOf = (one: Case) => {
    const judgement = judgeCase(one);
    if (judgement.do !== "close") throw new Error(`not closed: ${inWords(judgement)}`);
    return judgement.ending;
  };

  test("W17: keeps the exit code as it was: 75 is no crash, and 3 is 3", () => {
    expect(endingOf({ seen: exited(75) })).toMatchObject({ outcome: "rate_limited", exitCode: 75 });
    expect(endingOf({ seen: exited(3) })).toMatchObject({
      outcome: "crashed",
      exitCode: 3,
      error: "exit code 3",
    });
  });

  test("names the signal and shows the log's last lines", () => {
    const { error, exitCode } = endingOf({ seen: exited(139, null, { logTail: "stack\nbottom" }) });
    expect(exitCode).toBe(139);
    expect(error).toBe("ended by SIGSEGV (exit code 139)\nstack\nbottom");
  });

  test("that was never spawned has the system's own words", () => {
    const words = "cd: /srv/gone: No such file or directory";
    expect(endingOf({ seen: exited(126, "cwd", { logTail: words }) }).error).toBe(words);
    expect(endingOf({ seen: exited(126, "worktree") }).error).toBe("could not prepare the worktree");
  });

  test("without an exit record says what is known: that it ran, and why there is none", () => {
    const error = (text: string) => ({ exitCode: null, error: expect.stringContaining(text) });
    expect(endingOf({ seen: gone })).toMatchObject(error("its shim was killed"));
    const flaw = "its run folder was removed";
    expect(endingOf({ seen: { ...gone, flaw } })).toMatchObject({ outcome: "crashed", ...error(flaw) });
  });

  test("that found no room for its end is no failure: nothing was started", () => {
    expect(endingOf({ seen: { ...gone, hasBegun: false } })).toMatchObject({ outcome: "interrupted" });
  });

  test("W25: is the same whatever its log says", () => {
    const outcomes = ["", "rate limit 429", "403 Permission denied", "completed", "reboot"].map(
      (logTail) => endingOf({ seen: exited(1, null, { logTail }) }).outcome,
    );
    expect(new Set(outcomes)).toEqual(new Set(["crashed"]));
  });
});

test("an exit code is described by its signal where it has one, else by its number", () => {
  expect([0, 3, 128, 130, 137, 143, 250].map(describeExit)).toEqual([
    "exit code 0",
    "exit code 3",
    "exit code 128",
    "ended by SIGINT (exit code 130)",
    "ended by SIGKILL (exit code 137)",
    "ended by SIGTERM (exit code 143)",
    "exit code 250",
  ]);
});
