import { expect, test } from "bun:test";
import { CommandLine } from "../cli/command-line.ts";

test("a short command ends before Bun has compiled its code", async () => {
  const kanbun = await CommandLine.init();
  const env = { BUN_JSC_useBaselineJIT: "1", BUN_JSC_reportBaselineCompileTimes: "1" };
  const { code, stdout, stderr } = await kanbun.runAlone(["create", "one of many"], { env });
  expect(code).toBe(0);
  const compiled = `${stdout}${stderr}`.split("\n").filter((line) => line.startsWith("Optimized ")).length;
  // Without the policy there are more than fifty; with it one, so it is known that they are told of.
  expect(compiled).toBeGreaterThan(0);
  expect(compiled).toBeLessThan(20);
});
