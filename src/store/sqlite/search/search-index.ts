import { Database, SQLiteError } from "bun:sqlite";
import { closeSync, constants, fstatSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { SearchedTexts, TextChanges, TextMark } from "../../searched-texts.ts";

/** An index of another version is rebuilt. */
const version = 1;
const patienceMs = 60_000;

/** What an index is kept up to date from. */
export interface TextSource {
  getTextChanges(mark: TextMark | null): Promise<TextChanges>;
  listAllTaskIds(): Promise<readonly string[]>;
  readSearchedTexts(ids: readonly string[]): Promise<readonly SearchedTexts[]>;
}

/** How many tasks are read at a time: each may have megabytes. */
const readAtOnce = 200;

/**
 * The words of a board's tasks, in a file of their own beside it: no other program ever has it before it, and it may be
 * deleted at any time. It holds no text, only which words are in which task.
 */
export class SearchIndex implements Disposable {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @param path null: in memory, for a folder where nothing may be written
   * @throws what the system or SQLite says, which has nothing to do with the board: see `removeSpoilt`
   */
  static open(path: string | null): SearchIndex {
    if (path === null) return SearchIndex.#openAt(":memory:");
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    makeFile(path);
    return SearchIndex.#openAt(path);
  }

  /** Removes an index that can't be read, whatever spoilt it. False: that is not why it failed. */
  static removeSpoilt(path: string, error: unknown): boolean {
    const code = error instanceof SQLiteError ? (error.code ?? "") : "";
    // Its mark is not JSON, or its tables are not ours.
    const isSpoilt =
      error instanceof SyntaxError || /^SQLITE_(NOTADB|CORRUPT|ERROR|CONSTRAINT|MISMATCH)/.test(code);
    if (isSpoilt) SearchIndex.remove(path);
    return isSpoilt;
  }

  /** It is made anew by the next search. */
  static remove(path: string): void {
    for (const end of ["", "-journal"]) rmSync(`${path}${end}`, { force: true });
  }

  static #openAt(path: string): SearchIndex {
    const database = new Database(path, { readwrite: true, create: true, strict: true });
    try {
      database.run(`PRAGMA busy_timeout = ${patienceMs}`);
      database.run("PRAGMA synchronous = NORMAL");
      database.run("PRAGMA secure_delete = ON");
      database.run("PRAGMA cache_size = -65536");
      database.run("PRAGMA temp_store = MEMORY");
      const found = database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version;
      if (found !== version) database.transaction(() => makeTables(database)).immediate();
      return new SearchIndex(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Brings it up to what the board says now. How many tasks were read. */
  async update(source: TextSource): Promise<number> {
    const mark = this.#readMark();
    const changes = await source.getTextChanges(mark);
    const ids = changes.changed ?? (await source.listAllTaskIds());
    if (mark !== null && ids.length === 0 && this.#count() === changes.tasks) return 0;
    // One writer at a time; what two bring up to date at once is the same in the end.
    this.#database.run("BEGIN IMMEDIATE");
    try {
      if (changes.changed === null) this.#clear();
      await this.#index(source, ids, changes.changed !== null);
      // Another program may delete tasks and leave no trace.
      if (this.#count() !== changes.tasks) await this.#dropGone(source);
      this.#database
        .query("INSERT OR REPLACE INTO mark (id, value) VALUES (1, ?)")
        .run(JSON.stringify(changes.mark));
      this.#database.run("COMMIT");
      return ids.length;
    } catch (error) {
      this.#database.run("ROLLBACK");
      throw error;
    }
  }

  /** The tasks that have all of the words, or words that begin so; the best first. */
  find(words: readonly string[], max: number): string[] {
    const query = words
      .filter((word) => /[\p{L}\p{N}]/u.test(word))
      // In quotes, FTS5's operators are plain text.
      .map((word) => `"${word.replaceAll('"', '""').replaceAll("\0", " ")}"*`)
      .join(" ");
    if (query === "") return [];
    return this.#database
      .query<{ id: string }, [string, number]>(
        `SELECT n.id FROM texts JOIN names n ON n.number = texts.rowid
         WHERE texts MATCH ? ORDER BY bm25(texts, 10, 4, 2, 2), n.number DESC LIMIT ?`,
      )
      .all(query, max)
      .map((row) => row.id);
  }

  async #index(source: TextSource, ids: readonly string[], mayBeThere: boolean): Promise<void> {
    const name = this.#database.query("INSERT INTO names (number, id) VALUES (?, ?)");
    const insert = this.#database.query(
      "INSERT INTO texts (rowid, title, body, comments, summaries) VALUES (?, ?, ?, ?, ?)",
    );
    let number = this.#lastNumber();
    for (let at = 0; at < ids.length; at += readAtOnce) {
      const some = ids.slice(at, at + readAtOnce);
      if (mayBeThere) this.#drop(some);
      for (const { id, title, body, comments, summaries } of await source.readSearchedTexts(some)) {
        // Numbered here: with RETURNING a statement makes FTS5 write down what it has gathered, at each row.
        number += 1;
        name.run(number, id);
        insert.run(number, title, body, comments, summaries);
      }
    }
  }

  async #dropGone(source: TextSource): Promise<void> {
    const there = await source.listAllTaskIds();
    const known = this.#database.query<{ id: string }, []>("SELECT id FROM names").all();
    const gone = new Set(known.map((row) => row.id)).difference(new Set(there));
    this.#drop([...gone]);
    const missing = new Set(there).difference(new Set(known.map((row) => row.id)));
    await this.#index(source, [...missing], false);
  }

  #drop(ids: readonly string[]): void {
    const which = "(SELECT number FROM names WHERE id IN (SELECT value FROM json_each(?)))";
    const json = JSON.stringify(ids);
    this.#database.query(`DELETE FROM texts WHERE rowid IN ${which}`).run(json);
    this.#database.query("DELETE FROM names WHERE id IN (SELECT value FROM json_each(?))").run(json);
  }

  #clear(): void {
    this.#database.run("INSERT INTO texts(texts) VALUES ('delete-all')");
    this.#database.run("DELETE FROM names");
  }

  #count(): number {
    return this.#database.query<{ n: number }, []>("SELECT count(*) AS n FROM names").get()?.n ?? 0;
  }

  #lastNumber(): number {
    return this.#database.query<{ n: number | null }, []>("SELECT max(number) AS n FROM names").get()?.n ?? 0;
  }

  #readMark(): TextMark | null {
    const row = this.#database.query<{ value: string }, []>("SELECT value FROM mark").get();
    return row === null ? null : (JSON.parse(row.value) as TextMark);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/** Readable by its owner alone, whatever the umask; not through a link, which may lead to another database. */
function makeFile(path: string): void {
  const { O_RDWR, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    if (!fstatSync(fd).isFile()) throw new Error(`${path} is not a file`);
  } finally {
    closeSync(fd);
  }
}

function makeTables(database: Database): void {
  for (const table of ["texts", "names", "mark"]) database.run(`DROP TABLE IF EXISTS ${table}`);
  // Contentless: the words are found, the texts are the board's.
  database.run(
    `CREATE VIRTUAL TABLE texts USING fts5(title, body, comments, summaries, content = '', contentless_delete = 1,
       tokenize = "unicode61 remove_diacritics 2")`,
  );
  database.run("CREATE TABLE names (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)");
  database.run("CREATE TABLE mark (id INTEGER PRIMARY KEY, value TEXT NOT NULL)");
  database.run(`PRAGMA user_version = ${version}`);
}
