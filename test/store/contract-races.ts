import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { BoardStore } from "../../src/store/store.ts";
import { force, minuteMs, noReason, person, vouching, workerOf } from "./board-under-test.ts";
import { expectInvariants } from "./invariants.ts";
import { Player, planOf } from "./players.ts";
import { endPrograms, type RacedPlace, race, startProgram } from "./programs.ts";

/** A kind of store, as processes that race for a board of it need it. */
export interface RacedStore<Place extends RacedPlace> {
  /** Where a board can be made, and none is. */
  makePlace(): Promise<Place>;
  open(place: Place, mode: "read" | "write" | "create"): Promise<BoardStore>;
  /** What the engine itself finds wrong with what it keeps there; "ok" when it is sound. No board of it is open here. */
  check(place: Place): Promise<string>;
}

/** So often two processes are let go at once for one rule. */
const trials = 30;

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** What every store promises to processes that write at the same time, whatever it keeps its boards in. */
export function describeRaces<Place extends RacedPlace>(name: string, on: RacedStore<Place>): void {
  async function makeBoard(): Promise<{ place: Place; store: BoardStore }> {
    const place = await on.makePlace();
    return { place, store: await on.open(place, "create") };
  }

  /** Nobody has it open any more here. */
  async function requireSound(place: Place, store: BoardStore): Promise<void> {
    await expectInvariants(store);
    store.close();
    expect(await on.check(place)).toBe("ok");
  }

  async function make(store: BoardStore, parts: { parents?: readonly string[] } = {}): Promise<string> {
    return (await store.createTask({ title: "x", assignee: "shell", ...parts }, person)).task.id;
  }

  describe(`processes that race for ${name}`, () => {
    afterEach(endPrograms);

    for (let round = 1; round <= 3; round++)
      test(`to open it for the first time make one sound board: six of them, round ${round}`, async () => {
        const place = await on.makePlace();
        const programs = await race(times(6, () => startProgram("open-first.ts", place)));
        const ids = await Promise.all(programs.map((program) => program.answer<string>()));
        const store = await on.open(place, "write");
        expect((await store.listTasks({})).map((task) => task.id).sort()).toEqual(ids.sort());
        await requireSound(place, store);
      });

    test("to link pairs of tasks in opposite directions never close a circle", async () => {
      const { place, store } = await makeBoard();
      const pairs: string[][] = [];
      for (let index = 0; index < 60; index++) pairs.push([await make(store), await make(store)]);
      const opposite = pairs.map((pair) => pair.toReversed());
      const programs = await race([
        startProgram("link-pairs.ts", place, JSON.stringify(pairs)),
        startProgram("link-pairs.ts", place, JSON.stringify(opposite)),
      ]);
      const [forward = [], back = []] = await Promise.all(
        programs.map((program) => program.answer<string[]>()),
      );
      const seen = new Set(forward.map((result, index) => `${result} ${back[index]}`));
      expect(seen.difference(new Set(["linked conflict", "conflict linked"]))).toEqual(new Set());
      await requireSound(place, store);
    });

    test("for fifty tasks, as persons and as ticks without a lock, have one winner for each", async () => {
      const { place, store } = await makeBoard();
      for (let index = 0; index < 50; index++) await make(store);
      const programs = await race(
        times(6, (index) => startProgram("claim-all.ts", place, index % 2 ? "tick" : "person")),
      );
      const won = (await Promise.all(programs.map((program) => program.answer<[string, string][]>()))).flat();
      expect(won).toHaveLength(50);
      expect(new Set(won.map(([id]) => id)).size).toBe(50);
      expect(new Set(won.map(([, token]) => token)).size).toBe(50);
      const live = new Map((await store.listLiveRuns()).map((run) => [run.taskId, run.token]));
      for (const [id, token] of won) expect(live.get(id)).toBe(token);
      expect((await store.getCounts()).runs).toBe(50);
      await requireSound(place, store);
    });
  });

  describe(`two processes that do two things at once to ${name}`, () => {
    const players: Player[] = [];
    let one: Player;
    let two: Player;
    beforeAll(async () => {
      players.push(...(await Promise.all([Player.start(), Player.start()])));
      [one, two] = players as [Player, Player];
    });
    afterAll(async () => {
      for (const player of players.splice(0)) await player.end();
    });

    /** Lets `trial` happen again and again on one board, then looks at that as a whole. */
    async function again(
      trial: (board: { readonly place: Place; readonly store: BoardStore }) => Promise<void>,
    ): Promise<void> {
      const { place, store } = await makeBoard();
      // Opened before the first trial, so that none of them is a race to open it.
      await Promise.all([one.call(place, "getLastEventId"), two.call(place, "getLastEventId")]);
      for (let index = 0; index < trials; index++) await trial({ place, store });
      await expectInvariants(store);
      store.close();
    }

    test("complete the two parents of a task: it becomes ready", () =>
      again(async ({ place, store }) => {
        const parents = [await make(store), await make(store)] as const;
        const child = await make(store, { parents });
        await Promise.all([
          one.call(place, "completeTask", parents[0], {}, person),
          two.call(place, "completeTask", parents[1], {}, person),
        ]);
        expect((await store.requireTask(child)).status).toBe("ready");
      }));

    test("complete a task, and link another below it: that one is ready in the end", () =>
      again(async ({ place, store }) => {
        const [parentId, childId] = [await make(store), await make(store)];
        await Promise.all([
          one.call(place, "completeTask", parentId, {}, person),
          two.call(place, "linkTasks", { parentId, childId }, person),
        ]);
        expect((await store.requireTask(childId)).status).toBe("ready");
      }));

    test("complete a task, and make another below it: that one is ready in the end", () =>
      again(async ({ place, store }) => {
        const parent = await make(store);
        const [, made] = await Promise.all([
          one.call(place, "completeTask", parent, {}, person),
          two.call(place, "createTask", { title: "below", parents: [parent] }, person),
        ]);
        expect((await store.requireTask(made.result?.task.id ?? "")).status).toBe("ready");
      }));

    test("make a task with one key: there is one task, and one of them made it", () => {
      let key = 0;
      return again(async ({ place }) => {
        const input = { title: "once", idempotencyKey: `key ${key++}` };
        const made = await Promise.all([
          one.call(place, "createTask", input, person),
          two.call(place, "createTask", input, person),
        ]);
        expect(new Set(made.map(({ result }) => result?.task.id)).size).toBe(1);
        expect(made.map(({ result }) => result?.existing).sort()).toEqual([false, true]);
      });
    });

    test("give a verdict, and take its run back for another: one of both holds, and never both", () =>
      again(async ({ place, store }) => {
        const id = await make(store);
        const [claim] = (await store.applyTick(planOf({ claims: { max: 1 } }))).claimed;
        if (claim === undefined) throw new Error(`${id} was not claimed`);
        const takeBack = async () => {
          await two.call(place, "reclaimTask", id, null, vouching);
          return two.call(place, "applyTick", { claims: { max: 1 } });
        };
        const [verdict, { result }] = await Promise.all([
          one.call(place, "completeTask", id, {}, workerOf(claim)),
          takeBack(),
        ]);
        const isDone = verdict.refusal === null;
        expect([verdict.refusal, result?.claimed.length, (await store.requireTask(id)).status]).toEqual(
          isDone ? [null, 0, "done"] : ["superseded", 1, "running"],
        );
        if (!isDone) await store.completeTask(id, {}, force);
      }));

    test("cancel a task, and make it due: it stays cancelled", () =>
      again(async ({ place, store }) => {
        const id = await make(store);
        const dueAtMs = Date.now() + minuteMs;
        await store.scheduleTask(id, { dueAtMs, reason: null }, person);
        await Promise.all([
          one.call(place, "cancelTask", id, null, person),
          two.call(place, "applyTick", { nowMs: dueAtMs + 1 }),
        ]);
        expect((await store.requireTask(id)).status).toBe("archived");
      }));

    test("cancel a task, and unblock it: it stays cancelled", () =>
      again(async ({ place, store }) => {
        const id = await make(store);
        await store.blockTask(id, noReason, person);
        await Promise.all([
          one.call(place, "cancelTask", id, null, person),
          two.call(place, "unblockTask", id, person),
        ]);
        expect((await store.requireTask(id)).status).toBe("archived");
      }));

    test("claim as many as the board's limit lets them: no more run than it says", () =>
      again(async ({ place, store }) => {
        for (let index = 0; index < 4; index++) await make(store);
        const claims = { max: 4, boardMax: 2 };
        const ticks = await Promise.all([
          one.call(place, "applyTick", { claims }),
          two.call(place, "applyTick", { claims }),
        ]);
        expect(ticks.flatMap(({ result }) => result?.claimed ?? [])).toHaveLength(2);
        for (const { id } of await store.listTasks({ statuses: ["ready", "running"] }))
          await store.completeTask(id, {}, force);
        await store.applyTick(planOf({ freed: await store.listLiveRuns() }));
      }));

    test("write, while a third follows: it sees every event, once", async () => {
      const { place, store } = await makeBoard();
      const id = await make(store);
      const seen: number[] = [await store.getLastEventId()];
      let isOver = false;
      const write = async (player: Player) => {
        for (let index = 0; index < 2 * trials; index++)
          expect((await player.call(place, "addComment", id, "a word", person)).refusal).toBeNull();
      };
      const follow = async () => {
        for (let isLast = false; !isLast; ) {
          isLast = isOver;
          const events = await store.listEvents({ afterId: seen.at(-1) ?? 0 });
          seen.push(...events.map((event) => event.id));
          await new Promise(setImmediate);
        }
      };
      await Promise.all([
        Promise.all([write(one), write(two)]).finally(() => {
          isOver = true;
        }),
        follow(),
      ]);
      const all = (await store.listEvents({ afterId: seen[0] ?? 0 })).map((event) => event.id);
      expect(seen.slice(1)).toEqual(all);
      expect(all).toHaveLength(4 * trials);
      store.close();
    });
  });

  describe(`I5: a writer on ${name} that is killed in the middle of its work`, () => {
    afterEach(endPrograms);

    test("loses nothing that was acknowledged, and leaves a sound board, three times over", async () => {
      const { place, store: made } = await makeBoard();
      made.close();
      const acknowledged: string[] = [];
      for (let round = 0; round < 3; round++) {
        const writer = await startProgram("create-forever.ts", place);
        writer.go();
        let left = 25;
        for await (const id of writer.lines()) {
          acknowledged.push(id);
          if (--left === 0) void writer.kill();
        }
        await writer.kill();
        const store = await on.open(place, "read");
        const kept = new Set((await store.listTasks({})).map((task) => task.id));
        expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
        // At most the one that was written, but not yet said.
        expect(kept.size - acknowledged.length).toBeLessThanOrEqual(round + 1);
        store.close();
        expect(await on.check(place)).toBe("ok");
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(75);
    });
  });
}
