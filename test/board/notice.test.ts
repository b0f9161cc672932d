import { describe, expect, test } from "bun:test";
import { nextTryAtMs, noticeOf, wants } from "../../src/board/notice.ts";

describe("what people are told of", () => {
  test.each([
    ["blocked", { kind: "needs_input", reason: "Which?" }, "needs-you", "asks: Which?"],
    ["blocked", { kind: null, reason: " no key " }, "needs-you", "blocked: no key"],
    ["blocked", null, "needs-you", "blocked"],
    ["gave_up", { trigger_outcome: "crashed" }, "needs-you", "gave up"],
    ["crashed", { error: "exit code 2" }, "failed", "failed: exit code 2"],
    ["review_requested", { reviewer: null, summary: "look" }, "needs-you", "waits for your review: look"],
    ["block_loop_detected", { reason: "a" }, "needs-you", "stopped for the same thing again and again: a"],
    ["timed_out", { error: "after 5m" }, "failed", "timed out: after 5m"],
    ["protocol_violation", { error: 7 }, "failed", "protocol violation"],
    ["completed", { summary: "all green" }, "done", "done: all green"],
  ] as const)("is %s %j: %s", (kind, payload, told, text) => {
    expect(noticeOf({ kind, payload })).toEqual({ kind: told, text });
  });

  test("is why a task gave up, and that its repeat waits for it", () => {
    const event = { kind: "gave_up", payload: {} } as const;
    expect(noticeOf(event, { error: "exit code 2", repeatId: 3 })?.text).toBe(
      "gave up (repeating task 3 makes no other until it is retried or archived): exit code 2",
    );
  });

  test("is nothing that goes on by itself, and no block that a breaker wrote beside its own event", () => {
    for (const [kind, payload] of [
      ["blocked", { kind: "dependency", reason: "a parent" }],
      ["blocked", { kind: null, reason: "it failed too often", gave_up: true }],
      ["review_requested", { reviewer: "critic" }],
      ["created", {}],
      ["approved", {}],
      ["rate_limited", {}],
    ] as const)
      expect(noticeOf({ kind, payload })).toBeNull();
  });

  test("is cut where somebody wrote a book", () => {
    const notice = noticeOf({ kind: "crashed", payload: { error: "x".repeat(9_000) } });
    expect(notice?.text.length).toBeLessThan(600);
  });

  test("is chosen by kind and profile", () => {
    const filter = { on: ["failed" as const], profiles: ["claude"] };
    expect(wants(filter, "failed", "claude")).toBe(true);
    expect(wants(filter, "done", "claude")).toBe(false);
    expect(wants(filter, "failed", "shell")).toBe(false);
    expect(wants(filter, "failed", null)).toBe(false);
    expect(wants({ ...filter, profiles: null }, "failed", null)).toBe(true);
  });
});

test("a delivery that fails is tried again after growing pauses, and given up after a day", () => {
  const pauses: number[] = [];
  let nowMs = 0;
  for (let tries = 1; ; tries++) {
    const atMs: number | null = nextTryAtMs({ tries, createdAtMs: 0 }, nowMs);
    if (atMs === null) break;
    pauses.push((atMs - nowMs) / 1_000);
    nowMs = atMs;
  }
  expect(pauses.slice(0, 7)).toEqual([5, 15, 60, 300, 900, 3_600, 3_600]);
  expect(nowMs).toBeLessThanOrEqual(86_400_000);
  expect(nowMs).toBeGreaterThan(86_400_000 - 3_600_000);
});
