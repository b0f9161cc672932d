import type { LiveRun } from "../../src/board/claim.ts";
import type { BoardStore } from "../../src/store/store.ts";
import type { Claim } from "../../src/store/tick.ts";
import { ending, workerOf } from "../../test/store/board-under-test.ts";
import { planOf } from "../../test/store/players.ts";

/** Claims what is ready on a board and completes it, as a dispatcher and its workers do it; no one is started. */
export class TickWorker {
  readonly #store: BoardStore;
  /** Completed, and their workers gone by the next tick. */
  #over: readonly Claim[] = [];

  constructor(store: BoardStore) {
    this.#store = store;
  }

  /** One tick's claims, `max` at most. */
  async claim(max: number): Promise<readonly Claim[]> {
    const freed = this.#over.map(toFreed);
    this.#over = [];
    const { claimed } = await this.#store.applyTick(planOf({ freed, claims: { max } }));
    return claimed;
  }

  /** One tick that closes what the one before has claimed, for its workers ended well; how many it has claimed. */
  async closeAndClaim(max: number): Promise<number> {
    const live = await this.#store.listLiveRuns();
    const closings = live.map((run) => ({ run, ending: ending("completed"), treeGone: true }));
    return (await this.#store.applyTick(planOf({ closings, claims: { max } }))).claimed.length;
  }

  /** One by one, as each worker says that it is through. */
  async complete(claims: readonly Claim[]): Promise<void> {
    for (const claim of claims)
      await this.#store.completeTask(claim.task.id, { summary: "done" }, workerOf(claim));
    this.#over = claims;
  }
}

/** What a tick asks of a run whose processes are gone. */
function toFreed({ runId, token, task }: Claim): LiveRun {
  const run = {
    runId,
    taskId: task.id,
    token,
    profile: "shell",
    holder: "worker",
    isOpen: false,
    stop: null,
  };
  return { ...run, taskStatus: "done", retry: null } as unknown as LiveRun;
}
