import { describe, expect, test } from "bun:test";
import { decideNextStep, type NextStep, type RunEnding, type Streaks } from "../../src/board/retry.ts";
import type { RunOutcome } from "../../src/board/run.ts";

const minuteMs = 60_000;
const policy = {
  maxRetries: 2,
  retryDelayMs: 1_000,
  retryDelayMaxMs: 10_000,
  rateLimitDelaysMs: [5 * minuteMs, 15 * minuteMs, 60 * minuteMs],
};
const fresh: Streaks = { consecutiveFailures: 0, protocolViolations: 0, rateLimits: 0 };
/** The middle of the jitter: a delay as it was configured. */
const at = { nowMs: 1_000_000, random: 0.5 };

function ending(outcome: RunOutcome, more: Partial<RunEnding> = {}): RunEnding {
  return { outcome, error: null, exitCode: null, protocolViolation: false, retryAfterMs: null, ...more };
}

/** What becomes of a task whose runs end like this, one after the other. */
function steps(
  endings: readonly RunEnding[],
  options: { maxRetries?: number; before?: Streaks } = {},
): NextStep[] {
  let before = options.before ?? fresh;
  return endings.map((one) => {
    const next = decideNextStep(one, before, { ...policy, maxRetries: options.maxRetries ?? 2 }, at);
    before = next;
    return next;
  });
}

function times<T>(count: number, item: T): T[] {
  return Array.from({ length: count }, () => item);
}

describe("the outcome table", () => {
  const tired: Streaks = { consecutiveFailures: 1, protocolViolations: 1, rateLimits: 1 };
  const violation = ending("crashed", { protocolViolation: true });
  const calm = { notBeforeMs: null, gaveUp: false, pauseProfileUntilMs: null };
  const delayed = { ...calm, notBeforeMs: at.nowMs + 1_000 };
  const inSoLong = (minutes: number) => at.nowMs + minutes * minuteMs;
  const rows: [string, RunEnding, Streaks, NextStep][] = [
    ["completed", ending("completed"), tired, { ...calm, ...fresh, status: "done" }],
    [
      "a first crash",
      ending("crashed"),
      fresh,
      { ...delayed, ...fresh, consecutiveFailures: 1, status: "ready" },
    ],
    [
      "a crash too many",
      ending("crashed"),
      tired,
      { ...calm, ...fresh, consecutiveFailures: 2, status: "blocked", gaveUp: true },
    ],
    [
      "a machine that is short of something",
      ending("interrupted", { retryAfterMs: 1_000 }),
      tired,
      { ...delayed, ...tired, status: "ready" },
    ],
    [
      "timed_out",
      ending("timed_out"),
      fresh,
      { ...delayed, ...fresh, consecutiveFailures: 1, status: "ready" },
    ],
    [
      "spawn_failed",
      ending("spawn_failed"),
      fresh,
      { ...delayed, ...fresh, consecutiveFailures: 1, status: "ready" },
    ],
    [
      "a protocol violation",
      violation,
      { ...tired, protocolViolations: 0 },
      { ...delayed, consecutiveFailures: 1, protocolViolations: 1, rateLimits: 0, status: "ready" },
    ],
    [
      "rate_limited",
      ending("rate_limited"),
      tired,
      {
        ...tired,
        rateLimits: 2,
        status: "ready",
        gaveUp: false,
        notBeforeMs: inSoLong(15),
        pauseProfileUntilMs: inSoLong(15),
      },
    ],
    ["stale", ending("stale"), tired, { ...calm, ...tired, status: "ready" }],
    ["interrupted", ending("interrupted"), tired, { ...calm, ...tired, status: "ready" }],
    ["reclaimed", ending("reclaimed"), tired, { ...calm, ...tired, status: "ready" }],
  ];
  for (const [name, end, before, next] of rows)
    test(`${name} leads where its row says`, () => {
      expect(decideNextStep(end, before, policy, at)).toEqual(next);
    });
});

