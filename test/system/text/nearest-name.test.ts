import { expect, test } from "bun:test";
import { nearestName } from "../../../src/system/text/nearest-name.ts";

const KEYS = ["max_runtime", "max_retries", "cwd", "env", "grace", "stdin"];

test.each([
  ["max_runtme", "max_runtime"],
  ["maxRetries", "max_retries"],
  ["MAX-RUNTIME", "max_runtime"],
  ["max_runtimes", "max_runtime"],
  ["garce", "grace"],
  ["envs", "env"],
  ["stdn", "stdin"],
])("%j means %j", (name, meant) => {
  expect(nearestName(name, KEYS)).toBe(meant);
});

test.each(["", "x", "abc", "timeout", "max", "e", "🙂", "\0", "x".repeat(1_000_000)])(
  "name %# is near nothing",
  (name) => {
    expect(nearestName(name, KEYS)).toBeNull();
  },
);
