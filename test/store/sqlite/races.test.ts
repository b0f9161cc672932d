import { afterEach, describe, expect, test } from "bun:test";
import { person } from "../board-under-test.ts";
import { expectInvariants } from "../invariants.ts";
import { endPrograms, race, startProgram } from "../programs.ts";
import { checkIntegrity, freshPath, openFile } from "./board.ts";

afterEach(endPrograms);

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

describe("processes that race", () => {
  for (let round = 1; round <= 3; round++)
    test(`to open a board for the first time make one sound board: six of them, round ${round}`, async () => {
      const path = freshPath();
      const programs = await race(times(6, () => startProgram("open-first.ts", path)));
      const ids = await Promise.all(programs.map((program) => program.answer<string>()));
      await using store = await openFile(path);
      expect((await store.listTasks({})).map((task) => task.id).sort()).toEqual(ids.sort());
      store.close();
      expect(checkIntegrity(path)).toBe("ok");
    });

  test("to link pairs of tasks in opposite directions never close a circle", async () => {
    const path = freshPath();
    await using store = await openFile(path, { mode: "create" });
    const pairs: string[][] = [];
    for (let index = 0; index < 60; index++) {
      const [one, two] = [
        await store.createTask({ title: "1" }, person),
        await store.createTask({ title: "2" }, person),
      ];
      pairs.push([one.task.id, two.task.id]);
    }
    const opposite = pairs.map((pair) => pair.toReversed());
    const programs = await race([
      startProgram("link-pairs.ts", path, JSON.stringify(pairs)),
      startProgram("link-pairs.ts", path, JSON.stringify(opposite)),
    ]);
    const [forward = [], back = []] = await Promise.all(
      programs.map((program) => program.answer<string[]>()),
    );
    const seen = new Set(forward.map((result, index) => `${result} ${back[index]}`));
    expect(seen.difference(new Set(["linked conflict", "conflict linked"]))).toEqual(new Set());
    await expectInvariants(store);
    store.close();
    expect(checkIntegrity(path)).toBe("ok");
  });

  test("for fifty tasks, as persons and as ticks without a lock, have one winner for each", async () => {
    const path = freshPath();
    await using store = await openFile(path, { mode: "create" });
    for (let index = 0; index < 50; index++)
      await store.createTask({ title: "x", assignee: "shell" }, person);
    const programs = await race(
      times(6, (index) => startProgram("claim-all.ts", path, index % 2 ? "tick" : "person")),
    );
    const won = (await Promise.all(programs.map((program) => program.answer<[string, string][]>()))).flat();
    expect(won).toHaveLength(50);
    expect(new Set(won.map(([id]) => id)).size).toBe(50);
    expect(new Set(won.map(([, token]) => token)).size).toBe(50);
    const live = new Map((await store.listLiveRuns()).map((run) => [run.taskId, run.token]));
    for (const [id, token] of won) expect(live.get(id)).toBe(token);
    expect((await store.getCounts()).runs).toBe(50);
    await expectInvariants(store);
    store.close();
    expect(checkIntegrity(path)).toBe("ok");
  });
});

describe("I5: a writer that is killed in the middle of its work", () => {
  test("loses nothing that was acknowledged, and leaves a sound board, three times over", async () => {
    const path = freshPath();
    (await openFile(path, { mode: "create" })).close();
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      const writer = await startProgram("create-forever.ts", path);
      writer.go();
      let left = 25;
      for await (const id of writer.lines()) {
        acknowledged.push(id);
        if (--left === 0) void writer.kill();
      }
      await writer.kill();
      const store = await openFile(path, { mode: "read" });
      const kept = new Set((await store.listTasks({})).map((task) => task.id));
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
      // At most the one that was written, but not yet said.
      expect(kept.size - acknowledged.length).toBeLessThanOrEqual(round + 1);
      store.close();
      expect(checkIntegrity(path)).toBe("ok");
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(75);
  });
});
