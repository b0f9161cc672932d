import { expect } from "bun:test";
import { BoardError } from "../../src/board/error.ts";
import type { BoardStore, By } from "../../src/store/store.ts";

/** Methods whose last argument says on whose behalf; the number is how few events a success appends. */
const writesBy = {
  createTask: 0,
  createTasks: 0,
  editTask: 1,
  assignTask: 1,
  linkTasks: 0,
  unlinkTasks: 1,
  addComment: 1,
  attachFiles: 1,
  detachFile: 1,
  claimTask: 1,
  heartbeat: 1,
  completeTask: 1,
  blockTask: 1,
  unblockTask: 1,
  promoteTask: 1,
  scheduleTask: 1,
  archiveTask: 1,
  cancelTask: 1,
  retryTask: 1,
  restoreTask: 1,
  deleteTask: 1,
  reclaimTask: 1,
  rateLimitTask: 1,
  askQuestion: 1,
  answerQuestion: 1,
  requestReview: 1,
  approveTask: 2,
  requestChanges: 1,
} as const satisfies Partial<Record<keyof BoardStore, number>>;

const writesOfDispatcher = ["applyTick", "recordStarts", "pause", "resume", "forgetScratch"];

/**
 * The same store, but after each write the invariants are looked at: a refusal has written nothing, a success has told
 * the board's history who did it.
 */
export function watchWrites(store: BoardStore): BoardStore {
  return new Proxy(store, {
    get(target, key) {
      const member = Reflect.get(target, key) as unknown;
      const name = String(key);
      if (typeof member !== "function") return member;
      const isBy = Object.hasOwn(writesBy, name);
      if (!isBy && !writesOfDispatcher.includes(name)) return member.bind(target);
      return async (...given: unknown[]) => {
        const before = await snapshot(target);
        const result = await (member.apply(target, given) as Promise<unknown>).catch(
          async (error: unknown) => {
            expect(error).toBeInstanceOf(BoardError);
            expect(await snapshot(target)).toEqual(before);
            throw error;
          },
        );
        await expectInvariants(target);
        const fresh = (await target.listEvents({ afterId: before.lastEventId })).map(
          (event) => event.payload?.actor,
        );
        const actor = isBy ? (given.at(-1) as By).actor : "dispatcher";
        expect(new Set(fresh).difference(new Set([actor]))).toEqual(new Set());
        if (isBy) expect(fresh.length).toBeGreaterThanOrEqual(writesBy[name as keyof typeof writesBy]);
        return result;
      };
    },
  });
}

/** All that can be read of a board. */
async function snapshot(store: BoardStore) {
  const tasks = await store.listTasks({ sort: "created" });
  const events = await store.listEvents({});
  return {
    tasks,
    dossiers: await Promise.all(tasks.map((task) => store.requireDossier(task.id))),
    events,
    live: await store.listLiveRuns(),
    pauses: await store.listPauses(),
    lastEventId: events.at(-1)?.id ?? 0,
  };
}

/** I2 and I3, as far as a board can show them; foreign claims keep what their programs wrote. */
export async function expectInvariants(store: BoardStore): Promise<void> {
  const live = await store.listLiveRuns();
  for (const task of await store.listTasks({})) {
    const about = `${task.id} (${task.status})`;
    const runs = await store.listRuns(task.id);
    const open = runs.filter((run) => run.endedAtMs === null);
    const ofTask = live.filter((run) => run.taskId === task.id);
    expect({ about, live: ofTask.length <= 1 }).toEqual({ about, live: true });
    if (ofTask.some((run) => run.holder === "foreign")) continue;

    expect({ about, open: open.map((run) => run.id) }).toEqual({
      about,
      open: task.currentRunId === null ? [] : [task.currentRunId],
    });
    const isRunning = task.status === "running";
    expect({ about, run: task.currentRunId !== null, lock: task.claimLock !== null }).toEqual({
      about,
      run: isRunning,
      lock: isRunning,
    });
    if (!isRunning)
      expect({ about, pid: task.workerPid, expires: task.claimExpiresAtMs }).toEqual({
        about,
        pid: null,
        expires: null,
      });
    for (const run of runs.filter((one) => one.endedAtMs !== null)) {
      expect({
        about,
        run: run.id,
        outcome: run.outcome !== null,
        lock: run.claimLock,
        pid: run.workerPid,
      }).toEqual({
        about,
        run: run.id,
        outcome: true,
        lock: null,
        pid: null,
      });
    }
    if (task.status !== "archived")
      expect({ about, completed: task.completedAtMs !== null }).toEqual({
        about,
        completed: task.status === "done",
      });
  }
}
