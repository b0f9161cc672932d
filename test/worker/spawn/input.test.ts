import { expect, test } from "bun:test";
import { join } from "node:path";
import { makeTestBoard, person, type TestBoard } from "../../support/board.ts";
import { createShellTask, runAll } from "../../support/run-all.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

const profiles = `
[dispatch]
max_in_progress = 8
[profiles.echo]
command = ["printf", "%s|%s|%s", "{title}", "a {body} b", "{task}"]
allow_dash_values = true
[profiles.stdin]
command = ["cat"]
stdin = "body"
[profiles.agent]
command = ["cat", "{context_file}"]
[profiles.prompted]
command = ["sh", "-c", "cat; kanbun complete"]
stdin = "prompt"
completes = "by-verdict"
`;

const hostile = `it's "quoted" \`id\` $(touch pwned) \${HOME} \\n {task} {nope}\n\tsecond line 🌙 résumé 翻訳 *`;

async function logOf(board: TestBoard, task: string): Promise<string> {
  const run = (await board.store.listRuns(task)).at(-1);
  return Bun.file(join(board.context.paths.runs, String(run?.id), "output.log")).text();
}

test("a title and a body reach the program as they are, each within its one argument", async () => {
  const board = await makeTestBoard({ config: profiles });
  const title = "-rf $(reboot) 'x'";
  const { task } = await board.store.createTask({ title, body: hostile, assignee: "echo" }, person);
  await runAll(board);
  expect(await logOf(board, task.id)).toBe(`${title}|a ${hostile} b|${task.id}`);
});

test("a body of 1 MB reaches the program through its standard input, byte for byte", async () => {
  const board = await makeTestBoard({ config: profiles });
  const body = hostile.repeat(Math.ceil(1_000_000 / hostile.length));
  const { task } = await board.store.createTask({ title: "big", body, assignee: "stdin" }, person);
  await runAll(board);
  expect(await logOf(board, task.id)).toBe(body);
});

test("a shell script of 1 MB runs", async () => {
  const board = await makeTestBoard({ config: profiles });
  const task = await createShellTask(board, `: '${"x".repeat(1_000_000)}'\necho the end`);
  await runAll(board);
  expect(await logOf(board, task)).toBe("the end\n");
});

test("a body too long for an argument fails to spawn, and says what to use instead", async () => {
  const board = await makeTestBoard({ config: profiles });
  const body = "x".repeat(1_000_000);
  const { task } = await board.store.createTask(
    { title: "t", body, assignee: "echo", maxRetries: 1 },
    person,
  );
  await runAll(board);
  const [run] = await board.store.listRuns(task.id);
  expect(run?.outcome).toBe("spawn_failed");
  expect(run?.error).toContain('use stdin = "body"');
  expect((await board.store.requireTask(task.id)).body).toBe(body);
});

test("a worker reads in its context what was tried, handed on and said before", async () => {
  const board = await makeTestBoard({ config: profiles });
  const parent = (await board.store.createTask({ title: "the parent" }, person)).task;
  await board.store.completeTask(parent.id, { summary: "use port 8080", metadata: { port: 8080 } }, person);
  const { task } = await board.store.createTask(
    { title: "the child", body: "the body", assignee: "agent", parents: [parent.id] },
    person,
  );
  await board.store.addComment(task.id, "mind the gap", person);
  await runAll(board);
  const context = await logOf(board, task.id);
  for (const part of ["# the child", "the body", "use port 8080", '{"port":8080}', "mind the gap"])
    expect(context).toContain(part);
});

test("an agent that owes a verdict is told how to give it", async () => {
  const board = await makeTestBoard({ config: profiles });
  const { task } = await board.store.createTask({ title: "think", assignee: "prompted" }, person);
  await runAll(board);
  expect(await logOf(board, task.id)).toContain("kanbun complete --summary");
  expect((await board.store.requireTask(task.id)).status).toBe("done");
});

test("a worker's standard input is closed", async () => {
  const board = await makeTestBoard({ config: profiles });
  const task = await createShellTask(board, "read line || echo nothing to read");
  await runAll(board);
  expect(await logOf(board, task)).toBe("nothing to read\n");
});

test.skipIf(lacksOnWindows("signals"))(
  "a program that is killed by a signal is told by its name",
  async () => {
    const board = await makeTestBoard({ config: profiles });
    const task = await createShellTask(board, "kill -SEGV $$", { maxRetries: 1 });
    await runAll(board);
    expect((await board.store.requireTask(task)).lastFailureError).toStartWith(
      "ended by SIGSEGV (exit code 139)",
    );
  },
);
