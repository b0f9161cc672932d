import { expect, test } from "bun:test";
import { CommandLine, packageCommand } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

test("first contact: --until-idle ends with what is left, by title, and what it says to do works as typed", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.create("Build", "--run", "true");
  const tests = await kanbun.create("Tests", "--run", "exit 3", "--max-retries", "1");
  const failed = await kanbun.run(["dispatch", "--until-idle"]);
  expect(failed.code).toBe(1);
  expect(failed.stdout.split("\n").slice(-4)).toEqual([
    "left on default: 1",
    `  Tests (${tests}): gave up after 1 failure: exit code 3`,
    `    do: kanbun retry ${tests}`,
    "",
  ]);
  await kanbun.ok("pause");
  await kanbun.ok("retry", tests);
  await kanbun.create("Beside", "--run", "true");
  const paused = await kanbun.ok("dispatch", "--until-idle");
  expect(paused).toStartWith("paused after 1 tick: nothing to do\n");
  expect(paused.match(/ {4}do: kanbun resume\n/g)).toHaveLength(1);
  await kanbun.ok("pause", "--for", "1s");
  await kanbun.ok("cancel", tests);
  const waited = await kanbun.ok("dispatch", "--until-idle");
  expect(waited).toContain("\nidle after ");
  expect(waited).not.toContain("left on");
});

test("first contact: a dispatch names tasks by title, and ends with 1 where one failed, unless --exit-zero is given", async () => {
  const kanbun = await CommandLine.init('[dispatch]\nretry_delay = "10ms"\n');
  const flaky = await kanbun.create("Flaky", "--run", "test -e again || { touch again; exit 1; }");
  const started = await kanbun.ok("dispatch");
  expect(started).toContain(`  spawned      ${flaky} Flaky  (`);
  await eventually(
    "its run has ended",
    async () => (await kanbun.json(["explain", flaky])).data.reason === "worker_ended",
  );
  const seen = await kanbun.run(["dispatch", "--max", "0"]);
  expect([seen.code, seen.stdout]).toEqual([1, expect.stringContaining(`${flaky} Flaky  (`)]);
  // One that failed and was then done has not failed.
  await kanbun.create("Flaky too", "--run", "test -e third || { touch third; exit 1; }");
  const recovered = await kanbun.run(["dispatch", "--until-idle"]);
  expect([recovered.code, recovered.stdout]).toEqual([0, expect.stringContaining(" failed ")]);

  // What can't be found is not looked for again.
  const missing = await kanbun.create("Missing", "--run", "no-such-program", "--max-retries", "5");
  expect((await kanbun.run(["dispatch", "--until-idle"])).stdout).toContain(
    "exit code 127: a command was not found",
  );
  expect((await kanbun.task(missing)).status).toBe("blocked");
  await kanbun.ok("cancel", missing);
  await kanbun.create("Broken", "--run", "exit 1", "--max-retries", "1");
  const idle = await kanbun.json(["dispatch", "--until-idle", "--exit-zero"]);
  expect(idle).toMatchObject({ code: 0, data: { state: "idle", failed_task_ids: [expect.any(String)] } });
});

test.skipIf(lacksOnWindows("signals"))(
  "first contact: a dispatcher that is interrupted says which workers go on, and what to type",
  async () => {
    const kanbun = await CommandLine.init();
    const work = "until test -e end; do sleep 0.05; done";
    const ids: string[] = [];
    for (const [mode, code, count] of [
      ["--watch", 0, "1 worker goes"],
      ["--until-idle", 130, "2 workers go"],
    ] as const) {
      ids.push(await kanbun.create(`Long ${mode}`, "--run", work));
      const dispatcher = new CommandLine(kanbun.home, packageCommand).spawn(["dispatch", mode]);
      for await (const chunk of dispatcher.stdout)
        if (String(new TextDecoder().decode(chunk)).includes("spawned")) break;
      dispatcher.kill("SIGINT");
      const said = await dispatcher.stderr.text();
      expect([mode, await dispatcher.exited]).toEqual([mode, code]);
      expect(said).toStartWith(`stopped: ${count} on\n`);
      expect(said).toContain("`kanbun dispatch --drain`");
      if (mode === "--watch") expect(said).toContain(`: follow it with \`kanbun log -f ${ids[0]}\`\n`);
    }
    const drain = kanbun.spawn(["dispatch", "--drain"]);
    // Both work where they were created.
    await Bun.write(`${(await kanbun.task(ids[0] ?? "")).workspacePath}/end`, "");
    expect(await drain.exited).toBe(0);
    for (const id of ids) expect((await kanbun.task(id)).status).toBe("done");
  },
);
