import { describe, expect, test } from "bun:test";
import {
  type BoardUnderTest,
  ending,
  force,
  here,
  type Open,
  person,
  policies,
  policy,
  refusalOf,
  vouching,
  workerOf,
} from "../board-under-test.ts";

const both = policies(policy("shell"), policy("critic"));
const byCritic = { reviewer: "critic", summary: "parser done", metadata: { files: 3 } };
const byPerson = { reviewer: null, summary: null, metadata: null };

/** A task that was handed in and whose worker has left. */
async function handIn(board: BoardUnderTest, request = byCritic as typeof byCritic | typeof byPerson) {
  const { task, worker } = await board.work();
  await board.store.requestReview(task.id, request, worker);
  await board.free(task.id);
  return { id: task.id, worker };
}

async function claimReview(board: BoardUnderTest) {
  const [claim] = await board.claim({}, { policies: both });
  if (claim === undefined) throw new Error("no review was claimed");
  return { claim, reviewer: { ...workerOf(claim), actor: "worker:critic" } };
}

export function describeReviews(open: Open): void {
  describe("a review", () => {
    test("is claimed by the reviewer that was named, and its approval completes the task", async () => {
      const board = await open();
      const { id } = await handIn(board);
      const child = await board.create({ parents: [id] });
      expect(await board.status(id)).toBe("review");
      expect(await board.claim()).toEqual([]); // the worker's own profile finds nothing to do
      const { claim, reviewer } = await claimReview(board);
      expect(claim).toMatchObject({ profile: "critic", isReview: true, task: { id } });

      await board.store.approveTask(id, { summary: "looks good" }, reviewer);
      expect(await board.status(id)).toBe("done");
      expect(await board.status(child.id)).toBe("ready");
      expect((await board.store.listRuns(id)).map((run) => [run.profile, run.outcome])).toEqual([
        ["shell", "review_requested"],
        ["critic", "completed"],
      ]);
      // What a child builds on is the work, not the word about it.
      const [parent] = (await board.store.requireDossier(child.id)).parents;
      expect(parent).toMatchObject({ summary: "parser done", metadata: { files: 3 } });
    });

    test("sends the task back to its worker with what is to be changed", async () => {
      const board = await open();
      const { id } = await handIn(board);
      const { reviewer } = await claimReview(board);
      await board.store.requestChanges(id, "cover the errors", reviewer);
      await board.free(id);
      expect(await board.status(id)).toBe("ready");
      expect((await board.store.requireDossier(id)).comments).toMatchObject([
        { author: "worker:critic", body: "cover the errors" },
      ]);
      const [again] = await board.claim({}, { policies: both });
      expect(again).toMatchObject({ profile: "shell", isReview: false });
    });

    test("W21: that crashed goes back to review, not to the worker", async () => {
      const board = await open();
      const { id } = await handIn(board);
      await claimReview(board);
      await board.end(id, ending("crashed", { exitCode: 1, error: "exit code 1" }));
      expect(await board.status(id)).toBe("review");
      board.clock.pass(60_000);
      expect((await claimReview(board)).claim.profile).toBe("critic");
    });

    test("that fails too often is blocked, and unblocked goes back to review", async () => {
      const board = await open();
      const { id } = await handIn(board);
      for (let round = 0; round < 2; round++) {
        await claimReview(board);
        await board.end(id, ending("crashed", { exitCode: 1 }));
        board.clock.pass(600_000);
      }
      expect(await board.status(id)).toBe("blocked");
      await board.store.unblockTask(id, person);
      expect(await board.status(id)).toBe("review");
    });

    test("that is reclaimed goes back to review", async () => {
      const board = await open();
      const { id } = await handIn(board);
      await claimReview(board);
      await board.store.reclaimTask(id, null, vouching);
      expect(await board.status(id)).toBe("review");
    });

    test("by a person needs no run", async () => {
      const board = await open();
      const first = await handIn(board, byPerson);
      await board.store.approveTask(first.id, { summary: null }, person);
      expect(await board.status(first.id)).toBe("done");
      const second = await handIn(board, byPerson);
      await board.store.requestChanges(second.id, "no", person);
      expect(await board.status(second.id)).toBe("ready");
      expect(await board.lastEvent(second.id)).toMatchObject({ kind: "changes_requested" });
    });

    test("W34: takes a slot like everything else", async () => {
      const board = await open();
      await handIn(board);
      const { id } = await handIn(board);
      expect(await board.claim({ homeMax: 1 }, { policies: both })).toHaveLength(1);
      expect(await board.claim({ homeMax: 1 }, { policies: both })).toEqual([]);
      const off = policies(policy("shell"), policy("critic", { maxInProgress: 0 }));
      expect(await board.claim({}, { policies: off })).toEqual([]);
      const rules = {
        nowMs: board.clock.nowMs(),
        profiles: off,
        pauses: [],
        slots: { homeUsed: 1, homeMax: 9, boardUsed: 1, boardMax: null, profileUsed: new Map() },
      };
      expect(await board.store.listHeld(rules, 9)).toMatchObject([{ taskId: id, reason: "profile_slots" }]);
    });

    test("is never the worker's own", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      const own = { ...byCritic, reviewer: "shell" };
      expect(await refusalOf(board.store.requestReview(task.id, own, worker))).toBe("usage");
      expect(await refusalOf(board.store.approveTask(task.id, {}, worker))).toBe("illegal_move");
      expect(await board.status(task.id)).toBe("running");

      await board.store.requestReview(task.id, byCritic, worker);
      expect(await refusalOf(board.store.approveTask(task.id, {}, worker))).toBe("superseded");
      expect(await board.status(task.id)).toBe("review");
    });

    test("under way is ended by a person only with force", async () => {
      const board = await open();
      const { id } = await handIn(board);
      await claimReview(board);
      expect(await refusalOf(board.store.approveTask(id, {}, person))).toBe("conflict");
      expect((await board.store.approveTask(id, {}, force)).status).toBe("done");
    });

    test("of work that is not handed in is refused", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.approveTask(id, {}, person))).toBe("illegal_move");
      expect(await refusalOf(board.store.requestChanges(id, "x", person))).toBe("illegal_move");
    });
  });

  describe("a pause of the board", () => {
    test("holds new claims until its time is over, and lets running work go on", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.create();
      const untilMs = board.clock.nowMs() + 1_000;
      await board.store.pause({ scope: "board", untilAtMs: untilMs, reason: "release day" });
      expect(await board.claim()).toEqual([]);
      await board.store.completeTask(task.id, {}, worker);
      board.clock.pass(1_001);
      expect(await board.claim({ host: here })).toHaveLength(1);
    });

    test("without a time holds until a person resumes it", async () => {
      const board = await open();
      await board.create();
      await board.store.pause({ scope: "board", untilAtMs: null, reason: "x" });
      board.clock.pass(365 * 24 * 3_600_000);
      expect(await board.claim()).toEqual([]);
      expect(await board.store.resume("board")).toBe(true);
      expect(await board.claim()).toHaveLength(1);
    });
  });
}
