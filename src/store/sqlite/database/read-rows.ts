import type { Database } from "bun:sqlite";

/** All rows of a query that is asked once: its statement is let go of at once, for it would keep the database open. */
export function readRows<Row>(db: Database, sql: string): Row[] {
  const statement = db.prepare<Row, []>(sql);
  try {
    return statement.all();
  } finally {
    statement.finalize();
  }
}
