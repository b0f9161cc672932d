import { expect, test } from "bun:test";
import { force } from "../store/board-under-test.ts";
import { CommandLine } from "./command-line.ts";

/** Makes tasks on the board itself: [done, its child, cancelled]. */
async function makeChain(kanbun: CommandLine): Promise<[string, string, string]> {
  await using store = await kanbun.open("write");
  const make = async (title: string, parents: string[] = []) =>
    (await store.createTask({ title, assignee: "shell", body: "true", parents }, force)).task.id;
  const top = await make("top");
  const below = await make("below", [top]);
  const cancelled = await make("cancelled");
  await store.completeTask(top, {}, force);
  await store.completeTask(below, {}, force);
  await store.cancelTask(cancelled, null, force);
  return [top, below, cancelled];
}

test("retry does a task again with all that hangs below it, and names what that is", async () => {
  const kanbun = await CommandLine.init();
  const [top, below] = await makeChain(kanbun);
  const { data } = await kanbun.json(["retry", top, "--from-here"]);
  expect(data).toMatchObject({ task: { id: top, status: "ready" }, below: [below], stopped: [] });
  expect((await kanbun.task(below)).status).toBe("todo");
  const { stdout } = await kanbun.run(["dispatch", "--until-idle"]);
  expect(stdout).toContain("2 completed");
});

test("a verb for several tasks tells what failed one by one, does the rest, and ends with 1", async () => {
  const kanbun = await CommandLine.init();
  const [top, below, cancelled] = await makeChain(kanbun);
  const ran = await kanbun.run(["restore", top, cancelled, "t_ffffffff"]);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toBe(`restored ${cancelled} "cancelled" (ready)\n`);
  expect(ran.stderr).toContain(`cannot restore ${top}: it is done`);
  expect(ran.stderr).toContain("there is no task t_ffffffff on default");
  expect(ran.stderr).toContain("done for 1 of 3 tasks");

  const { code, data } = await kanbun.json(["archive", below, cancelled, below.slice(2), below]);
  expect([code, data.moved, data.failed]).toEqual([0, 2, 0]);
  expect(data.results.map((one: { task_id: string; ok: boolean }) => [one.task_id, one.ok])).toEqual([
    [below, true],
    [cancelled, true],
  ]);
});

test("a verb takes all tasks of a status or a profile, never ids and a filter at once", async () => {
  const kanbun = await CommandLine.init();
  const [top, below, cancelled] = await makeChain(kanbun);
  const both = await kanbun.json(["archive", top, "--status", "done"]);
  expect([both.code, both.error?.message]).toEqual([
    2,
    "task ids cannot be used with --status or --assignee",
  ]);
  const { data } = await kanbun.json(["archive", "--assignee", "shell"]);
  expect(data.results.map((one: { task_id: string }) => one.task_id).sort()).toEqual([top, below].sort());
  const restored = await kanbun.json(["restore", "--status", "archived"]);
  expect(restored.data.moved).toBe(3);
  const assigned = await kanbun.json(["assign", "--status", "ready", "none"]);
  expect(assigned.data.results.map((one: { task_id: string }) => one.task_id)).toEqual([cancelled]);
  const none = await kanbun.run(["retry", "--failed"]);
  expect([none.code, none.stdout, none.stderr]).toEqual([0, "", "no task fits\n"]);
  const near = await kanbun.json(["cancel", "--status", "redy"]);
  expect(near.error?.hint).toBe("did you mean `ready`?");
});

test("delete asks first, and removes the task with its logs, attachments and folders", async () => {
  const kanbun = await CommandLine.init();
  const task = await kanbun.create(
    "secret",
    "--run",
    "echo secret > note; kanbun complete --artifact note",
    "--scratch",
  );
  await kanbun.ok("dispatch", "--until-idle");
  const asked = await kanbun.json(["delete", task]);
  expect([asked.code, asked.error?.hint]).toEqual([2, "repeat the command with --yes"]);
  expect((await kanbun.task(task)).status).toBe("done");
  expect(await kanbun.ok("delete", task, "--yes")).toBe(`deleted ${task} "secret" (done)\n`);
  expect((await kanbun.json(["show", task])).error?.kind).toBe("not_found");
  const files = await Array.fromAsync(new Bun.Glob("**/*").scan({ cwd: kanbun.home, dot: true }));
  expect(files.filter((name) => /runs\/|attachments\/|workspaces\/t_|output\.log/.test(name))).toEqual([]);
});
