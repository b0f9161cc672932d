import { describe, expect, test } from "bun:test";
import type { LiveRun, StopReason } from "../../src/board/claim.ts";
import { at, type Case, gone, inWords, judgeCase } from "./sample-run.ts";

const toldAgo = (ms: number | null, reason: StopReason = "timed_out"): Partial<LiveRun> => ({
  stop: { reason, termAtMonotonicMs: ms === null ? null : at.monotonicMs - ms },
});
const closedByOthers = (ms: number): Partial<LiveRun> => ({ isOpen: false, endedAtMs: at.nowMs - ms });
const closed = (ms: number): Partial<LiveRun> => ({
  ...closedByOthers(ms),
  endedAtMonotonicMs: at.monotonicMs - ms,
});
const open = { start: "open", ...gone } as const;
const unknown = { leader: "unknown", tree: "unknown" } as const;
const exit = (code: number) => ({ exit: { code, note: null }, ...gone });

const stopping: [string, Case, string][] = [
  ["nobody told yet", { run: toldAgo(null) }, "SIGTERM"],
  ["told just now", { run: toldAgo(0) }, "wait: stopping"],
  ["within its grace", { run: toldAgo(9_999) }, "wait: stopping"],
  ["past its grace", { run: toldAgo(10_000) }, "SIGKILL"],
  [
    "that survives being killed",
    { run: toldAgo(15_000), seen: { survivedKill: true } },
    "SIGKILL: unkillable",
  ],
  ["that is seen for the first time an hour past its grace", { run: toldAgo(3_610_000) }, "SIGKILL"],
  ["that cannot be seen", { run: toldAgo(60_000), seen: unknown }, "wait: unknown"],
  [
    "of which a shim without its last word is left, past its grace",
    { run: toldAgo(10_000), seen: { leader: "dead", tree: "ending" } },
    "wait: stopping",
  ],
  ["whose shim is gone but not its tree", { run: toldAgo(10_000), seen: { leader: "dead" } }, "SIGKILL"],
  ["that never launched", { run: toldAgo(null), seen: open }, "give_up_start"],
  ["that was given up", { run: toldAgo(null), seen: { ...gone, start: "given_up" } }, "close: timed_out"],
  ["that is gone", { run: toldAgo(100), seen: gone }, "close: timed_out"],
  ["for staleness that is gone", { run: toldAgo(100, "stale"), seen: gone }, "close: stale"],
  ["for a reclaim that is gone", { run: toldAgo(100, "reclaimed"), seen: gone }, "close: reclaimed"],
  ["to leave that is gone without a word", { run: toldAgo(100, "leave"), seen: gone }, "close: crashed"],
  ["to leave that had completed", { run: toldAgo(100, "leave"), seen: exit(0) }, "close: completed"],
  [
    "to leave that had been rate limited",
    { run: toldAgo(100, "leave"), seen: exit(75) },
    "close: rate_limited",
  ],
  ["for a time-out that exits 0", { run: toldAgo(100), seen: exit(0) }, "close: timed_out"],
  ["for a reclaim that exits 3", { run: toldAgo(100, "reclaimed"), seen: exit(3) }, "close: reclaimed"],
];

const leaving: [string, Case, string][] = [
  ["still at its farewell", { run: closed(9_999) }, "wait: leaving"],
  ["whose farewell takes too long", { run: closed(10_000) }, "stop: leave"],
  ["that another program closed just now", { run: closedByOthers(9_999) }, "wait: leaving"],
  ["that another program closed long ago", { run: closedByOthers(10_000) }, "stop: leave"],
  ["that is gone", { run: closed(0), seen: gone }, "free_slot"],
  ["told to leave by nobody yet", { run: { ...closed(0), ...toldAgo(null, "leave") } }, "SIGTERM"],
  ["told to leave", { run: { ...closed(0), ...toldAgo(1, "leave") } }, "wait: stopping"],
  ["told to leave and gone", { run: { ...closed(0), ...toldAgo(1, "leave") }, seen: gone }, "free_slot"],
  ["whose shim has not started yet", { run: closed(0), seen: open }, "give_up_start"],
  ["that was given up", { run: closed(0), seen: { ...gone, start: "given_up" } }, "free_slot"],
  ["that ended at a time nobody knows", { run: { isOpen: false, endedAtMs: null } }, "stop: leave"],
];

