import { describe, expect, test } from "bun:test";
import { taskStatuses } from "../../../src/board/task.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { eventually } from "../../support/eventually.ts";
import {
  type BoardUnderTest,
  ending,
  force,
  here,
  noReason,
  type Open,
  person,
  policies,
  policy,
  refusalOf,
} from "../board-under-test.ts";

const missing = "t_ffffffff";

/** A board with a little of everything. */
async function fill(board: BoardUnderTest): Promise<string> {
  const { task } = await board.work({ title: "crashed" });
  await board.end(task.id, ending("crashed"));
  await board.create({ title: "child", parents: [task.id] });
  await board.create({ title: "blocked", blocked: noReason });
  await board.create({ title: "scheduled", dueAtMs: 1_900_000_000_000 });
  await board.work({ title: "running" });
  await board.store.addComment(task.id, "hm", person);
  return task.id;
}

/** Every method that only reads. */
export async function readAll(store: BoardStore, id: string, nowMs: number): Promise<void> {
  const slots = {
    homeUsed: 0,
    homeMax: 1,
    boardUsed: 0,
    boardMax: null,
    profileUsed: new Map<string, number>(),
  };
  await store.getTask(id);
  await store.requireTask(id);
  await store.findTaskIds("t_", 10);
  for (const sort of ["priority", "created", "updated", "title"] as const) await store.listTasks({ sort });
  await store.requireDossier(id);
  await store.listRuns(id);
  await store.listEvents({});
  await store.getLastEventId();
  await store.listAssignees();
  await store.listTenants();
  await store.getCounts();
  await store.listPauses();
  await store.listRepeats();
  await store.listDeliveries({ limit: 9 });
  await store.getNextDeliveryMs(["phone"]);
  await store.listSubscriptions(null);
  await store.getRepeatOf(id);
  await store.requireHoldFacts(id, here);
  const rules = { nowMs, profiles: policies(policy("shell")), pauses: [], slots };
  await store.listHeld(rules, 10);
  await store.countHolds(rules);
  await store.chooseNext(rules, 10);
  await store.countSlots({ host: here, nowMs });
  await store.listLiveRuns();
  await store.viewTick({
    nowMs,
    reconcile: true,
    host: here,
    profiles: rules.profiles,
    homeMax: 4,
    boardMax: null,
  });
  await store.listRemovableScratch();
  await store.inspect();
  await store.news.getVersion();
}

