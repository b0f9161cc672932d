import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import {
  type AdmissionRules,
  admit,
  type Elsewhere,
  nothingElsewhere,
  startsByItselfAtMs,
} from "../../src/board/admission.ts";
import { explainHold } from "../../src/board/explain-hold.ts";
import { makeSlots, type SlotUse, takeSlot } from "../../src/board/slots.ts";
import { openBoard } from "../../src/store/sqlite/open.ts";
import type { BoardStore } from "../../src/store/store.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { BoardUnderTest, here, ManualClock, policies, policy } from "./board-under-test.ts";
import {
  type AnyBoard,
  type AnyTask,
  anyBoard,
  candidateOf,
  factsOf,
  idOf,
  nowMs,
  writeBoard,
} from "./random-board.ts";

homesInMemory();

/** What the rule makes of the very rows that were written. */
class Expected {
  readonly rules: AdmissionRules;
  readonly alone: AdmissionRules;
  readonly elsewhere: Elsewhere;
  readonly #board: AnyBoard;

  constructor(board: AnyBoard) {
    this.#board = board;
    const profiles = policies(policy("shell", { maxInProgress: board.shellMax }), policy("agent"));
    const live = board.tasks.filter((task) => task.hasLiveRun);
    const own: SlotUse = {
      unreadBoards: 0,
      all: live.length,
      byProfile: new Map(
        [...Map.groupBy(live, (task) => task.assignee ?? "")].map(([name, of]) => [name, of.length]),
      ),
    };
    const { usedElsewhere, pausesElsewhere: pauses } = board;
    this.elsewhere = {
      unreadBoards: 0,
      all: usedElsewhere,
      byProfile: new Map([["shell", usedElsewhere]]),
      pauses,
    };
    const { traits } = board;
    const slotsAlone = makeSlots(own, nothingElsewhere, board);
    this.alone = { nowMs, profiles, pauses: board.pauses, traits, slots: slotsAlone };
    const slots = makeSlots(own, this.elsewhere, board);
    this.rules = { ...this.alone, pauses: [...board.pauses, ...pauses], slots };
  }

