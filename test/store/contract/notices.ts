import { describe, expect, test } from "bun:test";
import type { NoticeTarget } from "../../../src/store/notice.ts";
import {
  type BoardUnderTest,
  minuteMs,
  noReason,
  type Open,
  person,
  refusalOf,
} from "../board-under-test.ts";

const phone: NoticeTarget = {
  ...{ name: "phone", on: ["needs-you", "failed", "done"], profiles: null },
  ...{ subscriptions: false, platforms: null },
};
const leaseMs = 40_000;

/** What waits for a target, oldest first. */
async function texts({ store }: BoardUnderTest, target = "phone"): Promise<string[]> {
  const deliveries = await store.listDeliveries({ target, limit: 5_000 });
  return deliveries.map(({ text }) => text).reverse();
}

export function describeNotices(open: Open): void {
  describe("what is to be told of a board", () => {
    const begin = async (...targets: readonly NoticeTarget[]) => {
      const board = await open();
      const all = targets.length === 0 ? [phone] : targets;
      await board.store.collectNotices(all, "default");
      return { board, collect: () => board.store.collectNotices(all, "default") };
    };
    const done = async (board: BoardUnderTest, title: string, parts = {}) => {
      const { id } = await board.create({ title, ...parts });
      await board.store.completeTask(id, { summary: "ok" }, { ...person, force: true });
      return id;
    };

    test("begins when a target is first there, is written down once by any number of lookers, and in order", async () => {
      const board = await open();
      await done(board, "before");
      await board.store.collectNotices([phone], "default");
      await using other = await board.fresh.connect();
      const id = await done(board, "one");
      await board.create({ title: "two", blocked: noReason });
      await Promise.all([board.store, other].map((store) => store.collectNotices([phone], "default")));
      await other.collectNotices([phone], "default");
      expect(await texts(board)).toEqual(["one done: ok", "two blocked"]);
      const [, first] = await board.store.listDeliveries({ limit: 9 });
      expect(JSON.parse(first?.body ?? "")).toMatchObject({
        ...{
          v: 1,
          id: first?.uid,
          board: "default",
          kind: "done",
          event: "completed",
          task_id: id,
          title: "one",
        },
        ...{ assignee: "shell", text: "one done: ok" },
      });
    });

    test("changes no byte of the board while there is no news", async () => {
      const { board, collect } = await begin();
      await board.create();
      const before = await board.fresh.fingerprint();
      await collect();
      expect(await board.store.takeDelivery("phone", leaseMs)).toBeNull();
      expect(await board.fresh.fingerprint()).toBe(before);
    });

    test("is taken one after the other, by one at a time, and by another when its taker died", async () => {
      const { board, collect } = await begin();
      await done(board, "one");
      await done(board, "two");
      await collect();
      await using other = await board.fresh.connect();
      const takers = [board.store, other, board.store, other];
      const taken = (await Promise.all(takers.map((store) => store.takeDelivery("phone", leaseMs)))).filter(
        (one) => one !== null,
      );
      expect(taken.map(({ text, tries }) => [text, tries])).toEqual([["one done: ok", 1]]);
      board.clock.pass(leaseMs + 1);
      const again = await board.store.takeDelivery("phone", leaseMs);
      expect(again).toMatchObject({ uid: taken[0]?.uid, tries: 2 });
      // Who comes back too late ends nothing.
      if (taken[0]) await board.store.endDelivery(taken[0], { error: null });
      expect(await board.store.takeDelivery("phone", leaseMs)).toBeNull();
      if (again) await board.store.endDelivery(again, { error: null });
      expect(await board.store.takeDelivery("phone", leaseMs)).toMatchObject({
        text: "two done: ok",
        tries: 1,
      });
    });

    test("waits behind what failed, for its own target alone; a clock that is set back does not keep it", async () => {
      const { board, collect } = await begin(phone, { ...phone, name: "log" });
      await done(board, "one");
      await done(board, "two");
      await collect();
      const first = await board.store.takeDelivery("phone", leaseMs);
      if (first) await board.store.endDelivery(first, { error: "it answered 500" });
      expect(await board.store.takeDelivery("phone", leaseMs)).toBeNull();
      expect(await board.store.takeDelivery("log", leaseMs)).toMatchObject({ text: "one done: ok" });
      expect(await board.store.getNextDeliveryMs(["phone"])).toBe(board.clock.nowMs() + 5_000);
      board.clock.pass(-120 * minuteMs);
      expect(await board.store.takeDelivery("phone", leaseMs)).toMatchObject({ uid: first?.uid, tries: 2 });
    });

    test("is given back uncounted by who was cut off, given up after a day, and due again where a person says so", async () => {
      const { board, collect } = await begin();
      await done(board, "one");
      await collect();
      const cut = await board.store.takeDelivery("phone", leaseMs);
      if (cut) await board.store.endDelivery(cut, { isReleased: true });
      for (let hours = 0; hours < 30; hours++, board.clock.pass(60 * minuteMs)) {
        const taken = await board.store.takeDelivery("phone", leaseMs);
        if (hours === 0) expect(taken?.tries).toBe(1);
        if (taken) await board.store.endDelivery(taken, { error: "it could not be reached" });
      }
      const [last] = await board.store.listDeliveries({ limit: 1 });
      expect(last).toMatchObject({ state: "failed", nextTryAtMs: null, error: "it could not be reached" });
      expect(await board.store.getNextDeliveryMs(["phone"])).toBeNull();
      expect(await board.store.retryDeliveries("phone")).toBe(1);
      expect(await board.store.takeDelivery("phone", leaseMs)).toMatchObject({ uid: last?.uid, tries: 1 });
    });

    test("never grows beyond bounds, whoever is not there to take it", async () => {
      const { board, collect } = await begin();
      const tasks = Array.from({ length: 1_500 }, (_, n) => ({ title: `${n}`, blocked: noReason }));
      await board.fresh.store.createTasks({ tasks }, person);
      // A thousand events at a time.
      expect(await collect()).toBe(true);
      expect(await collect()).toBe(false);
      const all = await board.store.listDeliveries({ limit: 9_999 });
      expect(all.filter(({ state }) => state === "waiting")).toHaveLength(1_000);
      expect(all.at(-1)).toMatchObject({
        text: "0 blocked",
        state: "failed",
        error: "too many were waiting",
      });
    });

    test("is nothing that happened more than a day ago, as on a board that was brought from elsewhere", async () => {
      const { board, collect } = await begin();
      await done(board, "old");
      board.clock.pass(25 * 60 * minuteMs);
      await done(board, "new");
      await collect();
      expect(await texts(board)).toEqual(["new done: ok"]);
    });

    test("is chosen by kind and by whose work it was", async () => {
      const claude: NoticeTarget = { ...phone, name: "claude", on: ["done"], profiles: ["claude"] };
      const { board, collect } = await begin(claude);
      await done(board, "one");
      await done(board, "two", { assignee: "claude" });
      await board.create({ title: "three", assignee: "claude", blocked: noReason });
      await collect();
      expect(await texts(board, "claude")).toEqual(["two done: ok"]);
    });
  });

  describe("a repeating task that makes no task any more", () => {
    test("is told once, to whom it concerns, and again where it stops again", async () => {
      const claude: NoticeTarget = { ...phone, name: "claude", on: ["needs-you"], profiles: ["claude"] };
      const bot: NoticeTarget = { ...phone, name: "bot", subscriptions: true };
      const board = await open();
      const targets = [phone, claude, bot];
      const collect = () => board.store.collectNotices(targets, "default");
      const tick = () =>
        board.store.applyTick(board.plan({ makesRepeats: true, nowMs: board.clock.nowMs() }));
      await collect();
      const parent = await board.create({ title: "parent" });
      const task = { title: "Nightly", assignee: "shell", parents: [parent.id] };
      const hourly = { times: "0 * * * *", timeZone: "UTC", overlap: "skip" } as const;
      const { id } = await board.store.addRepeat({ ...hourly, task }, person);
      await board.store.cancelTask(parent.id, null, person);
      const why = `Nightly is not repeated any more: ${parent.id} was cancelled: a task below it could never start`;
      board.clock.wallMs += 60 * minuteMs;
      await tick();
      await collect();
      await collect();
      expect(await texts(board)).toEqual([why]);
      expect([await texts(board, "claude"), await texts(board, "bot")]).toEqual([[], []]);
      const [told] = await board.store.listDeliveries({ limit: 1 });
      expect(JSON.parse(told?.body ?? "")).toMatchObject({
        event: "repeat_stopped",
        repeat_id: id,
        kind: "needs-you",
      });
      await board.store.editRepeat(id, { task: { parents: [] } });
      board.clock.wallMs += 60 * minuteMs;
      await tick();
      await collect();
      expect(await texts(board)).toEqual([why]);
    });
  });

  describe("a subscription to a task", () => {
    test("is served from when it was made, to the target that serves subscriptions", async () => {
      const board = await open();
      const bot: NoticeTarget = { ...phone, name: "bot", subscriptions: true, platforms: ["telegram"] };
      const { id } = await board.create({ title: "one", blocked: noReason });
      const to = { taskId: id, platform: "telegram", chatId: "42", threadId: "" };
      await board.store.subscribe({ ...to, userId: "7" });
      await board.store.subscribe({ ...to, platform: "slack" });
      await board.create({ title: "other", blocked: noReason });
      await board.store.unblockTask(id, person);
      await board.store.completeTask(id, {}, { ...person, force: true });
      await board.store.collectNotices([bot], "default");
      await board.store.collectNotices([bot], "default");
      const [told, ...rest] = await board.store.listDeliveries({ limit: 9 });
      expect(rest).toEqual([]);
      expect(JSON.parse(told?.body ?? "")).toMatchObject({
        ...{ text: "one done", task_id: id },
        subscription: { platform: "telegram", chat_id: "42", thread_id: "", user_id: "7" },
      });
      const last = await board.store.getLastEventId();
      expect(await board.store.listSubscriptions(id)).toMatchObject([
        { platform: "slack", lastEventId: expect.any(Number) },
        { platform: "telegram", userId: "7", lastEventId: last },
      ]);
      expect(await board.store.unsubscribe(to)).toBe(true);
      expect(await board.store.unsubscribe(to)).toBe(false);
      expect(await board.store.listSubscriptions(null)).toHaveLength(1);
      expect(await refusalOf(board.store.subscribe({ ...to, taskId: "t_ffffffff" }))).toBe("not_found");
    });
  });
}
