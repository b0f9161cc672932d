import { describe, expect, test } from "bun:test";
import { at, type Case, inWords, judgeCase, sampleRun } from "./sample-run.ts";

const hourMs = 3_600_000;
const open = { start: "open", leader: "dead", tree: "dead" } as const;
const launchedAgo = (ms: number) => ({ claimedAtMonotonicMs: at.monotonicMs - ms });
const ranFor = (ms: number) => ({ ...launchedAgo(ms), maxRuntimeMs: 30_000 });
const seenAgo = (ms: number) => ({
  lastHeartbeatAtMs: at.nowMs - ms,
  lastHeartbeatAtMonotonicMs: at.monotonicMs - ms,
});
const seenByOthersAgo = (ms: number) => ({ lastHeartbeatAtMs: at.nowMs - ms });

const table: [string, Case, string][] = [
  ["is at work", {}, "wait: running"],
  ["launches within its grace", { seen: open, run: launchedAgo(10_000) }, "wait: launching"],
  ["has not launched when its grace is over", { seen: open, run: launchedAgo(10_001) }, "give_up_start"],
  ["was given up before it launched", { seen: { ...open, start: "given_up" } }, "close: interrupted"],
  ["runs exactly as long as it may", { run: ranFor(30_000) }, "wait: running"],
  ["runs longer than it may", { run: ranFor(30_001) }, "stop: timed_out"],
  ["may run for ever", { run: launchedAgo(400 * 24 * hourMs) }, "wait: running"],
  ["gave a sign of life in time", { run: seenAgo(5_000), rules: { staleAfterMs: 5_000 } }, "wait: running"],
  ["gave none for too long", { run: seenAgo(5_001), rules: { staleAfterMs: 5_000 } }, "stop: stale"],
  [
    "was seen in time by another program",
    { run: seenByOthersAgo(5_000), rules: { staleAfterMs: 5_000 } },
    "wait: running",
  ],
  [
    "was not seen by another either",
    { run: seenByOthersAgo(5_001), rules: { staleAfterMs: 5_000 } },
    "stop: stale",
  ],
  ["never gave one since its claim", { rules: { staleAfterMs: 59_999 } }, "stop: stale"],
  ["need give no sign of life", { run: seenAgo(40 * hourMs) }, "wait: running"],
  ["has half of its lease left", { run: { claimExpiresAtMs: at.nowMs + 450_000 } }, "wait: running"],
  ["has less than half of its lease left", { run: { claimExpiresAtMs: at.nowMs + 449_999 } }, "renew_lease"],
  ["has outlived its lease and is alive", { run: { claimExpiresAtMs: at.nowMs - 1 } }, "renew_lease"],
  ["cannot be told from another process", { seen: { leader: "unknown" } }, "wait: unknown"],
];

describe("a worker's open run", () => {
  for (const [name, one, verdict] of table)
    test(`that ${name} gives "${verdict}"`, () => {
      expect(inWords(judgeCase(one))).toBe(verdict);
    });

  for (const jumpMs of [hourMs, -hourMs]) {
    const name = jumpMs > 0 ? "forward" : "back";

    test(`is not ended by a wall clock that jumps an hour ${name}`, () => {
      const run = sampleRun({ ...ranFor(20_000), claimExpiresAtMs: at.nowMs + jumpMs + 840_000 });
      expect(inWords(judgeCase({ run, at: { nowMs: at.nowMs + jumpMs } }))).toBe("wait: running");
    });

    test(`is stale by the clock that does not jump, an hour ${name}`, () => {
      const one = { rules: { staleAfterMs: 5_000 }, at: { nowMs: at.nowMs + jumpMs } };
      const lease = { claimExpiresAtMs: at.nowMs + jumpMs + 840_000 };
      expect(inWords(judgeCase({ ...one, run: { ...lease, ...seenAgo(5_000) } }))).toBe("wait: running");
      expect(inWords(judgeCase({ ...one, run: { ...lease, ...seenAgo(5_001) } }))).toBe("stop: stale");
    });

    test(`is ended at its max runtime though the wall clock jumps an hour ${name}`, () => {
      expect(inWords(judgeCase({ run: ranFor(30_001), at: { nowMs: at.nowMs + jumpMs } }))).toBe(
        "stop: timed_out",
      );
    });

    test(`keeps its launch grace though the wall clock jumps an hour ${name}`, () => {
      const one = { seen: open, run: launchedAgo(9_000), at: { nowMs: at.nowMs + jumpMs } };
      expect(inWords(judgeCase(one))).toBe("wait: launching");
    });
  }

  test("W11: is judged by its own heartbeat and its own claim, not by those of an earlier run", () => {
    const one = {
      run: { ...launchedAgo(1_000), lastHeartbeatAtMs: null },
      rules: { staleAfterMs: 5_000 },
    };
    expect(inWords(judgeCase(one))).toBe("wait: running");
  });

  test("W18: has the launch grace of its own claim, whenever its task was first started", () => {
    expect(inWords(judgeCase({ seen: open, run: { ...launchedAgo(1_000), claimedAtMs: 0 } }))).toBe(
      "wait: launching",
    );
  });

  test("says stopped for a time-out before it says stale", () => {
    const one = { run: { ...ranFor(30_001), ...seenAgo(60_000) }, rules: { staleAfterMs: 5_000 } };
    expect(inWords(judgeCase(one))).toBe("stop: timed_out");
  });
});
