import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandLine, packageCommand } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";

homesInMemory();

async function begin(): Promise<CommandLine> {
  const kanbun = await CommandLine.init();
  return kanbun;
}

test("first contact: run writes what its worker writes, and ends with the worker's exit code", async () => {
  const kanbun = await begin();
  expect(await kanbun.run(["run", "pwd; echo 12 passed"])).toMatchObject({
    code: 0,
    stdout: `${resolve(kanbun.home, "..")}\n12 passed\n`,
    stderr: "",
  });
  const failed = await kanbun.run(["run", "echo oh >&2; exit 7", "--title", "Tests"]);
  expect(failed).toMatchObject({ code: 7, stdout: "oh\n" });
  expect(failed.stderr).toContain('"Tests" (t_');
  const [, id = ""] = /do: kanbun retry (t_\w+)/.exec(failed.stderr) ?? [];
  await kanbun.ok("retry", id);
  expect((await kanbun.task(id)).status).toBe("ready");
  expect(await kanbun.json(["run", "exit 3"])).toMatchObject({ code: 3, data: { exit_code: 3 } });
});

test("first contact: what fails without an exit code of its own is 1 for run, and no command is a usage error", async () => {
  const kanbun = await begin();
  expect((await kanbun.run(["run", "sleep 60", "--max-runtime", "1s"])).code).toBe(1);
  expect((await kanbun.run(["run", " "])).code).toBe(2);
});

test("first contact: where a dispatcher stays it starts what run makes, and run follows it to its end", async () => {
  const kanbun = await begin();
  const resident = kanbun.spawn(["dispatch", "--watch"]);
  await eventually("it stays", async () => (await kanbun.json(["status"])).data.residents.length === 1);
  const { code, stdout } = await kanbun.run(["run", 'echo "hello from a worker"; exit 5']);
  expect([code, stdout]).toEqual([5, "hello from a worker\n"]);
  resident.kill("SIGTERM");
  await resident.exited;
});

test("first contact: Ctrl-C of run leaves the worker at work, and says what to type, which works", async () => {
  const kanbun = await begin();
  const [begun, go] = ["begun", "go"].map((name) => join(kanbun.home, name));
  const child = new CommandLine(kanbun.home, packageCommand).spawn([
    "run",
    `touch '${begun}'; until [ -e '${go}' ]; do sleep 0.05; done; echo end`,
  ]);
  await eventually("it is at work", () => existsSync(begun ?? ""));
  child.kill("SIGINT");
  const stderr = await child.stderr.text();
  expect(await child.exited).toBe(130);
  expect(stderr).toMatch(/goes on \(pid \d+\)/);
  const commands = [...stderr.matchAll(/`kanbun ([^`]+)`/g)].map(([, words = ""]) => words.split(" "));
  expect(commands.map(([verb]) => verb)).toEqual(["log", "cancel", "dispatch"]);
  await Bun.write(go ?? "", "");
  await kanbun.ok(...(commands[2] ?? []));
  expect(await kanbun.ok(...(commands[0] ?? []))).toBe("end\n");
});

test("first contact: run says why its task is not started, and what to type", async () => {
  const kanbun = await begin();
  await kanbun.ok("pause");
  const child = new CommandLine(kanbun.home, packageCommand).spawn(["run", "echo at last"]);
  const reader = child.stderr.getReader();
  let said = "";
  while (!said.includes("do: kanbun resume")) said += new TextDecoder().decode((await reader.read()).value);
  expect(said).toContain("waits: ");
  await kanbun.ok("resume");
  expect(await child.stdout.text()).toBe("at last\n");
  expect(await child.exited).toBe(0);
});

test("first contact: wait ends with 0 when all are done, 1 when one failed, 124 when the time is over", async () => {
  const kanbun = await begin();
  const good = await kanbun.create("Build", "--run", "true");
  const bad = await kanbun.create("Tests", "--run", "exit 3", "--max-retries", "1");
  const after = await kanbun.create("Publish", "--run", "true", "--parent", bad);
  const late = await kanbun.create("Nightly", "--run", "true", "--at", "+2h");
  const waiting = kanbun.run(["wait", good]);
  await kanbun.ok("dispatch", "--until-idle", "--exit-zero");
  expect(await waiting).toMatchObject({ code: 0, stdout: `done     Build (${good})\n` });

  const failed = await kanbun.run(["wait", good, bad]);
  expect(failed).toMatchObject({ code: 1, stderr: `  do: kanbun retry ${bad}\n` });
  expect(failed.stdout).toContain(`gave up  Tests (${bad}): gave up after 1 failure: exit code 3\n`);
  // What waits for it will not be done either.
  expect((await kanbun.run(["wait", after])).code).toBe(1);
  expect((await kanbun.run(["wait", late, good, "--any"])).code).toBe(0);
  const over = await kanbun.run(["wait", late, good, "--timeout", "3s"]);
  expect([over.code, over.stderr]).toEqual([124, expect.stringContaining("no dispatcher is running")]);
  expect(over.stdout).toContain(`scheduled Nightly (${late}): not due yet`);
  expect((await kanbun.run(["wait", "t_00000000"])).code).toBe(3);
});
