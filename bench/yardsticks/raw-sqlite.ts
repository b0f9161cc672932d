import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { Bench } from "../bench.ts";

/** The least that a queue in SQLite can do: one table, one row per job, nothing else. */
export class RawTable implements Disposable {
  readonly #db: Database;
  readonly #insert;
  readonly #update;

  constructor(bench: Bench, synchronous: "FULL" | "NORMAL" = "FULL") {
    this.#db = new Database(join(bench.makeFolder(), "raw.db"), { strict: true });
    this.#db.run("PRAGMA journal_mode = WAL");
    this.#db.run(`PRAGMA synchronous = ${synchronous}`);
    this.#db.run("CREATE TABLE job (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, status INTEGER)");
    this.#insert = this.#db.query("INSERT INTO job (title, body, status) VALUES (?, ?, 0)");
    this.#update = this.#db.query("UPDATE job SET status = ? WHERE id = ?");
  }

  /** So many rows in one transaction. */
  insertMany(count: number): void {
    this.#write(() => {
      for (let made = 0; made < count; made++) this.#insert.run(`Task ${made}`, "echo");
    });
  }

  /** A change of one row in a transaction of its own. */
  updateOne(id: number, status: number): void {
    this.#write(() => this.#update.run(status, id));
  }

  /** All of them in one transaction. */
  updateMany(firstId: number, count: number, status: number): void {
    this.#write(() => {
      for (let id = firstId; id < firstId + count; id++) this.#update.run(status, id);
    });
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #write(work: () => void): void {
    this.#db.run("BEGIN IMMEDIATE");
    work();
    this.#db.run("COMMIT");
  }
}
