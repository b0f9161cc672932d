import { expect, test } from "bun:test";
import type { Task } from "../../src/board/task.ts";
import { CommandLine } from "./command-line.ts";

test("every verb that changes takes several tasks, and those that change what waits take --status and --assignee", async () => {
  const kanbun = await CommandLine.init();
  const ids = await Promise.all(["one", "two", "three"].map((title) => kanbun.make(title)));
  const [one = "", two = "", three = ""] = ids;
  const all = async () => Promise.all(ids.map((id) => kanbun.task(id)));
  const each = async (read: (task: Task) => unknown) => (await all()).map(read);

  const commented = await kanbun.json(["comment", one, "t_00000000", two, "a remark"]);
  expect([commented.code, commented.data.moved, commented.data.failed]).toEqual([1, 2, 1]);
  expect(commented.data.results[0]).toMatchObject({ task_id: one, ok: true, comment: { body: "a remark" } });
  expect((await kanbun.json(["comment", "--status", "ready", "to all"])).data.moved).toBe(3);

  expect(await kanbun.ok("link", one, two, three)).toBe(
    `${two} waits for ${one} (todo)\n${three} waits for ${one} (todo)\n`,
  );
  expect((await kanbun.json(["unlink", one, two, three])).data.moved).toBe(2);
  expect(await each(({ status }) => status)).toEqual(["ready", "ready", "ready"]);

  expect((await kanbun.json(["assign", "--status", "ready", "claude"])).data.moved).toBe(3);
  expect((await kanbun.json(["set-model", "--assignee", "claude", "opus"])).data.moved).toBe(3);
  expect((await kanbun.json(["edit", "--assignee", "claude", "--priority", "4"])).data.moved).toBe(3);
  expect(await each((task) => [task.modelOverride, task.priority])).toEqual(Array(3).fill(["opus", 4]));

  expect((await kanbun.json(["claim", one, two])).data.moved).toBe(2);
  const beats = await kanbun.json(["heartbeat", one, two, three]);
  expect(beats.data.results.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, true, false]);
  expect((await kanbun.json(["heartbeat", "--status", "running"])).data.moved).toBe(2);

  expect((await kanbun.json(["request-review", one, two, "--force"])).data.moved).toBe(2);
  const sent = await kanbun.json(["request-changes", "--status", "review", "again", "--as", "critic"]);
  expect(sent.data.moved).toBe(2);
  expect((await kanbun.json(["claim", one, two])).data.moved).toBe(2);
  expect((await kanbun.json(["ask", one, two, "which?"])).data.moved).toBe(2);
  expect((await kanbun.json(["answer", one, two, "this"])).data.moved).toBe(2);
  expect(await each(({ status }) => status)).toEqual(["ready", "ready", "ready"]);
});

test("a text that may be the id of a task is not taken for one that was forgotten", async () => {
  const kanbun = await CommandLine.init();
  const [one, two] = [await kanbun.make("one"), await kanbun.make("two")];
  for (const args of [
    ["comment", one, two],
    ["answer", one],
    ["set-model", one],
  ])
    expect([args, (await kanbun.json(args)).error?.kind]).toEqual([args, "usage"]);
});

test("what a finished task said is set right: summary and metadata of its run, also where none was kept", async () => {
  const kanbun = await CommandLine.init();
  const [said, silent, open] = await Promise.all(
    ["said", "silent", "open"].map((title) => kanbun.make(title)),
  );
  await kanbun.ok("complete", said ?? "", "--summary", "forty-one", "--metadata", '{"files": 1}');
  await kanbun.ok("complete", silent ?? "");
  const change = ["--summary", "forty-two", "--metadata", '{"files": 2}', "--result", "42"];
  const { data } = await kanbun.json(["edit", said ?? "", silent ?? "", open ?? "", ...change]);
  expect(data.results.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, true, false]);
  await using store = await kanbun.open();
  for (const id of [said, silent]) {
    const dossier = await store.requireDossier(id ?? "");
    expect(dossier.task.result).toBe("42");
    expect(dossier.runs).toMatchObject([
      { outcome: "completed", summary: "forty-two", metadata: { files: 2 } },
    ]);
  }
  expect((await store.requireTask(open ?? "")).result).toBeNull();
  expect((await kanbun.json(["search", "forty-two"])).data.hits).toHaveLength(2);
});
