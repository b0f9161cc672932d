import { describe, expect, test } from "bun:test";
import { formatClaimLock, isLeaseRenewalDue } from "../../src/board/claim.ts";
import { runStatus } from "../../src/board/run.ts";

describe("a lease", () => {
  const leaseMs = 10_000;
  const nowMs = 1_000_000;
  const isDue = (claimExpiresAtMs: number | null) =>
    isLeaseRenewalDue({ claimExpiresAtMs }, { nowMs, leaseMs });

  test("is renewed when less than half of it is left, and not at half", () => {
    expect(isDue(nowMs + 5_000)).toBe(false);
    expect(isDue(nowMs + 4_999)).toBe(true);
    expect(isDue(nowMs + leaseMs)).toBe(false);
  });

  test("that has run out is due as well", () => {
    expect(isDue(nowMs - 1)).toBe(true);
  });

  test("without an end is never due", () => {
    expect(isDue(null)).toBe(false);
  });
});

test("H3: a claim lock names another host than ours to whoever knows its own by the part before the colon", () => {
  expect(formatClaimLock("build-1", "abc")).toBe("build-1~kanbun:abc");
});

test("a closed run has its outcome as its status, but done for completed", () => {
  expect(runStatus("completed")).toBe("done");
  expect(runStatus("crashed")).toBe("crashed");
  expect(runStatus("interrupted")).toBe("interrupted");
});
