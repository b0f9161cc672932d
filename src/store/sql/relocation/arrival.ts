import { BoardError } from "../../../board/error.ts";
import type { Arrived, RelocatedPage, RelocationSource } from "../../relocation.ts";
import type { ColumnFacts, Value } from "../connection.ts";
import { RowInserts } from "../rows/row-inserts.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { readState } from "./departure.ts";
import { firstPage, numberedTables, RowDigest, readPage, relocatedTables } from "./relocated-rows.ts";

/** Few enough that no single statement takes long. */
const deletedAtOnce = 20_000;

export function* arrive(
  scope: Scope,
  source: RelocationSource,
  { id, replaces }: { readonly id: string; readonly replaces: string | null },
): Steps<Arrived> {
  const { db, nowMs } = scope;
  const { left, isEmpty, arrivedBy } = yield* readState(db);
  if (!isEmpty && (replaces === null || left?.id !== replaces))
    throw new BoardError(
      "conflict",
      left === null
        ? arrivedBy === id
          ? "this move has arrived already"
          : "there is another board already"
        : "another board was there, which has moved elsewhere",
      { hint: "move it under another name: --store-board" },
    );
  yield* db.expectMuch();
  yield* db.thaw();
  for (const table of relocatedTables) yield* clear(scope, table);
  const read = new RowDigest();
  const kept = new RowDigest();
  let tasks = 0;
  for (const table of relocatedTables) {
    const facts = yield* db.listColumns(table);
    let inserts: RowInserts | null = null;
    for (let after: number | null = firstPage; after !== null; ) {
      // The transaction is open meanwhile: who has it waits for another store alone.
      const page = (yield source.readPage(table, after)) as RelocatedPage;
      inserts ??= new RowInserts(table, page.columns);
      const rows = withDefaults(page, facts);
      read.add(table, rows);
      yield* inserts.insert(db, rows);
      after = page.next;
      if (table === "tasks") tasks += rows.length;
    }
  }
  const numbers = (yield source.readNumbers()) as ReadonlyMap<string, number>;
  for (const table of numberedTables) yield* db.setLastNumber(table, numbers.get(table) ?? 0);
  yield* db.noteMuch();
  for (const table of relocatedTables) {
    const facts = yield* db.listColumns(table);
    for (let after: number | null = firstPage; after !== null; ) {
      const page: RelocatedPage = yield* readPage(db, table, after);
      kept.add(table, withDefaults(page, facts));
      after = page.next;
    }
  }
  if (read.rows !== kept.rows || String(read) !== String(kept))
    throw new BoardError("damaged", "what arrived is not what was sent: nothing was kept", {
      hint: "try again; if it lasts, keep both and report it",
    });
  yield* db.send("DELETE FROM kanbun_relocations");
  yield* db.send(
    "INSERT INTO kanbun_relocations (kind, id, store_board, home, at_ms) VALUES ('arrived', :id, '', '', :nowMs)",
    { id, nowMs },
  );
  return { tasks, rows: kept.rows, digest: String(kept) };
}

function* clear({ db }: Scope, table: string): Steps<void> {
  const sql = `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} ORDER BY rowid LIMIT :max)`;
  while ((yield* db.run(sql, { max: deletedAtOnce })) === deletedAtOnce);
}

/** A column that has a default here may be without a value elsewhere. */
function withDefaults({ columns, rows }: RelocatedPage, facts: readonly ColumnFacts[]): (readonly Value[])[] {
  const defaults = columns.map((name) => facts.find((column) => column.name === name)?.fallback ?? null);
  if (defaults.every((value) => value === null)) return [...rows];
  return rows.map((row) => row.map((value, at) => value ?? defaults[at] ?? null));
}