export function describeReads(open: Open): void {
  describe("I7: reading", () => {
    test("lists the first of what is not archived as the beginning of the whole list", async () => {
      const board = await open();
      for (const priority of [0, 5, -1, 5, 0, 7]) await board.create({ priority });
      const [first = { id: "" }] = await board.store.listTasks({ sort: "created", limit: 1 });
      await board.store.archiveTask(first.id, force);
      const statuses = taskStatuses.filter((status) => status !== "archived");
      const all = await board.store.listTasks({ statuses });
      expect(all.map((task) => task.priority)).toEqual([7, 5, 5, 0, -1]);
      expect(await board.store.listTasks({ statuses, limit: 3 })).toEqual(all.slice(0, 3));
      expect(await board.store.listTasks({ statuses: [...statuses, "archived"] })).toHaveLength(6);
    });

    test("changes no byte of a board, whatever is read (W29)", async () => {
      const board = await open();
      const id = await fill(board);
      const before = await board.fresh.fingerprint();
      await readAll(board.store, id, board.clock.nowMs());
      expect(await board.fresh.fingerprint()).toBe(before);
      await board.create();
      expect(await board.fresh.fingerprint()).not.toBe(before);
    });

    test("I6: and a tick that has nothing to do changes no byte either", async () => {
      const board = await open();
      await board.create({ assignee: null });
      const before = await board.fresh.fingerprint();
      expect(await board.view({ reconcile: true })).toEqual({
        live: [],
        others: [],
        hasPromotions: false,
        hasDueRepeats: false,
        hasCandidates: false,
        nextDueMs: null,
        outlook: { liveHere: 0, hasReady: false, nextDueMs: null, nextRepeatMs: null },
      });
      expect(await board.fresh.fingerprint()).toBe(before);
    });
  });

  describe("a task that is not there", () => {
    test("is null, or not found where it is required", async () => {
      const { store } = await open();
      expect(await store.getTask(missing)).toBeNull();
      expect(await refusalOf(store.requireTask(missing))).toBe("not_found");
      expect(await refusalOf(store.requireDossier(missing))).toBe("not_found");
      expect(await refusalOf(store.requireHoldFacts(missing, here))).toBe("not_found");
      expect(await store.listRuns(missing)).toEqual([]);
    });
  });

  describe("listing tasks", () => {
    test("sorts by priority, age, last change or title", async () => {
      const board = await open();
      const ids: Record<string, string> = {};
      for (const [title, priority] of [
        ["b", 1],
        ["C", 5],
        ["a", 5],
      ] as const) {
        ids[title] = (await board.create({ title, priority })).id;
        board.clock.pass(1_000);
      }
      await board.store.addComment(ids.C ?? "", "x", person);
      const titles = async (sort: "priority" | "created" | "updated" | "title") =>
        (await board.store.listTasks({ sort })).map((task) => task.title).join(" ");
      expect(await titles("priority")).toBe("C a b");
      expect(await titles("created")).toBe("b C a");
      expect(await titles("updated")).toBe("C a b");
      expect(await titles("title")).toBe("a b C");
    });

    test("filters by status, assignee, tenant and parent, all at once, and limits", async () => {
      const board = await open();
      const parent = await board.create({ assignee: "claude" });
      const child = await board.create({ parents: [parent.id], tenant: "acme" });
      await board.create({ tenant: "acme" });
      const found = async (filter: Parameters<BoardStore["listTasks"]>[0]) =>
        (await board.store.listTasks(filter)).length;
      expect(await found({})).toBe(3);
      expect(await found({ statuses: ["ready"] })).toBe(2);
      expect(await found({ statuses: [] })).toBe(0);
      expect(await found({ assignee: "claude" })).toBe(1);
      expect(await found({ tenant: "acme" })).toBe(2);
      expect(await found({ limit: 2 })).toBe(2);
      const all = { statuses: ["todo" as const], assignee: "shell", tenant: "acme", parentId: parent.id };
      expect((await board.store.listTasks(all)).map((task) => task.id)).toEqual([child.id]);
    });

    test("finds ids by their beginning, at most so many", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.create();
      expect(await board.store.findTaskIds(id.slice(0, 9), 5)).toContain(id);
      expect(await board.store.findTaskIds("t_", 1)).toHaveLength(1);
      expect(await board.store.findTaskIds(`${id}0`, 5)).toEqual([]);
      expect(await board.store.findTaskIds("%", 5)).toEqual([]);
    });
  });

  describe("listing events", () => {
    test("gives them in order, those behind an id, and the newest of a limit", async () => {
      const board = await open();
      const { id } = await board.create();
      for (const text of ["1", "22", "333"]) await board.store.addComment(id, text, person);
      const lens = async (filter: Parameters<BoardStore["listEvents"]>[0]) =>
        (await board.store.listEvents(filter)).map((event) => event.payload?.len);
      expect(await lens({})).toEqual([undefined, 1, 2, 3]);
      expect(await lens({ limit: 2 })).toEqual([2, 3]);
      const first = (await board.store.listEvents({}))[0]?.id ?? 0;
      expect(await lens({ afterId: first, limit: 2 })).toEqual([1, 2]);
      expect(await lens({ taskId: missing })).toEqual([]);
      expect(await board.store.getLastEventId()).toBe((await board.store.listEvents({})).at(-1)?.id ?? 0);
    });
  });

  describe("counting", () => {
    test("adds up tasks, runs, events and assignees", async () => {
      const board = await open();
      await fill(board);
      const counts = await board.store.getCounts();
      expect(counts).toMatchObject({
        tasks: 5,
        runs: 2,
        byStatus: { ready: 1, todo: 1, blocked: 1, scheduled: 1, running: 1 },
        byOutcome: { crashed: 1 },
      });
      expect(counts.events).toBe((await board.store.listEvents({})).length);
      expect(await board.store.listAssignees()).toEqual([{ name: "shell", byStatus: counts.byStatus }]);
    });

    test("tells by its version that another connection has written, and stays as it is until then", async () => {
      const board = await open();
      const { news } = board.store;
      const before = await news.getVersion();
      await using other = await board.fresh.connect();
      await other.listTasks({});
      expect(await news.getVersion()).toBe(before);
      await other.createTask({ title: "news" }, person);
      await eventually("it is news", async () => (await news.getVersion()) !== before);
    });

    test("finds nothing wrong with a sound board", async () => {
      const board = await open();
      await fill(board);
      expect((await board.store.inspect()).flaws).toEqual([]);
    });
  });
}
