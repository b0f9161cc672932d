import { BoardError } from "../../board/error.ts";
import type { OwnRun } from "../../board/run.ts";
import type { By } from "../store.ts";
import type { Connection } from "./connection.ts";
import { requireAuthority, requireOwnRun } from "./runs/runs.ts";
import type { Scope } from "./scope.ts";
import type { Steps } from "./steps.ts";
import { requireExpected } from "./tasks/revisions.ts";
import { requireTask } from "./tasks/task-lookup.ts";

/** How steps that write are taken. */
export interface WriteHow<Result> {
  /** Their "now"; by itself when the transaction began. */
  readonly nowMs?: number;
  /** False: what is written may wait for the disk until the next transaction that does. */
  readonly isSynced: boolean;
  /** Refused as busy where another host writes, instead of waiting for it; a board in a file has but one. */
  readonly givesWay?: boolean;
  /** Whether what they came to is something for other hosts to start, or to look whether they can; by itself it is. */
  readonly makesWork?: (result: Result) => boolean;
}

/** How steps that only read are taken. */
export interface ReadHow {
  /**
   * They are asked again and again: a database whose plans take long makes one for whatever is asked. Not for lists with filters, of which a
   * plan made for anything reads a million tasks.
   */
  readonly plansOnce?: boolean;
}

/** What a database gives the store's methods: transactions, in which steps are taken. */
export interface Engine {
  nowMs(): number;
  /** Takes steps on one snapshot of the board: what they read belongs together. */
  read<Result>(work: (db: Connection) => Steps<Result>, how?: ReadHow): Promise<Result>;
  /** Takes steps in one transaction, beside which no one else writes to the board: all of it is kept, or nothing. */
  write<Result>(work: (scope: Scope) => Steps<Result>, how: WriteHow<Result>): Promise<Result>;
  /** As `write`, with steps that wait for others meanwhile: no one else may use this connection. */
  writeAlone<Result>(work: (scope: Scope) => Steps<Result>): Promise<Result>;
  /** Whether something was written that the loss of power may still take. */
  readonly isUnsynced: boolean;
}

/** How the store's methods come to their transaction: one each. */
export class Transactions {
  readonly #engine: Engine;
  readonly #onCommit: () => void;
  readonly #within: OwnRun | null;

  /** @param how.within what is written by a worker, or by what it has started: refused once that run is over (I4) */
  constructor(engine: Engine, how: { onCommit?: () => void; within?: OwnRun | null } = {}) {
    this.#engine = engine;
    this.#onCommit = how.onCommit ?? (() => {});
    this.#within = how.within ?? null;
  }

  nowMs(): number {
    return this.#engine.nowMs();
  }

  get isUnsynced(): boolean {
    return this.#engine.isUnsynced;
  }

  read<Result>(work: (db: Connection) => Steps<Result>, how?: ReadHow): Promise<Result> {
    return this.#engine.read(work, how);
  }

  /** What is written is on the disk when this is done, unless `how` says otherwise. */
  async write<Result>(
    work: (scope: Scope) => Steps<Result>,
    how: Partial<WriteHow<Result>> = {},
  ): Promise<Result> {
    const within = this.#within;
    const result = await this.#engine.write(
      within === null
        ? work
        : function* (scope) {
            yield* requireOwnRun(scope.db, within);
            return yield* work(scope);
          },
      { isSynced: true, ...how },
    );
    this.#onCommit();
    return result;
  }

  /** In one transaction that may take long, and waits for others. */
  async writeAlone<Result>(work: (scope: Scope) => Steps<Result>): Promise<Result> {
    const result = await this.#engine.writeAlone(work);
    this.#onCommit();
    return result;
  }

  /** What it would come to: nothing of it is kept, and no one is told. */
  async tryOut<Result>(work: (scope: Scope) => Steps<Result>): Promise<Result> {
    const undone = new Error("tried out");
    const found: Result[] = [];
    try {
      await this.write(function* (scope) {
        found.push(yield* work(scope));
        throw undone;
      });
    } catch (error) {
      if (error !== undone) throw error;
    }
    return found[0] as Result;
  }

  /** A move of one task. A worker whose run is over is refused before anything else is looked at (I4). */
  move<Result>(id: string, by: By, work: (scope: Scope) => Steps<Result>): Promise<Result> {
    return this.write(function* (scope) {
      if (by.run) yield* requireAuthority(scope, yield* requireTask(scope.db, id), by);
      if (by.expected) yield* requireExpected(scope.db, id, by.expected);
      return yield* whole(scope, by, work);
    });
  }

  /** A move that looks for itself whether a worker may make it. */
  verdict<Result>(id: string, by: By, work: (scope: Scope) => Steps<Result>): Promise<Result> {
    return this.write(function* (scope) {
      if (by.expected) yield* requireExpected(scope.db, id, by.expected);
      return yield* whole(scope, by, work);
    });
  }
}

/** Of a worker's move the next tick meets again what the tables refused of other tasks, and tells it; of a person's no one would. */
function* whole<Result>(scope: Scope, by: By, work: (scope: Scope) => Steps<Result>): Steps<Result> {
  const result = yield* work(scope);
  const [refused] = scope.refusals;
  if (refused === undefined || by.run) return result;
  throw new BoardError("unsupported", `${refused.what}: ${refused.problem}`, {
    hint: "run `kanbun doctor`: it says what another program changed",
  });
}
