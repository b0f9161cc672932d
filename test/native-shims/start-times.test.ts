import { afterEach, describe, expect, test } from "bun:test";
import { identifyProcess, startIdentified } from "../../native-shims/index.ts";
import { StartTimes } from "../../native-shims/start-times.ts";
import { endChildren, endLater, startChild } from "./children.ts";

afterEach(endChildren);

/** Each moment is read once before a child and once after it; what /proc says is asked for no more often than it must be. */
function startAll(moments: readonly string[], inProc: readonly (string | null)[]) {
  const [left, told] = [[...moments], [...inProc]];
  const reads: number[] = [];
  const times = new StartTimes(
    () => left.shift() ?? "none left",
    (pid) => {
      reads.push(pid);
      return told.shift() ?? null;
    },
  );
  const startTimes: (string | null)[] = [];
  for (let pid = 1; left.length > 0; pid++) startTimes.push(times.of(() => ({ pid })).startTime);
  return { startTimes, reads };
}

describe("the start time of a child", () => {
  test("is read of the first one, and then the clock's, which has said the same", () => {
    const { startTimes, reads } = startAll(["5", "5", "6", "6", "8", "8"], ["5"]);
    expect(startTimes).toEqual(["5", "6", "8"]);
    expect(reads).toEqual([1]);
  });

  test("is read where the clock has moved on meanwhile", () => {
    const { startTimes, reads } = startAll(["5", "5", "6", "7", "7", "8", "9", "9"], ["5", "6", "8"]);
    expect(startTimes).toEqual(["5", "6", "8", "9"]);
    expect(reads).toEqual([1, 2, 3]);
  });

  test("is read each time where the clock has once said something else", () => {
    const { startTimes, reads } = startAll(["5", "5", "6", "6", "7", "7"], ["905", "906", "7"]);
    expect(startTimes).toEqual(["905", "906", "7"]);
    expect(reads).toEqual([1, 2, 3]);
  });

  test("is none where it has ended, or nothing may be read: that says nothing of the clock", () => {
    const { startTimes, reads } = startAll(["5", "5", "6", "6", "7", "7", "8", "8"], [null, "", "7"]);
    expect(startTimes).toEqual([null, "", "7", "8"]);
    expect(reads).toEqual([1, 2, 3]);
  });

  test("is the one by which it is found again", () => {
    for (let count = 0; count < 40; count++) {
      const { child, process: ref } = startIdentified(() => startChild(["sleep", "60"]));
      expect(ref).toEqual(endLater(child.pid));
      expect(ref).toEqual(identifyProcess(child.pid));
    }
  });
});
