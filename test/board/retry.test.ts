import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decideNextStep, type NextStep, type Streaks } from "../../src/board/retry.ts";
import type { RunOutcome } from "../../src/board/run.ts";
import type { NextTry, RunEnding } from "../../src/board/run-ending.ts";

const minuteMs = 60_000;
const policy = {
  maxRetries: 2,
  retryDelayMs: 1_000,
  retryDelayMaxMs: 10_000,
  rateLimitDelaysMs: [5 * minuteMs, 15 * minuteMs, 60 * minuteMs],
};
const fresh: Streaks = { consecutiveFailures: 0, rateLimits: 0, returns: 0 };
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
  const tired: Streaks = { consecutiveFailures: 1, rateLimits: 1, returns: 1 };
  const violation = ending("crashed", { protocolViolation: true });
  const calm = { dueAtMs: null, gaveUp: false, pauseProfileUntilMs: null };
  const delayed = { ...calm, dueAtMs: at.nowMs + 1_000 };
  const delayedMore = { ...calm, dueAtMs: at.nowMs + 2_000 };
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
      ending("interrupted", { again: "later" }),
      fresh,
      { ...delayed, ...fresh, returns: 1, status: "ready" },
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
      fresh,
      { ...delayed, ...fresh, consecutiveFailures: 1, status: "ready" },
    ],
    [
      "a failure that another try can't help",
      ending("spawn_failed", { again: "never" }),
      fresh,
      { ...calm, ...fresh, consecutiveFailures: 1, status: "blocked", gaveUp: true },
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
        dueAtMs: inSoLong(15),
        pauseProfileUntilMs: inSoLong(15),
      },
    ],
    ["stale", ending("stale"), tired, { ...delayedMore, ...tired, returns: 2, status: "ready" }],
    [
      "a first interruption",
      ending("interrupted"),
      fresh,
      { ...calm, ...fresh, returns: 1, status: "ready" },
    ],
    ["interrupted", ending("interrupted"), tired, { ...delayedMore, ...tired, returns: 2, status: "ready" }],
    ["reclaimed", ending("reclaimed"), tired, { ...delayedMore, ...tired, returns: 2, status: "ready" }],
    [
      "taken back by a person",
      ending("reclaimed", { again: "now" }),
      tired,
      { ...calm, ...tired, returns: 0, status: "ready" },
    ],
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
      expect(taken.at(-1)).toMatchObject({ status: "blocked", dueAtMs: null });
    });

  test("counts crashes, time-outs, failed spawns and forgotten verdicts together (W23, X23)", () => {
    const endings = [
      ending("crashed"),
      ending("timed_out"),
      ending("spawn_failed"),
      ending("crashed", { protocolViolation: true }),
    ];
    const taken = steps(endings, { maxRetries: 4 });
    expect(taken.map((step) => step.consecutiveFailures)).toEqual([1, 2, 3, 4]);
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

  test("trips at once where another try can't help, whatever max_retries is", () => {
    const taken = steps([ending("spawn_failed", { again: "never" })], { maxRetries: 9 });
    expect(taken).toMatchObject([{ status: "blocked", gaveUp: true, dueAtMs: null }]);
  });
});

describe("a return that is no failure", () => {
  const waits = (endings: readonly RunEnding[], before = fresh) =>
    steps(endings, { before }).map((step) => ((step.dueAtMs ?? at.nowMs) - at.nowMs) / 1_000);

  test("waits longer each time, up to an hour", () => {
    const taken = waits(times(14, ending("interrupted", { again: "later" })));
    expect(taken).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600]);
  });

  test("waits from the second interruption on, at the latest", () => {
    expect(waits(times(4, ending("interrupted")))).toEqual([0, 2, 4, 8]);
    expect(waits([ending("stale"), ending("interrupted"), ending("reclaimed")])).toEqual([1, 2, 4]);
  });

  test("starts to count anew after a failure, a success, and a person's word", () => {
    const later = ending("interrupted", { again: "later" });
    for (const between of [ending("crashed"), ending("completed"), ending("reclaimed", { again: "now" })])
      expect(waits([later, later, between, later]).at(-1)).toBe(1);
  });

  test("keeps its count while the worker is rate limited: its pauses are another matter", () => {
    const later = ending("interrupted", { again: "later" });
    expect(waits([later, later, ending("rate_limited"), later]).at(-1)).toBe(4);
  });
});

describe("I14: every ending", () => {
  const outcomes = [
    "crashed",
    "timed_out",
    "spawn_failed",
    "rate_limited",
    "stale",
    "interrupted",
    "reclaimed",
  ] as const satisfies readonly RunOutcome[];
  const anyEnding = fc.record({
    outcome: fc.constantFrom(...outcomes),
    protocolViolation: fc.boolean(),
    again: fc.constantFrom<NextTry[]>("never", "later"),
  });

  test("that leads back to ready has counted, or waits; in a long row only a failure can start soon", () => {
    fc.assert(
      fc.property(
        fc.array(anyEnding, { maxLength: 40 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (list, random) => {
          let before: Streaks = fresh;
          for (const { again, outcome, protocolViolation } of list) {
            const isHopeless = again === "never" && outcome === "spawn_failed";
            const end = ending(outcome, { protocolViolation, ...(isHopeless ? { again } : {}) });
            const next = decideNextStep(end, before, { ...policy, maxRetries: 3 }, { ...at, random });
            const hasCounted = next.consecutiveFailures > before.consecutiveFailures;
            const waitsMs = (next.dueAtMs ?? at.nowMs) - at.nowMs;
            if (next.status === "ready") expect(hasCounted || waitsMs > 0 || before.returns === 0).toBe(true);
            expect(next.status === "blocked").toBe(
              isHopeless || (hasCounted && next.consecutiveFailures >= 3),
            );
            if (next.returns > 1)
              expect(waitsMs).toBeGreaterThanOrEqual(Math.min(1_500, 750 * 2 ** next.returns));
            before = next;
            if (next.status === "blocked") before = fresh;
          }
        },
      ),
    );
  });

  test("in a row pauses at least as long as the one before, whatever the kinds are", () => {
    const back = fc.constantFrom(...(["stale", "interrupted", "reclaimed"] as const));
    fc.assert(
      fc.property(fc.array(back, { maxLength: 30 }), (list) => {
        const taken = steps(list.map((outcome) => ending(outcome)));
        const waits = taken.map((step) => step.dueAtMs ?? at.nowMs);
        expect(waits).toEqual(waits.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe("a back-off", () => {
  const delays = (count: number) =>
    steps(times(count, ending("crashed")), { maxRetries: 100 }).map((step) => (step.dueAtMs ?? 0) - at.nowMs);

  test("doubles with each failure, up to its maximum", () => {
    expect(delays(7)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
  });

  test("stays finite after any number of failures", () => {
    const before = { ...fresh, consecutiveFailures: 5_000 };
    const next = steps([ending("crashed")], { maxRetries: 10_000, before })[0];
    expect(next?.dueAtMs).toBe(at.nowMs + 10_000);
  });

  test("is spread by a quarter either way, and by no more", () => {
    const delayAt = (random: number) =>
      (decideNextStep(ending("crashed"), fresh, policy, { ...at, random }).dueAtMs ?? 0) - at.nowMs;
    expect([0, 0.5, 0.999_999].map(delayAt)).toEqual([750, 1_000, 1_250]);
  });
});

describe("a rate limit", () => {
  const pauses = (endings: readonly RunEnding[]) =>
    steps(endings).map((step) => ((step.dueAtMs ?? at.nowMs) - at.nowMs) / minuteMs);

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
