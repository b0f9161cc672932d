import type { LiveRun } from "../../src/board/claim.ts";
import { BoardError } from "../../src/board/error.ts";
import type { BoardStore, By } from "../../src/store/store.ts";
import type { Claim } from "../../src/store/tick.ts";
import { type FreshBoard, force, type OpenFresh, person } from "../store/board-under-test.ts";
import type { Party } from "./board-model.ts";

/** The real side: one board in a file, opened anew at each restart, and what its callers remember. */
export class Scene {
  readonly fresh: FreshBoard;
  store: BoardStore;
  /** Of the model's tasks, in its order. */
  readonly ids: string[] = [];
  /** What ticks have claimed and no one has recorded a start for. */
  readonly unstarted: Claim[] = [];
  /** What a dispatcher saw when it last looked: by now perhaps no longer so. */
  seen: readonly LiveRun[] = [];
  pid = 1_000;

  private constructor(fresh: FreshBoard) {
    this.fresh = fresh;
    this.store = fresh.store;
  }

  static async open(openFresh: OpenFresh): Promise<Scene> {
    return new Scene(await openFresh());
  }

  get clock() {
    return this.fresh.clock;
  }

  id(at: number): string {
    const id = this.ids[at];
    if (id === undefined) throw new Error(`there is no task ${at}`);
    return id;
  }

  /** Every process of ours ends; the next one finds what is in the file. */
  async restart(): Promise<void> {
    this.store.close();
    this.store = await this.fresh.connect();
    this.unstarted.length = 0;
  }

  /** All that can be read of the board, as one text. */
  async read(): Promise<string> {
    const { store } = this;
    const runs = await Promise.all(this.ids.map((id) => store.listRuns(id)));
    return JSON.stringify([
      await store.listTasks({ sort: "created" }),
      runs,
      await store.listLiveRuns(),
      await store.listPauses(),
      await store.listEvents({}),
    ]);
  }
}

export function callerOf(by: Party): By {
  if (by === "person") return person;
  if (by === "force") return force;
  return { actor: "worker", run: { runId: by.runId, token: by.token } };
}

/** What the board answered, or the refusal. @throws {Error} for anything but a refusal of ours. */
export async function attempt<Result>(
  work: Promise<Result>,
): Promise<{ result: Result; refusal: null } | { result: null; refusal: BoardError }> {
  try {
    return { result: await work, refusal: null };
  } catch (error) {
    if (error instanceof BoardError) return { result: null, refusal: error };
    throw error;
  }
}