describe("the breaker", () => {
  for (const maxRetries of [1, 2, 3])
    test(`W50: max_retries ${maxRetries} blocks at failure ${maxRetries}, not before`, () => {
      const taken = steps(times(maxRetries, ending("crashed")), { maxRetries });
      expect(taken.map((step) => step.gaveUp)).toEqual([...times(maxRetries - 1, false), true]);
      expect(taken.at(-1)).toMatchObject({ status: "blocked", notBeforeMs: null });
    });

  test("counts crashes, time-outs and failed spawns together (W23)", () => {
    const taken = steps([ending("crashed"), ending("timed_out"), ending("spawn_failed")], { maxRetries: 3 });
    expect(taken.map((step) => step.consecutiveFailures)).toEqual([1, 2, 3]);
    expect(taken.at(-1)?.gaveUp).toBe(true);
  });

  for (const outcome of ["stale", "interrupted", "reclaimed", "rate_limited"] as const)
    test(`is not moved by ${outcome}, however often: neither on nor back`, () => {
      const taken = steps([ending("crashed"), ...times(20, ending(outcome)), ending("crashed")]);
      expect(taken.slice(0, -1).some((step) => step.status === "blocked")).toBe(false);
      expect(taken.at(-1)).toMatchObject({ status: "blocked", gaveUp: true, consecutiveFailures: 2 });
    });

  test("reads no prose: the same error text any number of times changes nothing (W22, W25)", () => {
    const text = "403 Permission denied, Author: rate limit";
    const taken = steps(times(5, ending("interrupted", { error: text })));
    expect(new Set(taken.map((step) => step.status))).toEqual(new Set(["ready"]));
  });

  test("trips at the third protocol violation in a row, whatever max_retries is (W24)", () => {
    const violation = ending("crashed", { protocolViolation: true });
    for (const maxRetries of [1, 9]) {
      const taken = steps(times(3, violation), { maxRetries });
      expect(taken.map((step) => step.gaveUp)).toEqual([false, false, true]);
      expect(taken.map((step) => step.consecutiveFailures)).toEqual([0, 0, 0]);
    }
  });

  test("starts to count protocol violations anew after a crash of another kind", () => {
    const violation = ending("crashed", { protocolViolation: true });
    const taken = steps([violation, violation, ending("crashed"), violation, violation], { maxRetries: 9 });
    expect(taken.map((step) => step.protocolViolations)).toEqual([1, 2, 0, 1, 2]);
    expect(taken.some((step) => step.gaveUp)).toBe(false);
  });
});

describe("a back-off", () => {
  const delays = (count: number) =>
    steps(times(count, ending("crashed")), { maxRetries: 100 }).map(
      (step) => (step.notBeforeMs ?? 0) - at.nowMs,
    );

  test("doubles with each failure, up to its maximum", () => {
    expect(delays(7)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
  });

  test("stays finite after any number of failures", () => {
    const before = { ...fresh, consecutiveFailures: 5_000 };
    const next = steps([ending("crashed")], { maxRetries: 10_000, before })[0];
    expect(next?.notBeforeMs).toBe(at.nowMs + 10_000);
  });

  test("is spread by a quarter either way, and by no more", () => {
    const delayAt = (random: number) =>
      (decideNextStep(ending("crashed"), fresh, policy, { ...at, random }).notBeforeMs ?? 0) - at.nowMs;
    expect([0, 0.5, 0.999_999].map(delayAt)).toEqual([750, 1_000, 1_250]);
  });
});

describe("a rate limit", () => {
  const pauses = (endings: readonly RunEnding[]) =>
    steps(endings).map((step) => ((step.notBeforeMs ?? at.nowMs) - at.nowMs) / minuteMs);

  test("D4: holds for 5, 15, 60 minutes, and for 60 from then on", () => {
    expect(pauses(times(5, ending("rate_limited")))).toEqual([5, 15, 60, 60, 60]);
  });

  test("holds as long as the worker asked for, and still counts", () => {
    const asked = ending("rate_limited", { retryAfterMs: 7 * minuteMs });
    expect(pauses([asked, ending("rate_limited")])).toEqual([7, 15]);
  });

  test("pauses the profile for as long as the task", () => {
    const [step] = steps([ending("rate_limited")]);
    expect(step?.pauseProfileUntilMs).toBe(at.nowMs + 5 * minuteMs);
  });

  test("starts again at 5 minutes after a run that ended otherwise", () => {
    const taken = pauses([
      ending("rate_limited"),
      ending("rate_limited"),
      ending("crashed"),
      ending("rate_limited"),
    ]);
    expect(taken.at(-1)).toBe(5);
  });

  test("never blocks a task", () => {
    const taken = steps(times(200, ending("rate_limited")), { maxRetries: 1 });
    expect(taken.every((step) => step.status === "ready" && step.consecutiveFailures === 0)).toBe(true);
  });
});
