import { expect, test } from "bun:test";
import type { TaskStatus } from "../../src/board/task.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { CommandLine, forAll } from "./command-line.ts";

homesInMemory();

test("each move says what it did, and is refused with 4 where the status does not allow it", async () => {
  const kanbun = await CommandLine.init();
  const parent = await kanbun.create("parent");
  const id = await kanbun.create("task", "--parent", parent);
  const steps: [string[], number, TaskStatus][] = [
    [["claim", id], 4, "todo"],
    [["promote", id], 4, "todo"],
    [["promote", id, "--force"], 0, "ready"],
    [["unblock", id], 4, "ready"],
    [["block", id, "why not"], 0, "blocked"],
    [["block", id, "again"], 4, "blocked"],
    [["unblock", id], 0, "todo"],
    [["schedule", id, "--at", "+1h", "--reason", "later"], 0, "scheduled"],
    [["promote", id], 0, "todo"],
    [["unlink", parent, id], 0, "ready"],
    [["unlink", parent, id], 3, "ready"],
    [["link", parent, id], 0, "todo"],
    [["link", id, parent], 4, "todo"],
    [["complete", parent, "--summary", "s", "--result", "r"], 0, "ready"],
    [["complete", parent], 4, "ready"],
    [["assign", id, "bob"], 0, "ready"],
    [["claim", id, "--lease", "2h"], 0, "running"],
    [["claim", id], 4, "running"],
    [["heartbeat", id, "--note", "half way"], 0, "running"],
    [["reclaim", id, "--reason", "too slow"], 0, "ready"],
    [["reclaim", id], 4, "ready"],
    [["heartbeat", id], 4, "ready"],
    [["rate-limited", id], 4, "ready"],
    [["edit", id, "--title", "other"], 0, "ready"],
    [["edit", id], 2, "ready"],
    [["cancel", id, "--reason", "enough"], 0, "archived"],
    [["cancel", id], 4, "archived"],
    [["edit", id, "--title", "x"], 4, "archived"],
    [["archive", parent], 0, "archived"],
    [["archive", parent], 4, "archived"],
  ];
  for (const [args, expectedCode, expectedStatus] of steps) {
    const { code, error } = await kanbun.json(args);
    const { status } = await kanbun.task(id);
    expect([args, code, status]).toEqual([args, expectedCode, expectedStatus]);
    expect([args, error === null]).toEqual([args, expectedCode === 0]);
  }
  const history = await kanbun.ok("events", id);
  for (const word of ["half way", "too slow", "enough"]) expect(history).toContain(word);
});

test("a heartbeat without a claim names a claim only where one is possible", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("task");
  const hint = async () => (await kanbun.json(["heartbeat", id])).error?.hint;
  expect(await hint()).toContain(`kanbun claim ${id}`);
  await kanbun.ok("complete", id);
  expect(await hint()).toContain(`kanbun explain ${id}`);
});

test("edit clears a field with an empty text, and with its --no-", async () => {
  const kanbun = await CommandLine.init();
  const fields = ["--body", "b", "--tenant", "t", "--branch", "br", "--skill", "s", "--model", "m"];
  const more = ["--provider", "p", "--max-runtime", "5m", "--max-retries", "2", "--priority", "3"];
  const cleared = {
    body: null,
    tenant: null,
    branch_name: null,
    skills: [],
    model_override: null,
    provider_override: null,
    max_runtime_ms: null,
    max_retries: null,
    priority: 0,
    workspace_kind: "scratch",
    workspace_path: null,
  };
  const names = [...fields, ...more, "--workspace"].filter((word) => word.startsWith("--"));
  for (const clear of [names.flatMap((name) => [name, ""]), names.map((name) => `--no-${name.slice(2)}`)]) {
    const id = await kanbun.create("x", ...fields, ...more, "--workspace", "dir:/srv");
    expect((await kanbun.json(["edit", id, ...clear])).data?.task).toMatchObject(cleared);
  }
});

test("a person's claim is finished by anybody, and its proof works like a worker's", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  const { data } = await kanbun.json(["claim", id]);
  expect(data).toMatchObject({ run_id: 1, token: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect((await kanbun.json(["complete", id])).data.task.status).toBe("done");
});

test("metadata that is no JSON object is refused, and nothing is written", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  await forAll(["[1]", "3", "null", '"text"', "{", ""], async (metadata) => {
    const { code, error } = await kanbun.json(["complete", id, "--metadata", metadata]);
    expect([metadata, code, error?.kind]).toEqual([metadata, 2, "usage"]);
  });
  expect((await kanbun.task(id)).status).toBe("ready");
  expect((await kanbun.json(["complete", id, "--metadata", '{"a":[1,{"bC":null}]}'])).code).toBe(0);
  expect((await kanbun.json(["runs", id])).data.runs[0].metadata).toEqual({ a: [1, { bC: null }] });
});

test("a dependency block without an open parent is refused, with one it waits by itself", async () => {
  const kanbun = await CommandLine.init();
  const parent = await kanbun.create("parent");
  const id = await kanbun.create("x");
  expect((await kanbun.json(["block", id, "why", "--kind", "dependency"])).error?.kind).toBe("usage");
  await kanbun.ok("link", parent, id);
  expect((await kanbun.json(["block", id, "why", "--kind", "dependency"])).data.task.status).toBe("todo");
  expect((await kanbun.json(["block", id, "why", "--kind", "boredom"])).code).toBe(2);
  expect((await kanbun.json(["block", id])).error?.message).toBe("the reason is missing");
});

test("every event names its actor: --as, KANBUN_ACTOR, the login name", async () => {
  const kanbun = await CommandLine.init();
  const actor = async (args: string[], env: Record<string, string>) => {
    const { data } = await kanbun.json(["create", "x", ...args], { env });
    return (await kanbun.json(["events", data.task.id])).data.events[0].payload.actor;
  };
  expect(await actor(["--as", "ann"], { KANBUN_ACTOR: "bob", USER: "eve" })).toBe("ann");
  expect(await actor([], { KANBUN_ACTOR: "bob", USER: "eve" })).toBe("bob");
  expect(await actor([], { USER: "eve" })).toBe("eve");
  expect(await actor([], {})).toMatch(/./);
});
