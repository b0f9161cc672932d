import { afterEach, describe, expect, test } from "bun:test";
import { hasChildEnded } from "../../native-shims/index.ts";
import { endChildren, startChild } from "./children.ts";

afterEach(endChildren);

describe.skipIf(process.platform !== "linux")("a child", () => {
  test("has ended as soon as it is killed, before anybody has taken its exit code, however often that is asked", () => {
    for (let round = 0; round < 40; round++) {
      const { pid } = startChild(["sleep", "60"]);
      for (let times = 0; times < 200; times++) expect(hasChildEnded(pid)).toBe(false);
      process.kill(pid, "SIGKILL");
      const deadlineMs = performance.now() + 2_000;
      while (hasChildEnded(pid) === false && performance.now() < deadlineMs);
      expect(hasChildEnded(pid)).toBe(true);
    }
  });

  test("that is none counts as ended", () => {
    expect(hasChildEnded(process.pid)).toBe(true);
  });
});
