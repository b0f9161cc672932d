import { BoardError } from "../../../board/error.ts";
import type { BoardRow, ImportedRows, ImportOptions } from "../../exchange.ts";
import type { By } from "../../store.ts";
import type { Value } from "../connection.ts";
import { muchRows } from "../rows/much-rows.ts";
import { appendEvents, type Scope } from "../scope.ts";
import { each, type Steps } from "../steps.ts";
import { freeTaskId } from "../tasks/task-ids.ts";
import { statusWhenBack } from "../verdicts/status-when-back.ts";
import { type CarriedTable, carriedTables } from "./carried-tables.ts";
import { requireNoCircle } from "./circles.ts";
import { toDriverValue } from "./exact-values.ts";
import { ImportTables, type TableColumns } from "./import-tables.ts";
import { isUsableId, isUsableNumber, numberMax } from "./odd-rows.ts";

/** Writes what an export has handed on: all of it, or what it throws. @throws {BoardError} usage, conflict, about the row just taken */
export function* importRows(scope: Scope, options: ImportOptions, by: By): Steps<ImportedRows> {
  const { db } = scope;
  yield* db.expectMuch();
  const firstRow = (yield* db.get<{ n: number | null }>("SELECT max(rowid) AS n FROM tasks"))?.n ?? 0;
  const numbered = carriedTables.filter(({ id }) => id !== undefined);
  const last = yield* each(numbered, ({ name }) => db.getLastNumber(name));
  const offsets = new Map(numbered.map(({ name }, at) => [name, last[at] ?? 0]));
  return yield* new Import(scope, options, { firstRow, offsets }).run(by);
}

class Import {
  readonly #scope: Scope;
  readonly #options: ImportOptions;
  readonly #tables: ImportTables;
  /** The ids of the tasks that came, by what the file calls them. */
  readonly #ids = new Map<string, string>();
  /** Behind what is there: rows of the file keep their order and what refers to them. */
  readonly #offsets: ReadonlyMap<string, number>;
  readonly #firstRow: number;
  readonly #leftOut = new Set<string>();

  constructor(
    scope: Scope,
    options: ImportOptions,
    behind: { readonly firstRow: number; readonly offsets: ReadonlyMap<string, number> },
  ) {
    this.#scope = scope;
    this.#options = options;
    this.#tables = new ImportTables(scope.db);
    this.#firstRow = behind.firstRow;
    this.#offsets = behind.offsets;
  }

