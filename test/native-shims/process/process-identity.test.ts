import { afterEach, describe, expect, test } from "bun:test";
import { copyFileSync, readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  findSuspects,
  hostIdentity,
  identifyProcess,
  probeProcess,
  signalProcess,
} from "../../../native-shims/index.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";
import {
  endChildren,
  endLater,
  readLines,
  startChild,
  startFixture,
  startUnreapedChild,
  stateOf,
} from "../children.ts";

afterEach(endChildren);

const isLinux = process.platform === "linux";
const canUnshare = isLinux && Bun.spawnSync(["unshare", "--pid", "--fork", "true"]).exitCode === 0;

describe("the identity of a process", () => {
  test("is the same each time", () => {
    const child = startChild(["sleep", "60"]);
    const first = identifyProcess(child.pid);
    expect(first).toEqual({ pid: child.pid, startTime: expect.stringMatching(/^\d+/) });
    expect(identifyProcess(child.pid)).toEqual(first);
  });

  test("is null for what ended", async () => {
    const child = startChild(["cat"]);
    child.stdin.end();
    await child.exited;
    expect(identifyProcess(child.pid)).toBeNull();
  });

  test("is null for what is no pid, which kill(2) would take for whole groups", () => {
    for (const pid of [0, -1, -process.pid, 1.5, Number.NaN, 2 ** 31]) {
      expect(identifyProcess(pid)).toBeNull();
      expect(probeProcess({ pid, startTime: "" })).toBe("dead");
      expect(findSuspects({ pid, startTime: "" })).toEqual([]);
      expect(signalProcess({ pid, startTime: "" }, "SIGTERM")).toBe(false);
    }
  });

  test("of a living one probes as alive, until it ends", async () => {
    const child = startChild(["sleep", "60"]);
    const ref = endLater(child.pid);
    expect(probeProcess(ref)).toBe("alive");
    child.kill("SIGKILL");
    await child.exited;
    expect(probeProcess(ref)).toBe("dead");
  });

  test("with another start time probes as dead: W14, the pid is a stranger's by now", () => {
    const { pid } = startChild(["sleep", "60"]);
    expect(probeProcess({ pid, startTime: "1" })).toBe("dead");
  });

  test("whose start time could not be read proves neither life nor, while the pid is taken, death", async () => {
    const child = startChild(["sleep", "60"]);
    expect(probeProcess({ pid: child.pid, startTime: "" })).toBe("unknown");
    child.kill("SIGKILL");
    await child.exited;
    expect(probeProcess({ pid: child.pid, startTime: "" })).toBe("dead");
  });

  test.skipIf(lacksOnWindows("/proc") || !isLinux)(
    "of a zombie is null, and it probes as dead, though kill(2) finds it",
    async () => {
      const ref = await startUnreapedChild("sleep 60");
      expect(probeProcess(ref)).toBe("alive");
      signalProcess(ref, "SIGKILL");
      await eventually("it is a zombie", () => stateOf(ref.pid) === "Z");
      expect(process.kill(ref.pid, 0)).toBe(true);
      expect(probeProcess(ref)).toBe("dead");
      expect(identifyProcess(ref.pid)).toBeNull();
    },
  );

  // Skipped where there is no python3: a shell has one thread.
  test.skipIf(lacksOnWindows("/proc") || !isLinux || Bun.which("python3") === null)(
    "of a process whose first thread ended is that of a living one",
    async () => {
      const child = startFixture("process-first-thread-ended.py");
      await eventually("its first thread ended", () => stateOf(child.pid) === "Z");
      expect(identifyProcess(child.pid)).not.toBeNull();
      child.stdin.end();
      await child.exited;
      expect(identifyProcess(child.pid)).toBeNull();
    },
  );

  test.skipIf(lacksOnWindows("/proc") || !isLinux)(
    "is not misled by a name that looks like the fields behind it",
    () => {
      const program = join(makeTestHome(), ") Z 1 2 (3) R 4");
      copyFileSync(Bun.which("sleep") ?? "", program);
      const plain = startChild(["sleep", "60"]);
      const hostile = startChild([program, "60"]);
      const after = startChild(["sleep", "60"]);
      expect(readFileSync(`/proc/${hostile.pid}/stat`, "latin1")).toContain("() Z 1 2 (3) R 4)");
      const [first, second, third] = [plain, hostile, after].map(({ pid }) =>
        Number(identifyProcess(pid)?.startTime),
      );
      expect(second).toBeGreaterThanOrEqual(first ?? Number.NaN);
      expect(second).toBeLessThanOrEqual(third ?? Number.NaN);
    },
  );

  // Skipped where we may not make a pid namespace.
  test.skipIf(lacksOnWindows("/proc") || !canUnshare)(
    "is not read from the /proc of another pid namespace, where pids are other processes'",
    async () => {
      const report = startChild([
        ...["unshare", "--pid", "--fork", process.execPath],
        join(import.meta.dir, "../../fixtures/process-self-report.ts"),
      ]);
      expect(JSON.parse((await readLines(report))[0] ?? "")).toEqual({
        startTime: "",
        itself: "unknown",
        nobody: "dead",
        foundPids: null,
      });
    },
  );
});

describe.skipIf(lacksOnWindows("process groups") || process.platform === "darwin")(
  "suspects of a root that is gone",
  () => {
    test("are the members of its session", async () => {
      const root = startChild(["sh", "-c", "sleep 60 >&2 & echo $!; read line"], { detached: true });
      const ref = endLater(root.pid);
      const member = endLater(Number((await readLines(root))[0]));
      root.stdin.end();
      await root.exited;
      expect(findSuspects(ref)).toEqual([member]);
      signalProcess(member, "SIGKILL");
      await eventually("the session is empty", () => findSuspects(ref)?.length === 0);
    });

    test("are no zombies, though kill(2) finds them", async () => {
      const ref = await startUnreapedChild("setsid sleep 60");
      signalProcess(ref, "SIGKILL");
      await eventually("it is a zombie", () => stateOf(ref.pid) === "Z");
      expect(findSuspects(ref)).toEqual([]);
    });

    test("are none where a stranger has its number: X13", async () => {
      const leader = startChild(["sh", "-c", "sleep 60 >&2 & echo $!; exec sleep 60"], { detached: true });
      await readLines(leader);
      expect(findSuspects({ pid: leader.pid, startTime: "1" })).toEqual([]);
    });
  },
);

describe("the identity of the host", () => {
  test("has a name, and is read once", () => {
    expect(hostIdentity().hostname).toBe(hostname());
    expect(hostIdentity()).toBe(hostIdentity());
  });

  test.skipIf(lacksOnWindows("/proc") || !isLinux)(
    "is the machine's, this boot's and this pid namespace's: W16",
    () => {
      const { machineId, bootId, pidNamespace } = hostIdentity();
      expect(machineId).not.toBe("");
      expect(bootId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(pidNamespace).toBe(
        `pid:[${statSync("/proc/self/ns/pid").ino}]@${identifyProcess(1)?.startTime}`,
      );
    },
  );
});
