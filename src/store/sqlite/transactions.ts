import type { OwnRun } from "../../board/run.ts";
import type { Clock } from "../../system/clock.ts";
import type { By } from "../store.ts";
import type { Connection } from "./database/connection.ts";
import { type Scope, scopeAt } from "./database/scope.ts";
import { requireAuthority, requireOwnRun } from "./runs/runs.ts";
import { requireExpected } from "./tasks/revisions.ts";
import { requireTask } from "./tasks/task-lookup.ts";

/** How the store's methods come to their transaction: one each. */
export class Transactions {
  readonly db: Connection;
  readonly #clock: Clock;
  readonly #onCommit: () => void;
  readonly #within: OwnRun | null;

  /** @param how.within what is written by a worker, or by what it has started: refused once that run is over (I4) */
  constructor(db: Connection, clock: Clock, how: { onCommit?: () => void; within?: OwnRun | null } = {}) {
    this.db = db;
    this.#clock = clock;
    this.#onCommit = how.onCommit ?? (() => {});
    this.#within = how.within ?? null;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  async read<Result>(work: (db: Connection) => Result): Promise<Result> {
    return this.db.read(() => work(this.db));
  }

  /** @param how.isSynced false: what is written waits for the disk with the next transaction that does */
  async write<Result>(
    work: (scope: Scope) => Result,
    { nowMs = this.nowMs(), isSynced = true }: { nowMs?: number; isSynced?: boolean } = {},
  ): Promise<Result> {
    const [monotonicMs, { bootId }] = [this.#clock.monotonicMs(), this.#clock];
    const scope = scopeAt(this.db, { nowMs, monotonicMs, bootId });
    const transact = () => {
      if (this.#within !== null) requireOwnRun(this.db, this.#within);
      return work(scope) as Result extends Promise<unknown> ? never : Result;
    };
    const result = isSynced ? this.db.write(transact) : this.db.writeUnsynced(transact);
    this.#onCommit();
    return result;
  }

  /** A move of one task. A worker whose run is over is refused before anything else is looked at (I4). */
  async move<Result>(id: string, by: By, work: (scope: Scope) => Result): Promise<Result> {
    return this.write((scope) => {
      if (by.run) requireAuthority(scope, requireTask(scope.db, id), by);
      if (by.expected) requireExpected(scope.db, id, by.expected);
      return work(scope);
    });
  }

  /** A move that looks for itself whether a worker may make it. */
  async verdict<Result>(id: string, by: By, work: (scope: Scope) => Result): Promise<Result> {
    return this.write((scope) => {
      if (by.expected) requireExpected(scope.db, id, by.expected);
      return work(scope);
    });
  }
}
