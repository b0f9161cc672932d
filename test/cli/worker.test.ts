import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { thisHost } from "../../src/dispatcher/host.ts";
import { CommandLine, forAll } from "./command-line.ts";

/** Claims a task and gives what the environment of its worker says. */
async function claim(kanbun: CommandLine, task: string): Promise<Record<string, string>> {
  await using store = await kanbun.open("write");
  const host = thisHost();
  const { runId, token } = await store.claimTask(task, { host, leaseMs: 60_000 }, { actor: "tester" });
  return {
    KANBUN_BOARD: "default",
    KANBUN_TASK: task,
    KANBUN_RUN: String(runId),
    KANBUN_TOKEN: token,
    KANBUN_PROFILE: "claude",
  };
}

test("inside a worker its own task needs no id, and its profile is the actor", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  const env = await claim(kanbun, id);
  for (const args of [["heartbeat"], ["comment", "t is for text"], ["context"], ["explain"]])
    expect([args, (await kanbun.run(args, { env })).code]).toEqual([args, 0]);
  expect((await kanbun.json(["block", t(id)], { env })).error?.message).toBe("the reason is missing");
  expect((await kanbun.json(["complete", "--summary", "done"], { env })).data.task).toMatchObject({
    id,
    status: "done",
  });
  const { events } = (await kanbun.json(["events", id])).data;
  const actors = new Map(
    events.map((event: { kind: string; payload: { actor: string } }) => [event.kind, event.payload.actor]),
  );
  for (const kind of ["heartbeat", "commented", "completed"]) expect(actors.get(kind)).toBe("worker:claude");
});

test("a superseded worker can change nothing of its task, and is told so with 4 (W8)", async () => {
  const kanbun = await CommandLine.init();
  const parent = await kanbun.create("parent");
  const id = await kanbun.create("x");
  const env = await claim(kanbun, id);
  await kanbun.ok("reclaim", id, "--as", "tester");
  await claim(kanbun, id);
  const before = await kanbun.json(["show", id]);
  const writes = [
    ["heartbeat"],
    ["comment", "hello"],
    ["complete", "--force"],
    ["block", "why"],
    ["rate-limited"],
    ["schedule", id],
    ["edit", id, "--title", "y"],
    ["assign", id, "bob"],
    ["reclaim", id, "--force"],
    ["cancel", id],
    ["archive", id, "--force"],
    ["promote", id, "--force"],
    ["unblock", id],
    ["link", parent, id],
    ["unlink", parent, id],
  ];
  await forAll(writes, async (write) => {
    const { code, error } = await kanbun.json(write, { env });
    expect([write, code, error?.kind]).toEqual([write, 4, "superseded"]);
  });
  expect(await kanbun.json(["show", id])).toEqual(before);
});

test("a worker's proof is for its own task on its own board, nowhere else (W47)", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  const other = await kanbun.create("other");
  const env = await claim(kanbun, id);
  expect((await kanbun.run(["complete", other], { env })).code).toBe(0);
  await kanbun.ok("boards", "create", "shop");
  {
    using db = new Database(join(kanbun.home, "kanban/boards/shop/kanban.db"));
    db.run("INSERT INTO tasks (id, title, status, created_at) VALUES (?, 'a namesake', 'ready', 0)", [id]);
  }
  expect((await kanbun.run(["comment", id, "hello", "--board", "shop"], { env })).code).toBe(0);
  expect((await kanbun.json(["heartbeat"], { env: { ...env, KANBUN_TOKEN: "0".repeat(32) } })).code).toBe(4);
  expect((await kanbun.json(["heartbeat"], { env: { ...env, KANBUN_RUN: "one" } })).code).toBe(2);
  expect((await kanbun.run(["heartbeat"], { env })).code).toBe(0);
});

test("without a worker's environment a task must be named", async () => {
  const kanbun = await CommandLine.init();
  await forAll(
    [["complete"], ["heartbeat"], ["context"], ["rate-limited"], ["comment", "text"], ["block", "why"]],
    async (args) => {
      expect([args, (await kanbun.json(args)).code]).toEqual([args, 2]);
    },
  );
});

test("an explicit board beats the environment (W7)", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("boards", "create", "shop");
  await kanbun.ok("boards", "create", "lab");
  await kanbun.ok("boards", "switch", "lab");
  const board = async (args: string[], env: Record<string, string>) =>
    (await kanbun.json(["stats", ...args], { env })).data.board;
  expect(await board(["--board", "default"], { KANBUN_BOARD: "shop" })).toBe("default");
  expect(await board([], { KANBUN_BOARD: "shop" })).toBe("shop");
  expect(await board([], {})).toBe("lab");
});

test("a heartbeat goes through while kanbun.toml is damaged", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  const env = await claim(kanbun, id);
  await Bun.write(`${kanbun.home}/kanbun.toml`, "[dispatch\n");
  expect((await kanbun.run(["heartbeat"], { env })).code).toBe(0);
  expect((await kanbun.json(["rate-limited"], { env })).error?.kind).toBe("config");
});

function t(id: string): string {
  return id.slice(0, 8);
}
