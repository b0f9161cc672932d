import { expect, test } from "bun:test";
import { CommandLine } from "./command-line.ts";

test("a swarm is a root that is done, workers side by side, a verifier and a synthesizer, or nothing", async () => {
  const kanbun = await CommandLine.init();
  const roles = ["--verifier", "critic", "--synthesizer", "writer"];
  const { data } = await kanbun.json([
    ...["swarm", "Plan", "--workers", "sre,architect", "--worker", "coder:the parser", "--tenant", "acme"],
    ...roles,
  ]);
  expect(data.workers).toHaveLength(3);
  await using store = await kanbun.open();
  const tasks = await store.listTasks({ sort: "created", tenant: "acme" });
  expect(tasks.map(({ title, assignee, status }) => [title, assignee, status])).toEqual([
    ["Swarm: Plan", null, "done"],
    ["sre: Plan", "sre", "ready"],
    ["architect: Plan", "architect", "ready"],
    ["the parser", "coder", "ready"],
    ["Verify: Plan", "critic", "todo"],
    ["Synthesize: Plan", "writer", "todo"],
  ]);
  const waitsFor = async (id: string) => (await store.requireDossier(id)).parents.map((parent) => parent.id);
  expect(await waitsFor(data.workers[2])).toEqual([data.root]);
  expect(await waitsFor(data.verifier)).toEqual([data.root, ...data.workers]);
  expect(await waitsFor(data.synthesizer)).toEqual([data.root, ...data.workers, data.verifier]);
  expect(await store.requireTask(data.root)).toMatchObject({ completedAtMs: expect.any(Number) });

  expect((await kanbun.json(["swarm", "x", "--workers", "shell", ...roles])).error?.message).toContain(
    "shell",
  );
  expect((await kanbun.json(["swarm", "x", ...roles])).code).toBe(2);
  expect((await kanbun.json(["swarm", "x".repeat(2_000), "--workers", "a", ...roles])).code).toBe(2);
  expect((await store.getCounts()).tasks).toBe(6);
});