describe("a run that is being stopped,", () => {
  for (const [name, one, verdict] of stopping)
    test(`${name}, gives "${verdict}"`, () => {
      expect(inWords(judgeCase(one))).toBe(verdict);
    });

  for (const jumpMs of [3_600_000, -3_600_000])
    test(`has its grace by the monotonic clock: ${jumpMs} ms of wall clock change nothing`, () => {
      const nowMs = at.nowMs + jumpMs;
      expect(inWords(judgeCase({ run: toldAgo(9_999), at: { nowMs } }))).toBe("wait: stopping");
      expect(inWords(judgeCase({ run: toldAgo(10_000), at: { nowMs } }))).toBe("SIGKILL");
    });

  test("says how long it was allowed to run", () => {
    const judgement = judgeCase({ run: { ...toldAgo(1), maxRuntimeMs: 90_000 }, seen: gone });
    expect(judgement).toMatchObject({ ending: { error: "ran longer than 90 s" } });
  });

  test("ends with what its agent said last, and with no half of an event", () => {
    const report = {
      error: "it failed: reconnecting",
      text: "Looking.",
      isRateLimited: false,
      retryAfterMs: null,
      usage: null,
    };
    const logTail = 'ge":"Reconnecting"}\n{"type":"error"}\n[kanbun] verify failed: exit code 1\nTerminated';
    const run = { ...toldAgo(1), maxRuntimeMs: 90_000 };
    const judgement = judgeCase({ run, seen: { ...gone, logTail, report } });
    const error =
      "ran longer than 90 s\n[kanbun] verify failed: exit code 1\nTerminated\nit last said: it failed: reconnecting";
    expect(judgement).toMatchObject({ ending: { error } });
  });
});

describe("a closed run,", () => {
  for (const jumpMs of [3_600_000, -3_600_000])
    test(`has its farewell by the monotonic clock: ${jumpMs} ms of wall clock change nothing`, () => {
      const nowMs = at.nowMs + jumpMs;
      expect(inWords(judgeCase({ run: closed(9_999), at: { nowMs } }))).toBe("wait: leaving");
      expect(inWords(judgeCase({ run: closed(10_000), at: { nowMs } }))).toBe("stop: leave");
    });

  for (const [name, one, verdict] of leaving)
    test(`${name}, gives "${verdict}"`, () => {
      expect(inWords(judgeCase(one))).toBe(verdict);
    });
});

test("W12: no run is closed or freed while any process of it is alive or may be", () => {
  const freed: string[] = [];
  for (const tree of ["alive", "unknown"] as const)
    for (const leader of ["alive", "dead", "unknown"] as const)
      for (const code of [null, 3, 75, 143])
        for (const stop of [null, ...(["timed_out", "stale", "reclaimed", "leave"] as const)])
          for (const isOpen of [true, false]) {
            const run = {
              ...(stop === null ? {} : toldAgo(99_999, stop)),
              isOpen,
              endedAtMs: isOpen ? null : 0,
            };
            const seen = { leader, tree, exit: code === null ? null : { code, note: null } };
            const verdict = inWords(judgeCase({ run, seen }));
            if (/^close|^free/.test(verdict))
              freed.push(`${tree} ${leader} ${code} ${stop} ${isOpen}: ${verdict}`);
          }
  expect(freed).toEqual([]);
});

test("design 2.2: nothing of a run is closed or freed while its start is open to a shim", () => {
  const freed: string[] = [];
  for (const stop of [null, ...(["timed_out", "stale", "reclaimed", "leave"] as const)])
    for (const isOpen of [true, false])
      for (const monotonicMs of [at.monotonicMs - 59_000, at.monotonicMs, at.monotonicMs + 9_999_999]) {
        const run = { ...(stop === null ? {} : toldAgo(99_999, stop)), isOpen, endedAtMs: isOpen ? null : 0 };
        const verdict = inWords(judgeCase({ run, seen: open, at: { monotonicMs } }));
        if (/^close|^free/.test(verdict)) freed.push(`${stop} ${isOpen}: ${verdict}`);
      }
  expect(freed).toEqual([]);
});