  /** In the order of work. */
  candidates() {
    const { tasks } = this.#board;
    const inOrder = (a: AnyTask, b: AnyTask) => b.priority - a.priority || a.createdAtS - b.createdAtS;
    return [...tasks].sort(inOrder).flatMap((task) => {
      const candidate = candidateOf(task, this.#board);
      return candidate === null ? [] : [{ id: task.id, candidate }];
    });
  }

  chosen(): string[] {
    let { slots } = this.rules;
    const ids: string[] = [];
    for (const { id, candidate } of this.candidates()) {
      if (ids.length >= this.#board.max || admit(candidate, { ...this.rules, slots }) !== null) continue;
      ids.push(id);
      slots = takeSlot(slots, candidate.assignee ?? "");
    }
    return ids;
  }

  held() {
    return this.candidates().flatMap(({ id, candidate }) => {
      const refusal = admit(candidate, this.rules);
      return refusal === null ? [] : [{ taskId: id, ...refusal }];
    });
  }

  hasCandidates(): boolean {
    return this.candidates().some(({ candidate }) => admit(candidate, this.alone) === null);
  }

  outlook() {
    const { tasks } = this.#board;
    const scheduled = tasks
      .filter((task) => task.status === "scheduled" && (task.dueAtMs ?? 0) > nowMs)
      .map((task) => ({ ...factsOf(task, this.#board), assignee: task.assignee }));
    const starts = [...this.candidates().map(({ candidate }) => candidate), ...scheduled]
      .filter(({ assignee }) => this.rules.profiles.get(assignee ?? "")?.maxInProgress !== 0)
      .map((candidate) => startsByItselfAtMs(candidate, this.rules))
      .filter((atMs) => atMs !== null);
    const later = starts.filter((atMs) => atMs > nowMs);
    return {
      hasReady: later.length < starts.length,
      nextDueMs: later.length === 0 ? null : Math.min(...later),
    };
  }
}

async function requireAgreement(board: AnyBoard, store: BoardStore, clock: ManualClock): Promise<void> {
  const expected = new Expected(board);
  const { rules } = expected;
  const ids = expected.chosen();
  const { chosen } = await store.chooseNext(rules, board.max);
  expect(chosen.map(({ id }) => id)).toEqual(ids);

  const { homeMax, boardMax, max, traits } = board;
  const { pausesElsewhere } = board;
  const { profiles } = rules;
  const at = { nowMs, reconcile: false, host: here, profiles, homeMax, boardMax, traits, pausesElsewhere };
  const view = await store.viewTick(at);
  expect(view.hasCandidates).toBe(expected.hasCandidates());
  expect(view.outlook).toMatchObject(expected.outlook());
  const held = await store.listHeld(rules, 100);
  expect(held.map(({ taskId, reason, untilAtMs }) => ({ taskId, reason, untilAtMs }))).toEqual(
    expected.held(),
  );

  const counted: Record<string, number> = {};
  for (const { id, status } of board.tasks) {
    if (status === "done" || status === "archived") continue;
    const { reason } = explainHold(await store.requireHoldFacts(id, here), rules);
    counted[reason] = (counted[reason] ?? 0) + 1;
    const refusal = held.find(({ taskId }) => taskId === id);
    if (refusal) expect(reason).toBe(refusal.reason);
  }
  expect(Object.fromEntries(await store.countHolds(rules))).toEqual(counted);

  const plan = new BoardUnderTest({ store, clock } as never).plan({
    policies: rules.profiles as never,
    claims: { host: here, max, homeMax, boardMax, elsewhere: expected.elsewhere, traits },
  });
  const due = board.tasks.some(
    ({ status, dueAtMs }) => status === "scheduled" && (dueAtMs ?? nowMs + 1) <= nowMs,
  );
  // What is due becomes ready in the very transaction of the claim: then more may be claimed than was there before.
  const claimed = (await store.applyTick(plan)).claimed.map(({ task }) => task.id);
  if (!due) expect(claimed).toEqual(ids);
}

test("X33: the claim, the view of a tick, the holds, the outlook and explain agree with the rule on any board", async () => {
  const clock = new ManualClock();
  clock.wallMs = nowMs;
  const path = join(makeTestHome(), "kanban.db");
  await using store = await openBoard({ path, initLockPath: `${path}.init.lock`, clock, mode: "create" });
  await fc.assert(
    fc.asyncProperty(anyBoard, async (board) => {
      writeBoard(path, board);
      await requireAgreement(board, store, clock);
    }),
    { numRuns: 400 },
  );
});

test("X33: what is held for its own sake is the same beside 10,001 tasks that are ready", async () => {
  const clock = new ManualClock();
  const path = join(makeTestHome(), "kanban.db");
  await using store = await openBoard({ path, initLockPath: `${path}.init.lock`, clock, mode: "create" });
  const plain = { assignee: "shell", priority: 0, createdAtS: 1, dueAtMs: null, host: null } as const;
  const task = (index: number, status: AnyTask["status"], more: Partial<AnyTask> = {}): AnyTask => {
    return {
      id: idOf(index),
      status,
      ...plain,
      hasLiveRun: false,
      isForced: false,
      parents: [],
      labels: [],
      ...more,
    };
  };
  const tasks = [
    task(0, "blocked"),
    task(1, "done"),
    task(2, "ready", { parents: [0] }),
    task(3, "review", { parents: [0, 2] }),
    task(4, "ready", { parents: [0], isForced: true }),
    task(5, "ready", { parents: [1] }),
    task(6, "ready", { dueAtMs: nowMs + 5 }),
    task(7, "ready", { hasLiveRun: true }),
    task(8, "ready", { host: "south" }),
    task(9, "ready", { host: "north", labels: ["gpu"] }),
  ];
  const limits = { shellMax: null, homeMax: 100, boardMax: null, usedElsewhere: 0, max: 100 } as const;
  const traits = { names: ["north"], labels: ["gpu"] };
  const board: AnyBoard = { tasks, pauses: [], pausesElsewhere: [], traits, ...limits };
  writeBoard(path, board);
  const expected = new Expected(board);
  const held = async () =>
    (await store.listHeld(expected.rules, 100)).map(({ taskId, reason, untilAtMs }) => ({
      taskId,
      reason,
      untilAtMs,
    }));
  const counts = Object.fromEntries(await store.countHolds(expected.rules));
  expect(await held()).toEqual(expected.held());
  expect(expected.held().map(({ taskId }) => taskId)).toEqual([2, 3, 6, 7, 8].map(idOf));

  addCrowd(path);
  expect(await held()).toEqual(expected.held());
  const crowded = { ...counts, next_tick: (counts.next_tick ?? 0) + 10_001 };
  expect(Object.fromEntries(await store.countHolds(expected.rules))).toEqual(crowded);
});

/** So many that those which wait are found from their parents, and not one by one. */
function addCrowd(path: string): void {
  using db = new Database(path);
  db.run(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
     INSERT INTO tasks (id, title, status, assignee, priority, created_at)
     SELECT 'crowd ' || i, 'crowd', 'ready', 'shell', -9, 0 FROM n`,
  );
}
