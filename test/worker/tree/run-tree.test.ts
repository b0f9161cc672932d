import { expect, test } from "bun:test";
import type { probeRoot } from "../../../native-shims/index.ts";
import { sightBelow } from "../../../src/worker/tree/run-tree.ts";

const tree = { token: "token", shim: { pid: 4, startTime: "1" }, isRoot: true };

/** What is seen below the shim when the kernel answers so, one look after the other. */
function sight(probes: readonly ReturnType<typeof probeRoot>[], members: readonly [] | null = []) {
  const answers = probes.values();
  return sightBelow(tree, {
    probeRoot: () => answers.next().value ?? "unknown",
    listMembers: () => members,
  });
}

test("a shim that is killed between two looks at it is not one below which no one is left", () => {
  expect(sight(["stopped", "stopped"])).toBe("dead");
  expect(sight(["stopped", "dead"])).toBe("ending");
  expect(sight(["stopped", "stopped"], null)).toBe("unknown");
  expect(sight(["alive"])).toBe("ending");
});
