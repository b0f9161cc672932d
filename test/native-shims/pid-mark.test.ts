import { afterEach, describe, expect, test } from "bun:test";
import { findProcessesByEnv, isProcessGroupAlive, markPids } from "../../native-shims/index.ts";
import { isInRange, rangeSince } from "../../native-shims/pid-range.ts";
import { endChildren, endLater, readLines, startChild } from "./children.ts";

afterEach(endChildren);

const NAME = "KANBUN_TEST_MARK";

describe.skipIf(process.platform !== "linux")("a search that starts from a moment", () => {
  test("finds what was started since, also far from its parents, and not what was there before", async () => {
    const [old, young] = [crypto.randomUUID(), crypto.randomUUID()];
    startChild(["sleep", "60"], { env: { [NAME]: old } });
    const moment = markPids();
    const script = "(setsid sh -c 'sleep 60 >&2 & echo $!' &)";
    const [pid] = await readLines(startChild(["sh", "-c", script], { env: { [NAME]: young } }));
    endLater(Number(pid));
    const values = new Set([old, young]);
    const pidsOf = (value: string, since = moment) =>
      findProcessesByEnv(NAME, values, { startedSince: since })
        ?.get(value)
        ?.map((one) => one.pid);
    expect(pidsOf(young)).toContain(Number(pid));
    expect(pidsOf(old)).toBeUndefined();
    expect(pidsOf(old, null)).toBeDefined();
  });

  test("sees a group whose leader is gone", async () => {
    const moment = markPids();
    const leader = startChild(["setsid", "sh", "-c", "sleep 60 >&2 & echo $!"]);
    const [pid] = await readLines(leader);
    endLater(Number(pid));
    await leader.exited;
    expect(isProcessGroupAlive(leader.pid, moment)).toBe(true);
  });
});

describe("the numbers given away since a moment", () => {
  const since = { forks: 1_000, lastPid: 900 };
  const select = (pids: number[], forks: number, lastPid: number) => {
    const range = rangeSince(since, { forks, lastPid }, 4_000);
    return range && pids.filter((pid) => isInRange(pid, range));
  };

  test("are the higher ones", () => {
    expect(select([1, 899, 900, 901, 950, 951], 1_050, 950)).toEqual([901, 950]);
  });

  test("are not known where the figures stand still, though something was started", () => {
    expect(select([1, 899, 900, 901], 1_000, 900)).toBeNull();
    expect(select([1, 901], 1_005, 900)).toBeNull();
    expect(select([1, 901], 1_000, 905)).toBeNull();
  });

  test("are those above and the lowest ones, when the numbers have come round", () => {
    expect(select([300, 350, 400, 899, 900, 3_999], 1_900, 350)).toEqual([300, 350, 3_999]);
  });

  test("are not known when so many were started that they may have come round without being seen to", () => {
    expect(select([1, 900, 901], 2_001, 950)).toBeNull();
    expect(rangeSince(since, null, 4_000)).toBeNull();
  });
});
