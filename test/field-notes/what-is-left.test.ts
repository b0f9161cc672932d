import { expect, test } from "bun:test";
import { CommandLine } from "../cli/command-line.ts";
import { endProcessesAfterEach, endWithTest } from "./scene.ts";

endProcessesAfterEach();

test("first contact: --until-idle ends with what is left, by title, and what it says to do works as typed", async () => {
  const kanbun = await CommandLine.init();
  endWithTest(kanbun.home);
  await kanbun.create("Build", "--run", "true");
  const tests = await kanbun.create("Tests", "--run", "exit 3", "--max-retries", "1");
  const last = (await kanbun.ok("dispatch", "--until-idle")).split("\n").slice(-4);
  expect(last).toEqual([
    "left on default: 1",
    `  Tests (${tests}): it failed too often: exit code 3`,
    `    do: kanbun unblock ${tests}`,
    "",
  ]);
  await kanbun.ok("pause");
  await kanbun.ok("unblock", tests);
  const paused = await kanbun.ok("dispatch", "--until-idle");
  expect(paused).toContain("paused");
  expect(paused).toContain("    do: kanbun resume\n");
  await kanbun.ok("resume");
  await kanbun.ok("cancel", tests);
  expect(await kanbun.ok("dispatch", "--until-idle")).not.toContain("left on");
});
