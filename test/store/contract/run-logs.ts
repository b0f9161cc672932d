import { describe, expect, test } from "bun:test";
import { keptLogBytesMax } from "../../../src/board/kept-log.ts";
import { type BoardUnderTest, ending, force, minuteMs, type Open } from "../board-under-test.ts";

const at = { hostname: "build-1", home: "/srv/home" };

/** Ends the task's run, which has written these bytes. */
async function endWith(board: BoardUnderTest, taskId: string, tail: Uint8Array, treeGone = true) {
  const run = await board.liveRun(taskId);
  await board.tick({
    closings: [{ run, ending: ending("completed"), treeGone }],
    logs: [{ run, ...at, sizeBytes: tail.length, tail }],
  });
  return run;
}

export function describeRunLogs(open: Open): void {
  describe("the end of a log", () => {
    test("comes back byte for byte, its last 64 KiB, also what is no text", async () => {
      const board = await open();
      const { task } = await board.work();
      const bytes = new Uint8Array(keptLogBytesMax + 1_000).map((_, index) => (index * 7919) % 256);
      const { runId } = await endWith(board, task.id, bytes);
      expect(await board.store.getRunLog(runId)).toEqual({
        ...{ runId, taskId: task.id, ...at, sizeBytes: bytes.length },
        tail: bytes.slice(-keptLogBytesMax),
      });
      expect(await board.store.getRunLog(runId + 1)).toBeNull();
    });

    test("is written anew when the last process has gone, and not by a run with another token", async () => {
      const board = await open();
      const { task } = await board.work();
      const run = await endWith(board, task.id, Buffer.from("one\n"), false);
      const text = async () =>
        Buffer.from((await board.store.getRunLog(run.runId))?.tail ?? []).toString("utf8");
      expect(await text()).toBe("one\n");
      const log = { ...at, sizeBytes: 8, tail: Buffer.from("one\ntwo\n") };
      await board.tick({ logs: [{ run: { ...run, token: "another" }, ...log }] });
      expect(await text()).toBe("one\n");
      await board.tick({ freed: [run], logs: [{ run, ...log }] });
      expect(await text()).toBe("one\ntwo\n");
    });

    test("goes with its task, and when it is old", async () => {
      const board = await open();
      const ids: string[] = [];
      const runIds: number[] = [];
      for (const text of ["a", "b"]) {
        const { task } = await board.work();
        ids.push(task.id);
        runIds.push((await endWith(board, task.id, Buffer.from(text))).runId);
        board.clock.pass(minuteMs);
      }
      const [first = 0, second = 0] = runIds;
      const beforeMs = board.clock.nowMs() - minuteMs;
      expect((await board.store.measureOldRunLogs(beforeMs)).count).toBe(1);
      expect(await board.store.removeOldRunLogs(beforeMs, 10)).toBe(1);
      expect(await board.store.getRunLog(first)).toBeNull();
      expect((await board.store.getRunLog(second))?.runId).toBe(second);
      await board.store.archiveTask(ids[1] ?? "", force);
      await board.store.deleteTask(ids[1] ?? "", force);
      expect(await board.store.getRunLog(second)).toBeNull();
    });
  });
}
