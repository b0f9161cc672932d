import { describe, expect, test } from "bun:test";
import type { NewTask } from "../../../src/board/task.ts";
import { force, noReason, type Open, person, refusalOf } from "../board-under-test.ts";

const everything: NewTask = {
  title: "Mend the roof ❄ \"'; DROP TABLE tasks; --",
  body: "It leaks.\n\tBadly.\r\n",
  assignee: "shell",
  priority: -7,
  tenant: "acme",
  idempotencyKey: "key-1",
  workspaceKind: "dir",
  workspacePath: "/srv/roof",
  branchName: "fix/roof",
  projectId: "p-9",
  skills: ["roofing", "climbing"],
  modelOverride: "big",
  providerOverride: "theirs",
  maxRuntimeMs: 90_000,
  maxRetries: 5,
  goalMode: true,
  goalMaxTurns: 12,
  sessionId: "session-3",
};

export function describeCreation(open: Open): void {
  describe("creating a task", () => {
    test("keeps every field that was given", async () => {
      const { store, clock } = await open();
      const { task, existing } = await store.createTask(everything, person);
      expect(existing).toBe(false);
      expect(task).toMatchObject(everything as unknown as Record<string, unknown>);
      expect(task).toMatchObject({ status: "ready", createdBy: "ada", createdAtMs: clock.nowMs() });
      expect(await store.getTask(task.id)).toEqual(task);
    });

    test("fills in what was left out", async () => {
      const { store } = await open();
      const { task } = await store.createTask({ title: "x" }, person);
      expect(task).toMatchObject({
        body: null,
        assignee: null,
        status: "ready",
        priority: 0,
        workspaceKind: "scratch",
        workspacePath: null,
        skills: [],
        goalMode: false,
        maxRuntimeMs: null,
        maxRetries: null,
        startedAtMs: null,
        completedAtMs: null,
        currentRunId: null,
        consecutiveFailures: 0,
        dueAtMs: null,
      });
      expect(task.id).toMatch(/^t_[0-9a-f]{8}$/);
    });

    test("appends one event that names the actor, the status and the parents", async () => {
      const board = await open();
      const parent = await board.create();
      const task = await board.create({ parents: [parent.id] });
      const events = await board.store.listEvents({ taskId: task.id });
      expect(events.map((event) => event.kind)).toEqual(["created"]);
      expect(events[0]?.payload).toMatchObject({ actor: "ada", status: "todo", parents: [parent.id] });
    });

    const firsts: [string, Partial<NewTask>, string][] = [
      ["nothing in its way", {}, "ready"],
      ["a call for acceptance", { triage: true }, "triage"],
      ["a block", { blocked: noReason }, "blocked"],
      ["a start time", { dueAtMs: 1_800_000_000_123 }, "scheduled"],
    ];
    for (const [name, input, status] of firsts)
      test(`makes it ${status} with ${name}`, async () => {
        const board = await open();
        const task = await board.create(input);
        expect(task.status).toBe(status as never);
        expect(task.dueAtMs).toBe(input.dueAtMs ?? null);
      });

    test("makes it wait for a parent that is not done, and not for one that is", async () => {
      const board = await open();
      const [waiting, done] = [await board.create(), await board.create()];
      await board.store.completeTask(done.id, {}, person);
      expect((await board.create({ parents: [waiting.id] })).status).toBe("todo");
      expect((await board.create({ parents: [done.id] })).status).toBe("ready");
      expect((await board.create({ parents: [done.id, waiting.id, done.id] })).status).toBe("todo");
    });

    test("waits for no parent that was done before it was archived", async () => {
      const board = await open();
      const parent = await board.create();
      await board.store.completeTask(parent.id, {}, person);
      await board.store.archiveTask(parent.id, person);
      expect((await board.create({ parents: [parent.id] })).status).toBe("ready");
    });

    test("blocked tells why in an event of its own", async () => {
      const board = await open();
      const task = await board.create({ blocked: { reason: "which colour?", kind: "needs_input" } });
      expect(task.blockKind).toBe("needs_input");
      expect((await board.lastEvent(task.id))?.payload).toMatchObject({
        reason: "which colour?",
        kind: "needs_input",
      });
    });

    test("W28: blocked as a dependency is refused without an open parent, and waits with one", async () => {
      const board = await open();
      const blocked = { reason: "the tiles", kind: "dependency" } as const;
      expect(await refusalOf(board.create({ blocked }))).toBe("usage");
      const parent = await board.create();
      const task = await board.create({ blocked, parents: [parent.id] });
      expect(task).toMatchObject({ status: "todo", blockKind: "dependency" });
    });

    test("is refused under a parent that isn't there", async () => {
      const board = await open();
      expect(await refusalOf(board.create({ parents: ["t_ffffffff"] }))).toBe("not_found");
    });

    test("is refused under a parent that was cancelled", async () => {
      const board = await open();
      const parent = await board.create();
      await board.store.cancelTask(parent.id, null, person);
      expect(await refusalOf(board.create({ parents: [parent.id] }))).toBe("conflict");
    });

    test("is refused for what no task may be, and writes nothing", async () => {
      const board = await open();
      expect(await refusalOf(board.create({ title: "  " }))).toBe("usage");
      expect(await refusalOf(board.create({ triage: true, dueAtMs: 5 }))).toBe("usage");
      expect(await board.store.getCounts()).toMatchObject({ tasks: 0, events: 0 });
    });
  });

  describe("an idempotency key", () => {
    test("W44: hands out the task that has it, unchanged, and says so", async () => {
      const board = await open();
      const first = await board.store.createTask({ title: "one", idempotencyKey: "k" }, person);
      const second = await board.store.createTask({ title: "two", idempotencyKey: "k" }, { actor: "bob" });
      expect(second).toEqual({ task: first.task, existing: true });
      expect(await board.store.getCounts()).toMatchObject({ tasks: 1, events: 1 });
    });

    test("W44: gives eight callers at once one task", async () => {
      const board = await open();
      const stores = await Promise.all(Array.from({ length: 8 }, () => board.fresh.connect()));
      const made = await Promise.all(
        stores.map((store) => store.createTask({ title: "x", idempotencyKey: "k" }, person)),
      );
      for (const store of stores) store.close();
      expect(new Set(made.map(({ task }) => task.id)).size).toBe(1);
      expect(made.filter(({ existing }) => !existing)).toHaveLength(1);
    });

    test("still hands out a task that is done", async () => {
      const board = await open();
      const task = await board.create({ idempotencyKey: "k" });
      await board.store.completeTask(task.id, {}, person);
      expect(await board.create({ idempotencyKey: "k" })).toMatchObject({ id: task.id, status: "done" });
    });

    test("is free again when its task is archived", async () => {
      const board = await open();
      const task = await board.create({ idempotencyKey: "k" });
      await board.store.archiveTask(task.id, force);
      const next = await board.create({ idempotencyKey: "k" });
      expect(next.id).not.toBe(task.id);
      expect((await board.create({ idempotencyKey: "k" })).id).toBe(next.id);
    });
  });
}
