import { expect, test } from "bun:test";
import { parseClockTime } from "../../../src/system/text/clock-time.ts";
import { formatTime } from "../../../src/system/text/when.ts";

test("a time of day is the next one, or that of today or tomorrow, in local time", () => {
  const now = new Date(2026, 11, 31, 17, 30).getTime();
  const at = (text: string) => {
    const ms = parseClockTime(text, now);
    return ms === null ? null : formatTime(ms);
  };
  expect(at("18:00")).toBe("2026-12-31 18:00:00");
  expect(at("17:30")).toBe("2027-01-01 17:30:00");
  expect(at(" 9:05 ")).toBe("2027-01-01 09:05:00");
  expect(at("today 9:05")).toBe("2026-12-31 09:05:00");
  expect(at("Tomorrow at 18:00")).toBe("2027-01-01 18:00:00");
  for (const no of ["24:00", "9:60", "9", "tomorrow", "9:00:00", "next 9:00", ""])
    expect([no, at(no)]).toEqual([no, null]);
});
