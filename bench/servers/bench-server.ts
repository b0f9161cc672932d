import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SQL } from "bun";
import type { ServerPlace } from "../../src/store/postgres/server.ts";
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

  /** For `[stores.<name>]` of a kanbun.toml. @param link a name in the folder of its socket that leads there as well */
  urlBy(link: string): string {
    const { user, database, host } = this.place;
    return `postgres://${user}@/${database}?host=${join(host, link)}`;
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
