import { describe, expect, test } from "bun:test";
import { type BoardUnderTest, ending, type Open, person, policies, policy } from "../board-under-test.ts";

const north = { names: ["north", "aabbccddeeff"], labels: ["eu", "gpu"] };
const south = { names: ["south"], labels: ["eu"] };

async function claimedBy(board: BoardUnderTest, traits: typeof north): Promise<string[]> {
  return (await board.claim({ traits })).map(({ task }) => task.title);
}

function heldFor(board: BoardUnderTest, traits: typeof north) {
  const slots = { homeUsed: 0, homeMax: 9, boardUsed: 0, boardMax: null, profileUsed: new Map() };
  const rules = {
    nowMs: board.clock.nowMs(),
    profiles: policies(policy("shell")),
    pauses: [],
    slots,
    traits,
  };
  return board.store.listHeld(rules, 10);
}

export function describePlacements(open: Open): void {
  describe("what a task asks of its host", () => {
    test("is kept from its creation on, alone and in a batch, and shown wherever the task is", async () => {
      const board = await open();
      const asked = { host: "north", labels: ["gpu", "eu", "gpu"] };
      const task = await board.create(asked);
      expect(task).toMatchObject({ host: "north", labels: ["eu", "gpu"] });
      const { ids } = await board.store.createTasks(
        { tasks: [{ title: "plain" }, { title: "asks", ...asked }] },
        person,
      );
      const [plain = "", other = ""] = ids;
      expect(await board.store.requireTask(plain)).toMatchObject({ host: null, labels: [] });
      expect(await board.store.requireTask(other)).toMatchObject({ host: "north", labels: ["eu", "gpu"] });
      const { cards } = await board.store.listCards({ limit: 9 });
      expect(cards.find(({ id }) => id === other)).toMatchObject({ host: "north", labels: ["eu", "gpu"] });
    });

    test("lets only a host claim it that has that name, its machine's or its own, and all those labels", async () => {
      const board = await open();
      await board.create({ title: "by machine", host: "north" });
      await board.create({ title: "by id", host: "aabbccddeeff" });
      await board.create({ title: "by labels", labels: ["eu", "gpu"] });
      await board.create({ title: "anywhere" });
      await board.create({ title: "nowhere", host: "south", labels: ["gpu"] });
      expect(await claimedBy(board, south)).toEqual(["anywhere"]);
      expect(await claimedBy(board, north)).toEqual(["by machine", "by id", "by labels"]);
      const view = { profiles: policies(policy("shell")) };
      expect((await board.view({ ...view, traits: north })).hasCandidates).toBe(false);
      expect((await board.view({ ...view, traits: { ...south, labels: ["gpu"] } })).hasCandidates).toBe(true);
    });

    test("is named where this host has it not", async () => {
      const board = await open();
      const { id } = await board.create({ host: "north", labels: ["eu", "gpu"] });
      expect(await heldFor(board, north)).toEqual([]);
      expect(await heldFor(board, south)).toEqual([
        {
          taskId: id,
          reason: "other_host",
          detail: expect.stringMatching(
            /asks for host north, and this is south; asks for label gpu, which south/,
          ),
          untilAtMs: null,
        },
      ]);
    });

    test("stays through a failed run and the end of the task, and goes with it when that is deleted", async () => {
      const board = await open();
      const { id } = await board.create({ labels: ["gpu"] });
      await board.claim({ traits: north });
      await board.end(id, ending("completed"));
      expect(await board.store.requireTask(id)).toMatchObject({ status: "done", labels: ["gpu"] });
      await board.store.retryTask(id, { fromHere: false }, person);
      expect(await claimedBy(board, south)).toEqual([]);
      await board.store.archiveTask(id, person);
      await board.store.deleteTask(id, person);
      expect(await board.store.listTasks({ labels: ["gpu"] })).toEqual([]);
    });

    test("changes nothing for a run that is at work when it is changed", async () => {
      const board = await open();
      const { id } = await board.create({ labels: ["gpu"] });
      await board.claim({ traits: north });
      await board.store.editTask(id, { labels: ["tpu"], host: "south" }, person);
      expect(await board.liveRun(id)).toMatchObject({ isOpen: true, stop: null });
      expect(await board.store.editTask(id, { labels: [], host: null }, person)).toMatchObject({
        host: null,
        labels: [],
      });
    });

    test("narrows a list down", async () => {
      const board = await open();
      const [both, one] = [
        await board.create({ labels: ["eu", "gpu"] }),
        await board.create({ labels: ["gpu"], host: "north" }),
      ];
      await board.create();
      const ids = async (filter: object) => (await board.store.listTasks(filter)).map(({ id }) => id);
      expect(await ids({ labels: ["gpu"] })).toEqual([both.id, one.id]);
      expect(await ids({ labels: ["gpu", "eu"] })).toEqual([both.id]);
      expect(await ids({ host: "north" })).toEqual([one.id]);
    });

    test("is refused where no host can be called so, or have that label", async () => {
      const board = await open();
      for (const asked of [
        { host: "" },
        { host: "two words" },
        { host: "a\u001b[31m" },
        { labels: ["a b"] },
        { labels: [""] },
      ])
        expect(board.create(asked)).rejects.toThrow(/^no host/);
    });
  });
}
