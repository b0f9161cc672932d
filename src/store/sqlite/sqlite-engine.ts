import type { Clock } from "../../system/clock.ts";
import { type Scope, scopeAt } from "../sql/scope.ts";
import { type Steps, take, takeAtOnce } from "../sql/steps.ts";
import type { Engine } from "../sql/transactions.ts";
import type { Connection } from "./database/connection.ts";
import { SqliteStatements } from "./sqlite-statements.ts";

/** Takes steps on one connection, without ever waiting between two of them. */
export class SqliteEngine implements Engine {
  readonly #db: Connection;
  readonly #statements: SqliteStatements;
  readonly #clock: Clock;

  constructor(db: Connection, clock: Clock) {
    this.#db = db;
    this.#statements = new SqliteStatements(db);
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  get isUnsynced(): boolean {
    return this.#db.isUnsynced;
  }

  async read<Result>(work: (db: SqliteStatements) => Steps<Result>): Promise<Result> {
    return this.#db.read(() => takeAtOnce(work(this.#statements)));
  }

  async write<Result>(
    work: (scope: Scope) => Steps<Result>,
    { nowMs = this.nowMs(), isSynced }: { readonly nowMs?: number; readonly isSynced: boolean },
  ): Promise<Result> {
    const scope = this.#scopeAt(nowMs);
    const transact = () => takeAtOnce(work(scope)) as Result extends Promise<unknown> ? never : Result;
    return isSynced ? this.#db.write(transact) : this.#db.writeUnsynced(transact);
  }

  writeAlone<Result>(work: (scope: Scope) => Steps<Result>): Promise<Result> {
    const scope = this.#scopeAt(this.nowMs());
    return this.#db.writeAlone(() => take(work(scope)));
  }

  #scopeAt(nowMs: number): Scope {
    const { bootId } = this.#clock;
    return scopeAt(this.#statements, { nowMs, monotonicMs: this.#clock.monotonicMs(), bootId });
  }
}
