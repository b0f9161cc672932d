import { afterEach, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { KnownRuns } from "../../src/worker/known-runs.ts";
import { endChildren, endLater, startChild, startUnreapedChild } from "../native-shims/children.ts";
import { eventually } from "../support/eventually.ts";

afterEach(endChildren);

const countDescriptors = () => readdirSync("/proc/self/fd").length;

test("a session of another run is led by a child of ours whose exit code was not taken yet", () => {
  const known = new KnownRuns();
  for (const [index, token] of ["a", "b", "c"].entries()) known.holdChild(token, 100 + index, null);
  known.endChild("b");
  expect(known.sessionsBesides(new Set(["a"]))).toEqual(new Set([102]));
  expect(known.sessionsBesides(new Set(["a", "c"]))).toEqual(new Set());
});

describe.skipIf(process.platform !== "linux")("the shim of another dispatcher's run", () => {
  test("is seen to end without a look at the process table", async () => {
    const known = new KnownRuns();
    const shim = await startUnreapedChild("sleep 60");
    expect(known.sightHeld("a")).toBeNull();
    known.holdStranger("a", shim);
    expect(known.sightHeld("a")).toEqual({ pid: shim.pid, isRunning: true });
    process.kill(shim.pid, "SIGKILL");
    await eventually("it has ended", () => known.sightHeld("a")?.isRunning === false);
    known.close();
  });

  test("takes no descriptor when its run is over, nor when nothing is known any more, nor beyond a hundred", () => {
    const known = new KnownRuns();
    const shim = endLater(startChild(["sleep", "60"]).pid);
    const before = countDescriptors();
    for (let index = 0; index < 150; index++) known.holdStranger(`token ${index}`, shim);
    known.holdStranger("token 0", shim);
    expect(countDescriptors()).toBe(before + 100);
    known.keepOnly([]);
    expect(countDescriptors()).toBe(before);
    known.holdStranger("a", shim);
    known.close();
    expect(countDescriptors()).toBe(before);
    expect(known.sightHeld("a")).toBeNull();
  });
});
