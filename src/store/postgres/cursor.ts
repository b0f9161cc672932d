import type { Steps } from "../sql/steps.ts";
import type { Answer } from "./answer.ts";

/** Rows that are read together: for more than memory should hold. */
const rowsAtOnce = 1_000;

/** How a cursor's statements are asked in the transaction in which it lives. */
export interface CursorAsks {
  ask(text: string, values?: readonly unknown[]): Steps<Answer>;
  /** Unprepared: the same words fetch rows of another shape the next time, and the driver would give them the old names. */
  askPlainly(text: string): Steps<Answer>;
}

/** Hands on the rows of a query, one at a time, through a cursor of that name. */
export function* readByCursor<Result>(
  by: CursorAsks,
  query: { readonly name: string; readonly text: string; readonly values: readonly unknown[] },
  onRow: (row: Result) => void,
): Steps<void> {
  const { name, text, values } = query;
  yield* by.ask(`DECLARE ${name} NO SCROLL CURSOR FOR ${text}`, values);
  for (;;) {
    const { rows } = yield* by.askPlainly(`FETCH ${rowsAtOnce} FROM ${name}`);
    for (const row of rows) onRow(row as Result);
    if (rows.length < rowsAtOnce) break;
  }
  yield* by.ask(`CLOSE ${name}`);
}