  *run(by: By): Steps<ImportedRows> {
    let rows = 0;
    for (const row of this.#options.rows) {
      yield* this.#add(row);
      rows += 1;
    }
    if (rows >= muchRows) yield* this.#scope.db.noteMuch();
    yield* requireNoCircle(this.#scope.db, this.#firstRow);
    return {
      tasks: this.#ids.size,
      rows,
      newIds: this.#options.newIds ? this.#ids : new Map(),
      taken: yield* this.#takeBack(by),
      columnsLeftOut: [...this.#leftOut].sort(),
    };
  }

  *#add({ table: name, values }: BoardRow): Steps<void> {
    const table = carriedTables.find((one) => one.name === name);
    if (table === undefined) throw usage(`there is no table ${quote(name)} in an export`);
    const columns = yield* this.#tables.of(name);
    const row = yield* this.#read(values, table, columns);
    if (name === "tasks") yield* this.#requireFreeKey(row);
    try {
      yield* this.#tables.insert(name, row);
    } catch (error) {
      if (!/unique|primary key/i.test(String((error as Error).message))) throw error;
      throw new BoardError("conflict", `this row of ${name} is on the board already`, { cause: error });
    }
  }

  *#read(values: BoardRow["values"], table: CarriedTable, columns: TableColumns): Steps<Map<string, Value>> {
    const { name, bound = [] } = table;
    const row = new Map<string, Value>();
    for (const column in values) {
      const value = toDriverValue(values[column]);
      if (value === null) throw usage(`"${name}": "${column}" has a value that no column can hold`);
      if (bound.includes(column)) continue;
      if (columns.has(column)) row.set(column, value);
      else this.#leftOut.add(`${name}.${column.slice(0, 60)}`);
    }
    for (const column of table.tasks) row.set(column, yield* this.#task(row.get(column), { name, column }));
    for (const column of table.id ? ["id"] : []) row.set(column, this.#number(name, row.get(column), column));
    for (const column of table.runs ?? [])
      if (row.has(column)) row.set(column, this.#number("task_runs", row.get(column), column));
    for (const column of table.events ?? [])
      if (row.has(column)) row.set(column, this.#number("task_events", row.get(column), column, 0));
    if (name === "task_attachments") this.#place(row);
    if (name === "task_events" && this.#options.newIds) this.#rename(row);
    yield* this.#tables.requireComplete(name, row);
    return row;
  }

  *#task(given: Value | undefined, { name, column }: { name: string; column: string }): Steps<string> {
    if (typeof given !== "string" || given === "")
      throw usage(`"${name}": "${column}" is not the id of a task`);
    const known = this.#ids.get(given);
    if (name !== "tasks") {
      if (known !== undefined) return known;
      throw usage(`"${name}": "${column}" is ${quote(given)}, which no line before is about`);
    }
    if (known !== undefined) throw usage(`${quote(given)} is in the file twice`);
    const id = this.#options.newIds ? yield* freeTaskId(this.#scope.db) : requireUsableId(given);
    // On a board that had no task there is none of the same id.
    if (
      !this.#options.newIds &&
      this.#firstRow > 0 &&
      (yield* this.#scope.db.get("SELECT 1 FROM tasks WHERE id = :id", { id })) !== null
    )
      throw new BoardError("conflict", `there is a task ${quote(id)} on this board already`);
    this.#ids.set(given, id);
    return id;
  }

  #number(table: string, given: Value | undefined, column: string, min = 1): number {
    if (isUsableNumber(given, min)) return given === 0 ? 0 : given + (this.#offsets.get(table) ?? 0);
    throw usage(`"${column}" must be a whole number from ${min} to ${numberMax}`);
  }

  *#requireFreeKey(row: ReadonlyMap<string, Value>): Steps<void> {
    const key = row.get("idempotency_key");
    if (key === undefined || row.get("status") === "archived") return;
    const other = yield* this.#scope.db.get<{ id: string }>(
      "SELECT id FROM tasks WHERE idempotency_key = :key AND status <> 'archived' AND rowid <= :firstRow LIMIT 1",
      { key, firstRow: this.#firstRow },
    );
    if (other !== null)
      throw new BoardError(
        "conflict",
        `the task ${other.id} of this board has the idempotency key ${quote(String(key))} already`,
      );
  }

  #place(row: Map<string, Value>): void {
    const [taskId, filename] = [String(row.get("task_id")), String(row.get("filename") ?? "")];
    const path = this.#options.placeFile?.({ taskId, filename }) ?? null;
    if (path !== null) row.set("stored_path", path);
  }

  /** What history says of other tasks, in their new ids. */
  #rename(row: Map<string, Value>): void {
    const payload = row.get("payload");
    if (typeof payload === "string")
      row.set(
        "payload",
        payload.replace(/"(t_[0-9a-f]{8})"/g, (text, id) =>
          this.#ids.has(id) ? `"${this.#ids.get(id)}"` : text,
        ),
      );
  }

  /** No worker came along: a task that was at work waits again, and its run is closed. */
  *#takeBack(by: By): Steps<number> {
    const { db, nowS } = this.#scope;
    const after = { firstRow: this.#firstRow };
    const closed = yield* db.all<{ id: number; task_id: string }>(
      `UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = :nowS
       WHERE ended_at IS NULL AND task_id IN (SELECT id FROM tasks WHERE rowid > :firstRow) RETURNING id, task_id`,
      { ...after, nowS },
    );
    const taken = yield* db.all<{ id: string }>(
      `UPDATE tasks AS t SET status = ${statusWhenBack} WHERE t.rowid > :firstRow AND t.status = 'running' RETURNING id`,
      after,
    );
    const runs = new Map(closed.map((run) => [run.task_id, run.id]));
    yield* appendEvents(
      this.#scope,
      taken.map(({ id }) => ({
        taskId: id,
        runId: runs.get(id) ?? null,
        kind: "reclaimed",
        actor: by.actor,
        payload: { reason: "imported" },
      })),
    );
    return taken.length;
  }
}

/** Folders are named after it. */
function requireUsableId(id: string): string {
  if (isUsableId(id)) return id;
  throw usage(`${quote(id)} cannot be the id of a task`);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function usage(message: string): BoardError {
  return new BoardError("usage", message);
}
