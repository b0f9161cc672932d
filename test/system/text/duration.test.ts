import { describe, expect, test } from "bun:test";
import { formatDuration, parseDurationMs } from "../../../src/system/text/duration.ts";

describe("parseDurationMs", () => {
  test.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["15m", 900_000],
    ["1h30m", 5_400_000],
    ["1h 30m", 5_400_000],
    ["2d", 172_800_000],
    ["1w", 604_800_000],
    ["1w2d3h4m5s6ms", 788_645_006],
    ["0s", 0],
    ["007s", 7_000],
  ])("%j is understood", (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each([
    ...[
      "",
      " ",
      "90",
      "0",
      "-5m",
      "+5m",
      "1.5h",
      "1,5h",
      "5 m",
      "5M",
      "5min",
      "5 minutes",
      "m",
      "30m1h",
      "1h1h",
    ],
    ...[" 5m", "5m ", "5m\n", "1h  30m", "5m\0", "٥m", "5m🙂", "\u202e5m", "Infinitys", "1e3s", "0x10s"],
    ...["9007199254740992ms", "99999999999999999999w", `${"9".repeat(1_000_000)}s`, "s".repeat(1_000_000)],
  ])("text %# of what is no duration is refused", (text) => {
    expect(parseDurationMs(text)).toBeNull();
  });

  test("a bare integer takes the unit that the caller names, and only then", () => {
    expect(parseDurationMs("90", { bareUnit: "s" })).toBe(90_000);
    expect(parseDurationMs("90", { bareUnit: "m" })).toBe(5_400_000);
    expect(parseDurationMs("90m", { bareUnit: "s" })).toBe(5_400_000);
    for (const text of ["1h30", "-90", "", "9 0"])
      expect(parseDurationMs(text, { bareUnit: "s" })).toBeNull();
  });
});

test.each([
  [0, "0s"],
  [0.4, "0s"],
  [1, "1ms"],
  [999.9, "999ms"],
  [1_000, "1s"],
  [4_400, "4s"],
  [59_999, "59s"],
  [90_000, "1m 30s"],
  [12 * 60_000, "12m"],
  [3 * 3_600_000 + 5 * 60_000 + 59_000, "3h 5m"],
  [3 * 3_600_000 + 59_000, "3h"],
  [86_400_000 - 1, "23h 59m"],
  [2 * 86_400_000, "2d"],
  [2 * 86_400_000 + 59 * 60_000, "2d"],
  [30 * 86_400_000 + 3_600_000, "30d 1h"],
  [-4_000, "-4s"],
])("formatDuration shows %d ms as %j", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("what formatDuration shows without rounding, parseDurationMs reads back", () => {
  for (const ms of [1, 999, 1_000, 61_000, 3_660_000, 90_000_000]) {
    expect(parseDurationMs(formatDuration(ms))).toBe(ms);
  }
});
