import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { CommandLine } from "./command-line.ts";

test("a tick tells a command of what happened before it; a target that can't be reached is named, and holds up nothing", async () => {
  const out = join(makeTestHome(), "told");
  const kanbun = await CommandLine.init(`
    [notify.script]
    command = ["sh", "-c", "cat >> '${out}'; echo >> '${out}'"]
    on = ["needs-you", "done"]
    [notify.nowhere]
    webhook = "http://127.0.0.1:1/secret-path"
    on = ["done"]
    [notify.bad]
    command = ["true"]
    on = ["sometimes"]
  `);
  const tested = await kanbun.json(["notify", "test"]);
  expect(tested.code).toBe(1);
  expect(tested.data.tested).toMatchObject([
    { target: "script", error: null },
    { target: "nowhere", error: expect.stringContaining("could not be reached") },
    { target: "bad", error: expect.stringContaining("sometimes") },
  ]);
  await kanbun.run(["dispatch"]);
  const task = await kanbun.create("Build", "--run", "true");
  await kanbun.create("Stuck", "--blocked", "--reason", "no key");
  await kanbun.run(["dispatch", "--until-idle"]);
  const told = (await Bun.file(out).text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(told.map(({ kind, text }) => [kind, text])).toEqual([
    ["test", "Kanbun can reach you: this is a test"],
    ["needs-you", "Stuck blocked: no key"],
    ["done", "Build done"],
  ]);
  const { data } = await kanbun.json(["notify", "list"]);
  expect(data.targets).toMatchObject([
    { name: "script", by: "command", waiting: 0, failed: 0, error: null },
    { name: "nowhere", by: "webhook", waiting: 1, error: expect.stringContaining("could not be reached") },
    { name: "bad", is_of_board: false, problem: expect.stringContaining("notify.bad.on[0]") },
  ]);
  expect(data.deliveries).toHaveLength(3);
  const shown = await kanbun.ok("notify", "list");
  expect(shown).toContain("Build done");
  const doctor = await kanbun.json(["doctor"]);
  const check = doctor.data.checks.find((one: { check: string }) => one.check === "notices");
  expect(check).toMatchObject({ status: "warning", detail: expect.stringContaining("not reached: nowhere") });
  expect(await kanbun.ok("notify", "retry", "nowhere")).toContain("1 delivery is due now");
  expect((await kanbun.json(["notify", "test", "phone"])).error).toMatchObject({ kind: "not_found" });
  const everything = `${JSON.stringify([tested, data, doctor.data])}${shown}${await kanbun.ok("events", task)}`;
  expect(everything).not.toContain("secret-path");
});

test.skipIf(process.platform === "win32")(
  "a desktop is told by the platform's own program, with text and title as they are",
  async () => {
    const program = process.platform === "darwin" ? "osascript" : "notify-send";
    const kanbun = await CommandLine.init('[notify.desk]\ndesktop = true\non = ["needs-you", "done"]\n');
    const bin = join(kanbun.home, "bin");
    const out = join(kanbun.home, "shown");
    mkdirSync(bin);
    writeFileSync(join(bin, program), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${out}'\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const dispatch = () => kanbun.run(["dispatch", "--until-idle"], { env });
    await dispatch();
    await kanbun.create("--blocked", "--reason", "no `key`", "--", "--help; $(touch owned)");
    await kanbun.create("Build", "--run", "true");
    await dispatch();
    const shown = (await Bun.file(out).text()).split("\n");
    expect(shown).toContain("needs you (default)");
    expect(shown).toContain("--help; $(touch owned) blocked: no `key`");
    expect(shown).toContain("Build done");
    // Where there is no desktop, that is said, and the tasks go on.
    await kanbun.create("Later", "--run", "true");
    writeFileSync(join(bin, program), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    expect((await dispatch()).code).toBe(0);
    const { data } = await kanbun.json(["notify", "list"]);
    expect(data.targets[0].error).toBe(`${program} ended with exit code 1`);
  },
);

test("a chat that follows a task is told by the command that serves subscriptions", async () => {
  const out = join(makeTestHome(), "told");
  const kanbun = await CommandLine.init(`
    [notify.chats]
    command = ["sh", "-c", "cat > '${out}'"]
    subscriptions = true
  `);
  const task = await kanbun.create("Build", "--run", "true");
  const to = ["--platform", "telegram", "--chat-id", "-42"];
  await kanbun.ok("notify-subscribe", task, ...to, "--user-id", "7");
  expect(await kanbun.ok("notify-list", task)).toContain("telegram");
  await kanbun.ok("dispatch", "--until-idle");
  expect(JSON.parse(await Bun.file(out).text())).toMatchObject({
    ...{ kind: "done", task_id: task },
    subscription: { platform: "telegram", chat_id: "-42", user_id: "7" },
  });
  await kanbun.ok("notify-unsubscribe", task, ...to);
  expect((await kanbun.json(["notify-list"])).data.subscriptions).toEqual([]);
  expect((await kanbun.json(["notify-unsubscribe", task, ...to])).error).toMatchObject({ kind: "not_found" });
});
