import { afterEach, describe, expect, test } from "bun:test";
import { findProcessesByEnv, identifyProcess, type ProcessRef } from "../../../native-shims/index.ts";
import { searchEnvirons } from "../../../native-shims/process/env-search.ts";
import { walkPids } from "../../../native-shims/process/pid-walk.ts";
import { eventually } from "../../support/eventually.ts";
import { findMarkedProcesses } from "../../support/marked-processes.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";
import {
  endChildren,
  endLater,
  readLines,
  startChild,
  startFixture,
  startUnreapedChild,
} from "../children.ts";

afterEach(endChildren);

const NAME = "KANBUN_TEST_MARK";

function makeMark(): string {
  return crypto.randomUUID();
}

const findMarked = (value: string): readonly ProcessRef[] => findMarkedProcesses(NAME, value);

describe.skipIf(process.platform === "darwin")("a search for processes by environment", () => {
  test("finds each process under its own value, and nothing under one that nobody has", () => {
    const [mine, other, nobodys] = [makeMark(), makeMark(), makeMark()];
    const first = startChild(["sleep", "60"], { env: { [NAME]: mine } });
    const second = startChild(["sleep", "60"], { env: { [NAME]: mine } });
    const third = startChild(["sleep", "60"], { env: { [NAME]: other } });
    const found = findProcessesByEnv(NAME, new Set([mine, other, nobodys]));
    const pidsOf = (value: string) => found?.get(value)?.map(({ pid }) => pid);
    expect(pidsOf(mine)?.toSorted()).toEqual([first.pid, second.pid].toSorted());
    expect(pidsOf(other)).toEqual([third.pid]);
    expect(pidsOf(nobodys)).toBeUndefined();
  });

  test("returns what probes and signals can use", () => {
    const mark = makeMark();
    const child = startChild(["sleep", "60"], { env: { [NAME]: mark } });
    expect(findMarked(mark)).toEqual([identifyProcess(child.pid) as ProcessRef]);
  });

  test.skipIf(lacksOnWindows("process groups"))(
    "W15: finds a grandchild that left group, session and parents behind",
    async () => {
      const mark = makeMark();
      const script = "(setsid sh -c 'sleep 60 >&2 & echo $!' &)";
      const [pid] = await readLines(startChild(["sh", "-c", script], { env: { [NAME]: mark } }));
      const grandchild = endLater(Number(pid));
      await eventually("only it is left", () => findMarked(mark).length === 1);
      expect(findMarked(mark)).toEqual([grandchild]);
    },
  );

  test("takes whole entries only", () => {
    const mark = makeMark();
    startChild(["sleep", "60"], {
      env: {
        [NAME]: `${mark}x`,
        [`X${NAME}`]: mark,
        [`${NAME}X`]: mark,
        WITHIN: `${NAME}=${mark}`,
        LINES: `\n${NAME}=${mark}\n`,
      },
    });
    startChild(["sh", "-c", "sleep 60 >&2; :", `${NAME}=${mark}`]);
    expect(findMarked(mark)).toEqual([]);
  });

  test.skipIf(lacksOnWindows("programs of Linux"))(
    "takes the first entry, the last, and one behind a large environment",
    async () => {
      const mark = makeMark();
      const large = "x".repeat(100_000);
      const marked = `${NAME}=${mark}`;
      const starts = [
        [marked],
        [marked, "LAST=1"],
        ["FIRST=1", marked],
        [`A=${large}`, `B=${large}`, marked],
      ];
      const pids = starts.map((entries) => startChild(["env", "-i", ...entries, "sleep", "60"]).pid);
      await eventually("all are found", () => findMarked(mark).length === pids.length);
    },
  );

  test.skipIf(lacksOnWindows("zombies"))("leaves zombies out", async () => {
    const mark = makeMark();
    const ref = await startUnreapedChild(`${NAME}=${mark} sleep 60`);
    await eventually("it is found", () => findMarked(mark).length === 1);
    process.kill(ref.pid, "SIGKILL");
    await eventually("it is a zombie", () => identifyProcess(ref.pid) === null);
    expect(findMarked(mark)).toEqual([]);
  });

  test("includes the process that searches", async () => {
    const report = startFixture("process-self-report.ts", [], { env: { KANBUN_TEST_SELF: makeMark() } });
    expect(JSON.parse((await readLines(report))[0] ?? "")).toMatchObject({ foundPids: [report.pid] });
  });

  test.skipIf(lacksOnWindows("exec"))("finds a process that is replacing itself by another program", () => {
    const mark = makeMark();
    startFixture("process-exec-loop.sh", [], { env: { [NAME]: mark } });
    for (let i = 0; i < 100; i++) expect(findMarked(mark)).toHaveLength(1);
  });
});

/** A process table of processes that are all marked. Whenever the environment of one is read, `onRead` may change it. */
function searchTable(table: Map<number, string>, onRead: (pid: number) => void): ProcessRef[] {
  const source = {
    listPids: () => [...table.keys()],
    readEnviron(pid: number) {
      onRead(pid);
      return Buffer.from(table.has(pid) ? "\0MARK=1\0" : "");
    },
    readStartTime: (pid: number) => table.get(pid) ?? null,
  };
  return searchEnvirons(source, "MARK", new Set(["1"]))?.get("1") ?? [];
}

describe("during a search", () => {
  test("a process that forks and ends does not hide its child", () => {
    const [parent, child] = [20, 7];
    const table = new Map([[parent, "a"]]);
    const found = searchTable(table, (pid) => {
      if (pid === parent && table.delete(parent)) table.set(child, "b");
    });
    expect(found).toEqual([{ pid: child, startTime: "b" }]);
  });

  test("a pid that goes to a stranger is not taken for the process that had it", () => {
    let isStranger = false;
    const source = {
      listPids: () => [10],
      readEnviron: () => Buffer.from(isStranger ? "\0MARK=2\0" : "\0MARK=1\0"),
      readStartTime() {
        isStranger = true;
        return "the stranger's";
      },
    };
    expect(searchEnvirons(source, "MARK", new Set(["1"]))).toEqual(new Map());
  });

  test("a table that never stops growing ends the walk all the same, and proves nothing", () => {
    let next = 1;
    let visits = 0;
    const isComplete = walkPids(
      () => [next++],
      () => visits++,
    );
    expect([isComplete, visits < 100]).toEqual([false, true]);
    const source = { listPids: () => [next++], readEnviron: () => Buffer.from(""), readStartTime: () => "1" };
    expect(searchEnvirons(source, "MARK", new Set(["1"]))).toBeNull();
  });
});
