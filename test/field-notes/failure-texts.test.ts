import { expect, test } from "bun:test";
import { CommandLine } from "../cli/command-line.ts";
import { endProcessesAfterEach, endWithTest } from "./scene.ts";

endProcessesAfterEach();

async function openBoard(config = '[dispatch]\nretry_delay = "1ms"\n'): Promise<CommandLine> {
  const kanbun = await CommandLine.init(config);
  endWithTest(kanbun.home);
  return kanbun;
}

test("X58: what a failed run left in its log is shown line by line", async () => {
  const kanbun = await openBoard();
  const body = "echo one >&2; echo two >&2; exit 3";
  const id = await kanbun.create("build it", "--assignee", "shell", "--max-retries", "1", "--body", body);
  await kanbun.ok("dispatch", "--until-idle");
  const explained = await kanbun.ok("explain", id);
  expect(explained).toContain("it failed too often: exit code 3\n    one\n    two\n  do: ");
  const shown = await kanbun.ok("show", id);
  expect(shown).toMatch(/^last error +exit code 3\n +one\n +two$/m);
  const history = await kanbun.ok("events", id);
  expect(history).toContain("error=exit code 3 / one / two");
  for (const text of [explained, shown, history]) expect(text).not.toContain("\\n");
});

test("X58: a question or a reason of several lines is shown as it was written", async () => {
  const kanbun = await openBoard();
  const id = await kanbun.create("choose");
  await kanbun.ok("block", id, "which one?\n- red\n- green");
  expect(await kanbun.ok("explain", id)).toContain("blocked: which one?\n    - red\n    - green\n");
  expect(await kanbun.ok("show", id)).toMatch(/^why +blocked: which one\?\n +- red\n +- green$/m);
});

test("X58: the report of a tick names each task by its title, whatever it did or did not do with it", async () => {
  const kanbun = await openBoard(
    '[profiles.missing]\ncommand = ["no-such-program-anywhere"]\n[profiles.off]\ncommand = ["true"]\nmax_in_progress = 0\n',
  );
  const started = await kanbun.create("start me", "--assignee", "shell", "--body", "exit 0");
  const failing = await kanbun.create("miss me", "--assignee", "missing");
  const held = await kanbun.create("hold me", "--assignee", "off");
  const report = await kanbun.ok("dispatch");
  expect(report).toMatch(new RegExp(`spawned +${started} start me `));
  expect(report).toMatch(new RegExp(`spawn failed +${failing} miss me `));
  expect(report).toMatch(new RegExp(`gave up +${failing} miss me `));
  expect(report).toMatch(new RegExp(`held +${held} hold me  profile_slots: `));
});
