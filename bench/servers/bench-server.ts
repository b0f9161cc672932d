import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { SQL } from "bun";
import type { ServerPlace } from "../../src/store/postgres/server-place.ts";
import { choosePostgres } from "../../test/support/postgres/binaries.ts";
import type { Bench } from "../bench.ts";
import { CannotMeasure } from "../measure.ts";
import { readTreeMs } from "./process-time.ts";

/** What a server has done so far. */
export interface ServerUse {
  /** Of a processor, by all its processes. */
  readonly processorMs: number;
  readonly commits: number;
  /** null where it does not count them. */
  readonly statements: number | null;
}

export interface StatementUse {
  readonly text: string;
  readonly calls: number;
  /** Of the clock, on the server; all calls together. */
  readonly ms: number;
  readonly planningMs: number;
}

/** A PostgreSQL of the bench's own, that flushes what it acknowledges. */
export class BenchServer {
  readonly place: ServerPlace;
  readonly version: string;
  readonly #sql: SQL;
  readonly #pid: number;
  readonly #countsStatements: boolean;
  #ways = 0;

  private constructor(place: ServerPlace, facts: { sql: SQL; version: string; countsStatements: boolean }) {
    this.place = place;
    this.version = facts.version;
    this.#sql = facts.sql;
    this.#countsStatements = facts.countsStatements;
    this.#pid = Number(readFileSync(join(place.host, "data", "postmaster.pid"), "utf8").split("\n", 1)[0]);
  }

  /** Ended with the bench. @throws {CannotMeasure} where there is none */
  static async start(bench: Bench, { connectionsMax }: { readonly connectionsMax: number }) {
    const chosen = choosePostgres();
    if (chosen === null || "url" in chosen)
      throw new CannotMeasure(
        "there is no PostgreSQL that could be started (Debian's package `postgresql` has one)",
      );
    if (process.platform !== "linux") throw new CannotMeasure("it reads /proc");
    const { startPostgres } = await import("../../test/support/postgres/postgres.ts");
    const countsStatements = existsSync(join(chosen.from, "../lib/pg_stat_statements.so"));
    const { place, end } = startPostgres({
      settings: [
        "fsync = on",
        "full_page_writes = on",
        `max_connections = ${connectionsMax}`,
        // A commit is stamped with its instant.
        "track_commit_timestamp = on",
        ...(countsStatements
          ? ["shared_preload_libraries = 'pg_stat_statements'", "pg_stat_statements.track_planning = on"]
          : []),
      ],
    });
    bench.defer(end);
    const sql = connect(place);
    bench.defer(() => sql.close({ timeout: 1 }));
    if (countsStatements) await sql.unsafe("CREATE EXTENSION pg_stat_statements");
    const [{ server_version }] = await sql.unsafe("SHOW server_version").execute();
    const version = String(server_version).split(" ", 1)[0] ?? "";
    return new BenchServer(place, { sql, version, countsStatements });
  }

  /** One more folder that leads to its socket: those of one process that go different ways share no connections. */
  makeWay(): string {
    this.#ways += 1;
    const way = join(this.place.host, `way-${this.#ways}`);
    symlinkSync(".", way);
    return way;
  }

  /** For `[stores.<name>]` of a kanbun.toml. @param way as `makeWay` gives it */
  urlBy(way: string): string {
    const { user, database } = this.place;
    return `postgres://${user}@/${database}?host=${way}`;
  }

  /** Over a connection of the bench's own. */
  ask<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#sql.unsafe(text, [...values]).execute();
  }

  async readUse(): Promise<ServerUse> {
    const [commits] = await this.ask<{ count: string }>(
      "SELECT sum(xact_commit) AS count FROM pg_stat_database",
    );
    const statements = this.#countsStatements
      ? (await this.ask<{ count: string }>("SELECT sum(calls) AS count FROM pg_stat_statements"))[0]
      : null;
    return {
      processorMs: readTreeMs(this.#pid),
      commits: Number(commits?.count),
      statements: statements == null ? null : Number(statements.count),
    };
  }

  /** What took most of its time since it was started, the longest first; none where it does not count them. */
  async listStatements(count: number): Promise<readonly StatementUse[]> {
    if (!this.#countsStatements) return [];
    return await this.ask<StatementUse>(
      `SELECT regexp_replace(query, '\\s+', ' ', 'g') AS text, calls::float AS calls,
         total_exec_time + total_plan_time AS ms,
         total_plan_time AS "planningMs"
       FROM pg_stat_statements ORDER BY total_exec_time + total_plan_time DESC LIMIT ${count}`,
    );
  }

  /** Whether so many hosts are registered. */
  async hasHosts(count: number): Promise<boolean> {
    const [row] = await this.ask<{ count: number }>(
      "SELECT count(*)::int AS count FROM kanbun.hosts WHERE left_at IS NULL",
    );
    return (row?.count ?? 0) >= count;
  }

  /**
   * Waits until as many tasks of a board are done, as far as that takes no minute.
   * @throws when then not exactly `count` are, by one run each: a figure is worth nothing then
   */
  async requireOneRunEach(board: string, count: number): Promise<void> {
    const deadline = performance.now() + 60_000;
    let found = await this.#countWork(board);
    while (found.done < count && performance.now() < deadline) {
      await Bun.sleep(100);
      found = await this.#countWork(board);
    }
    if (found.done !== count || found.runs !== count || found.worked !== count)
      throw new Error(
        `of ${count} tasks ${found.done} are done, after ${found.runs} runs of ${found.worked} of them`,
      );
  }

  async #countWork(board: string) {
    const [found] = await this.ask<{ done: number; runs: number; worked: number }>(
      `SELECT (SELECT count(*)::int FROM kanbun.all_tasks t WHERE t.board = b.id AND t.status = 'done') AS done,
         (SELECT count(*)::int FROM kanbun.all_task_runs r WHERE r.board = b.id) AS runs,
         (SELECT count(DISTINCT r.task_id)::int FROM kanbun.all_task_runs r WHERE r.board = b.id) AS worked
       FROM kanbun.boards b WHERE b.name = $1`,
      [board],
    );
    return found ?? { done: 0, runs: 0, worked: 0 };
  }

  /** A reader that keeps what it sees from being tidied up, until it is disposed of. */
  async holdSnapshot(): Promise<AsyncDisposable> {
    const sql = connect(this.place);
    const held = await sql.reserve();
    await held.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ").execute();
    await held.unsafe("SELECT count(*) FROM kanbun.boards").execute();
    return {
      async [Symbol.asyncDispose]() {
        await held.unsafe("COMMIT").execute();
        held.release();
        await sql.close({ timeout: 1 });
      },
    };
  }

  async forgetStatements(): Promise<void> {
    if (this.#countsStatements) await this.ask("SELECT pg_stat_statements_reset()");
  }

  /** Of others than the bench. */
  async countConnections(): Promise<number> {
    const [row] = await this.ask<{ count: string }>(
      "SELECT count(*) AS count FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    );
    return Number(row?.count);
  }
}

function connect({ host, database, user }: ServerPlace): SQL {
  return new SQL({
    url: "postgres://localhost",
    adapter: "postgres",
    hostname: host,
    database,
    username: user,
    password: "",
    max: 1,
  });
}
