import { describe, expect, test } from "bun:test";
import type { TaskPatch } from "../../../src/board/task.ts";
import { force, type Open, person, refusalOf } from "../board-under-test.ts";

const changes: TaskPatch = {
  title: "Mend it all",
  body: "New.",
  priority: 9,
  tenant: "acme",
  workspaceKind: "worktree",
  workspacePath: "/srv/repository",
  branchName: "b",
  skills: ["a", "b"],
  modelOverride: "m",
  providerOverride: "p",
  maxRuntimeMs: 5_000,
  maxRetries: 3,
  host: "north",
  labels: ["eu", "gpu"],
};

export function describeEdits(open: Open): void {
  describe("editing a task", () => {
    test("changes what was given and leaves the rest", async () => {
      const board = await open();
      const task = await board.create({ idempotencyKey: "k" });
      const edited = await board.store.editTask(task.id, changes, person);
      expect(edited).toEqual({ ...task, ...changes } as typeof task);
      expect(await board.store.requireTask(task.id)).toEqual(edited);
    });

    test("clears with null, and leaves alone what is undefined", async () => {
      const board = await open();
      const task = await board.create({ body: "old", tenant: "acme", maxRetries: 2 });
      const patch = { body: null, maxRetries: null, tenant: undefined } as unknown as TaskPatch;
      expect(await board.store.editTask(task.id, patch, person)).toEqual({
        ...task,
        body: null,
        maxRetries: null,
      });
    });

    test("names the columns in its event, and a priority alone as reprioritized", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.store.editTask(id, { body: "x", priority: 1 }, person);
      expect(await board.lastEvent(id)).toMatchObject({
        kind: "edited",
        payload: { fields: ["body", "priority"] },
      });
      await board.store.editTask(id, { priority: 2 }, person);
      expect(await board.lastEvent(id)).toMatchObject({ kind: "reprioritized", payload: { priority: 2 } });
    });

    test("is refused without anything to change", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.editTask(id, {}, person))).toBe("usage");
    });

    test("is refused for what no task may be", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.editTask(id, { title: "" }, person))).toBe("usage");
    });

    test("is refused for an archived task and for none", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.store.archiveTask(id, person);
      expect(await refusalOf(board.store.editTask(id, { priority: 1 }, person))).toBe("illegal_move");
      expect(await refusalOf(board.store.editTask("t_ffffffff", { priority: 1 }, person))).toBe("not_found");
    });
  });

  describe("assigning a task", () => {
    test("gives it to a profile, or to nobody, and tells from whom", async () => {
      const board = await open();
      const { id } = await board.create();
      expect((await board.store.assignTask(id, "claude", person)).assignee).toBe("claude");
      expect((await board.store.assignTask(id, null, person)).assignee).toBeNull();
      expect((await board.lastEvent(id))?.payload).toMatchObject({
        assignee: null,
        from: "claude",
        actor: "ada",
      });
    });

    test("W13: that is running keeps its claim until its worker is gone", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      const assigned = await board.store.assignTask(task.id, "claude", force);
      expect(assigned).toMatchObject({ assignee: "claude", status: "running", currentRunId: claim.runId });
      expect((await board.liveRun(task.id)).stop).toEqual({ reason: "reclaimed", termAtMonotonicMs: null });
      await board.end(task.id, {
        outcome: "reclaimed",
        error: null,
        exitCode: null,
        protocolViolation: false,
        retryAfterMs: null,
      });
      expect(await board.store.requireTask(task.id)).toMatchObject({ assignee: "claude", status: "ready" });
    });

    test("that is running is refused without force", async () => {
      const board = await open();
      const { task } = await board.work();
      expect(await refusalOf(board.store.assignTask(task.id, "claude", person))).toBe("conflict");
    });

    test("that a person has claimed takes the claim away at once", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.claimAs(id, person);
      expect(await board.store.assignTask(id, "claude", person)).toMatchObject({
        assignee: "claude",
        status: "ready",
      });
    });

    test("is refused for a finished task and for none", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.store.completeTask(id, {}, person);
      expect(await refusalOf(board.store.assignTask(id, "claude", person))).toBe("illegal_move");
      expect(await refusalOf(board.store.assignTask("t_ffffffff", "claude", person))).toBe("not_found");
    });
  });
}
