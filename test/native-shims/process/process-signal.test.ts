import { afterEach, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { identifyProcess, probeProcess, SignalError, signalProcess } from "../../../native-shims/index.ts";
import { eventually } from "../../support/eventually.ts";
import { python } from "../../support/python.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";
import { endChildren, endLater, fixturePath, readLines, startChild, stateOf } from "../children.ts";

afterEach(endChildren);

const isLinux = process.platform === "linux";

describe("a signal", () => {
  test("reaches the process that is meant", async () => {
    const child = startChild(["sleep", "60"]);
    expect(signalProcess(endLater(child.pid), "SIGTERM")).toBe(true);
    await child.exited;
    if (process.platform === "win32") expect(child.exitCode).toBe(1);
    else expect(child.signalCode).toBe("SIGTERM");
  });

  test("to a process whose pid is a stranger's by now reaches nobody: W14", () => {
    const child = startChild(["sleep", "60"]);
    const stranger = endLater(child.pid);
    expect(signalProcess({ pid: child.pid, startTime: "1" }, "SIGKILL")).toBe(false);
    expect(probeProcess(stranger)).toBe("alive");
  });

  test("to a process that ended is not sent", async () => {
    const child = startChild(["sleep", "60"]);
    const ref = endLater(child.pid);
    child.kill("SIGKILL");
    await child.exited;
    expect(signalProcess(ref, "SIGKILL")).toBe(false);
  });

  test("to a process that cannot be told from a stranger is an error", () => {
    const { pid } = startChild(["sleep", "60"]);
    const ref = endLater(pid);
    expect(() => signalProcess({ pid, startTime: "" }, "SIGKILL")).toThrow(SignalError);
    expect(probeProcess(ref)).toBe("alive");
  });

  test.skipIf(lacksOnWindows("/proc") || !isLinux)("stops a process and lets it go on", async () => {
    const ref = endLater(startChild(["sleep", "60"]).pid);
    signalProcess(ref, "SIGSTOP");
    await eventually("it stands", () => stateOf(ref.pid) === "T");
    expect(probeProcess(ref)).toBe("alive");
    signalProcess(ref, "SIGCONT");
    await eventually("it goes on", () => stateOf(ref.pid) === "S");
  });

  test.skipIf(lacksOnWindows("/proc") || !isLinux)("leaves no descriptor open, sent or not", () => {
    const ref = endLater(startChild(["sleep", "60"]).pid);
    const before = readdirSync("/proc/self/fd").length;
    for (let i = 0; i < 20; i++) {
      expect(signalProcess(ref, "SIGCONT")).toBe(true);
      expect(signalProcess({ pid: ref.pid, startTime: "1" }, "SIGCONT")).toBe(false);
    }
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  });

  // Skipped for root, who may signal anyone.
  test.skipIf(lacksOnWindows("/proc") || !isLinux || process.getuid?.() === 0)(
    "that is not permitted is an error",
    () => {
      const init = identifyProcess(1);
      expect(() => init !== null && signalProcess(init, "SIGCONT")).toThrow("EPERM");
    },
  );

  // Skipped where there is no python3, which sets the filter up.
  for (const [start, answer] of [
    ["its own", "true"],
    ["another", "false"],
  ] as const) {
    test.skipIf(lacksOnWindows("/proc") || !isLinux || Bun.which("python3") === null)(
      `where there is no pidfd is checked and then sent, with ${start} start time`,
      async () => {
        const target = startChild(["sleep", "60"]);
        const { startTime } = endLater(target.pid);
        const sender = startChild([
          ...[python, fixturePath("refuse-calls.py"), "pidfd_open", process.execPath],
          ...[fixturePath("process-signaller.ts"), String(target.pid)],
          start === "another" ? "1" : startTime,
        ]);
        expect(await readLines(sender)).toEqual([answer]);
        if (answer === "true") await target.exited;
        expect(target.killed).toBe(answer === "true");
      },
    );
  }
});
