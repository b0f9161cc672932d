import { describe, expect, test } from "bun:test";
import { nextTime } from "../../src/board/cron-time.ts";
import { BoardError } from "../../src/board/error.ts";
import { type DueRepeat, readRepeatedTask, stepRepeat, writeRepeatedTask } from "../../src/board/repeat.ts";

const berlin = "Europe/Berlin";
const at = (text: string) => Date.parse(text);

/** The first few times after an instant, as UTC. */
function timesAfter(from: string, times: string, count: number, timeZone = berlin): string[] {
  const found: string[] = [];
  for (let ms: number | null = at(from); ms !== null && found.length < count; ) {
    ms = nextTime({ times, timeZone }, ms);
    if (ms !== null) found.push(new Date(ms).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

describe("the times of a repeating task", () => {
  test("are those of its own zone, before and behind a change of the clocks", () => {
    // 9 in Berlin is 8 UTC in winter and 7 in summer; the Saturday and the Sunday are left out.
    expect(timesAfter("2027-03-25T12:00Z", "0 9 * * 1-5", 2)).toEqual([
      "2027-03-26T08:00Z",
      "2027-03-29T07:00Z",
    ]);
    expect(timesAfter("2026-10-22T12:00Z", "0 9 * * MON-FRI", 2)).toEqual([
      "2026-10-23T07:00Z",
      "2026-10-26T08:00Z",
    ]);
    expect(timesAfter("2026-07-01T00:00Z", "@daily", 1, "UTC")).toEqual(["2026-07-02T00:00Z"]);
  });

  test("come once on the day on which they do not exist, an hour later by the clock", () => {
    // On 2027-03-28 Berlin goes from 2:00 to 3:00: 2:30 is at 3:30, 1:30 UTC.
    expect(timesAfter("2027-03-26T12:00Z", "30 2 * * *", 3)).toEqual([
      "2027-03-27T01:30Z",
      "2027-03-28T01:30Z",
      "2027-03-29T00:30Z",
    ]);
    // 2:15 falls on 3:15 then, which is named too: once.
    expect(timesAfter("2027-03-27T12:00Z", "15 2,3 * * *", 2)).toEqual([
      "2027-03-28T01:15Z",
      "2027-03-29T00:15Z",
    ]);
  });

  test("come once on the day on which they exist twice, the first time; every hour is every hour that passes", () => {
    // On 2026-10-25 Berlin has 2:30 at 0:30 UTC and again at 1:30 UTC.
    expect(timesAfter("2026-10-24T12:00Z", "30 2 * * *", 2)).toEqual([
      "2026-10-25T00:30Z",
      "2026-10-26T01:30Z",
    ]);
    expect(timesAfter("2026-10-24T23:30Z", "@hourly", 4)).toEqual([
      "2026-10-25T00:00Z",
      "2026-10-25T01:00Z",
      "2026-10-25T02:00Z",
      "2026-10-25T03:00Z",
    ]);
  });

  test("are told when they never come, cannot be read, or are of no zone", () => {
    expect(nextTime({ times: "0 0 30 2 *", timeZone: "UTC" }, 0)).toBeNull();
    for (const [times, timeZone, words] of [
      ["0 9 * *", "UTC", 'the times "0 9 * *" cannot be read'],
      ["61 9 * * *", "UTC", "value out of range"],
      ["0 0 9 * * *", "UTC", "seconds are not supported"],
      ["@reboot", "UTC", "cannot be read"],
      ["0 9 * * *", "Europe/Berln", 'there is no time zone "Europe/Berln"'],
      ["0 9 * * *", "", "the time zone is empty"],
    ] as const) {
      const refusal = () => nextTime({ times, timeZone }, 0);
      expect(refusal).toThrow(BoardError);
      if (!words.includes("seconds")) expect(refusal).toThrow(words);
    }
  });
});

describe("a repeat that is due", () => {
  const due: DueRepeat = {
    times: "0 9 * * 1-5",
    timeZone: berlin,
    overlap: "skip",
    task: writeRepeatedTask({ title: "Nightly", body: "make test", assignee: "shell" }),
    openTask: null,
  };
  const monday = at("2026-11-30T08:00:02Z");
  const tuesday = at("2026-12-01T08:00Z");

  test("makes its task and goes on with its next time; a week that was missed is one task", () => {
    const task = { title: "Nightly", body: "make test", assignee: "shell" };
    expect(stepRepeat(due, monday)).toEqual({ do: "make", task, nextAtMs: tuesday });
    const later = at("2026-12-09T13:00Z");
    expect(stepRepeat(due, later)).toEqual({ do: "make", task, nextAtMs: at("2026-12-10T08:00Z") });
  });

  test("passes while one of it is open, also one that gave up, unless it was said otherwise", () => {
    const step = (overlap: string, gaveUp: boolean) =>
      stepRepeat({ ...due, overlap, openTask: { id: "t_0123abcd", gaveUp } }, monday).do;
    expect(["skip", "after-failure", "allow"].map((overlap) => step(overlap, false))).toEqual([
      "pass",
      "pass",
      "make",
    ]);
    expect(["skip", "after-failure", "allow"].map((overlap) => step(overlap, true))).toEqual([
      "pass",
      "make",
      "make",
    ]);
    expect(stepRepeat({ ...due, openTask: { id: "t_0123abcd", gaveUp: false } }, monday)).toEqual({
      do: "pass",
      forTaskId: "t_0123abcd",
      nextAtMs: tuesday,
    });
  });

  test("stops with what is wrong when it cannot be read any more, whatever stands there", () => {
    for (const [part, words] of [
      [{ times: "0 9 * * mox" }, "cannot be read"],
      [{ timeZone: "Europe/Atlantis" }, "there is no time zone"],
      [{ overlap: "sometimes" }, "its overlap is"],
      [{ task: "{" }, "its task cannot be read"],
      [{ task: "[]" }, "it is no object"],
      [{ task: "{}" }, "it has no title"],
      [{ task: '{"title": 3}' }, "its title cannot be used"],
      [{ task: '{"title": "x", "constructor": 1}' }, 'a field "constructor"'],
      [{ task: '{"title": "x", "dueAtMs": 1}' }, 'a field "dueAtMs"'],
      [{ task: '{"title": "x", "maxRetries": 0}' }, "max_retries must be"],
      [{ task: '{"title": " "}' }, "the title is empty"],
    ] as const) {
      const step = stepRepeat({ ...due, ...part }, monday);
      expect(step).toEqual({ do: "stop", problem: expect.stringContaining(words) });
    }
  });

  test("keeps all of its task that can be repeated, and reads it as it was", () => {
    const task = {
      ...{ title: "a", body: "b", assignee: "c", priority: 2, parents: ["t_0123abcd"], tenant: "d" },
      ...{ workspaceKind: "dir" as const, workspacePath: "/w", branchName: "e", projectId: "f" },
      ...{ skills: ["g"], modelOverride: "h", providerOverride: "i", maxRuntimeMs: 1, maxRetries: 2 },
      ...{ goalMode: true, goalMaxTurns: 3, sessionId: "j", blocked: { reason: "k", kind: null } },
    };
    expect(readRepeatedTask(writeRepeatedTask(task))).toEqual(task);
    const once = { title: "a", idempotencyKey: "key", dueAtMs: 5, body: null };
    expect(readRepeatedTask(writeRepeatedTask(once))).toEqual({ title: "a" });
  });
});
