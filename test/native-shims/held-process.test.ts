import { afterEach, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { holdProcess, identifyProcess, type ProcessRef } from "../../native-shims/index.ts";
import { eventually } from "../support/eventually.ts";
import { endChildren, endLater, startChild, startUnreapedChild, stateOf } from "./children.ts";

afterEach(endChildren);

const countDescriptors = () => readdirSync("/proc/self/fd").length;

describe.skipIf(process.platform !== "linux")("a process that is held", () => {
  test("has ended as soon as it is killed, though it is nobody's of ours and stays a zombie", async () => {
    const ref = await startUnreapedChild("sleep 60");
    using held = holdProcess(ref);
    for (let times = 0; times < 200; times++) expect(held?.hasEnded()).toBe(false);
    process.kill(ref.pid, "SIGKILL");
    await eventually("it is a zombie", () => stateOf(ref.pid) === "Z");
    expect(held?.hasEnded()).toBe(true);
  });

  test("has not ended while it is stopped", async () => {
    const ref = endLater(startChild(["sleep", "60"]).pid);
    using held = holdProcess(ref);
    process.kill(ref.pid, "SIGSTOP");
    await eventually("it stands", () => stateOf(ref.pid) === "T");
    expect(held?.hasEnded()).toBe(false);
  });

  test("has ended for good, also when its exit code was taken", async () => {
    const child = startChild(["sleep", "60"]);
    using held = holdProcess(endLater(child.pid));
    child.kill("SIGKILL");
    await child.exited;
    expect(identifyProcess(child.pid)).toBeNull();
    expect(held?.hasEnded()).toBe(true);
  });

  test("is the one that is meant, or none; and none leaves a descriptor open", async () => {
    const ref = endLater(startChild(["sleep", "60"]).pid);
    const before = countDescriptors();
    const others: ProcessRef[] = [
      { ...ref, startTime: "1" },
      { ...ref, startTime: "" },
      { pid: 4_194_305, startTime: ref.startTime },
      { pid: -1, startTime: ref.startTime },
    ];
    for (const other of others) expect(holdProcess(other)).toBeNull();
    expect(countDescriptors()).toBe(before);
    const held = holdProcess(ref);
    expect(countDescriptors()).toBe(before + 1);
    held?.close();
    expect(countDescriptors()).toBe(before);
  });
});
