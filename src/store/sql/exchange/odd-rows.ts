import type { Connection, Value } from "../connection.ts";
import type { Steps } from "../steps.ts";
import type { CarriedTable } from "./carried-tables.ts";
import { listCircleLinks } from "./circles.ts";

/** Far more than any board has, and far from where SQLite has no number left to give. */
export const numberMax = 2 ** 40;

/** A row that no board could take in: another program wrote it, and a file holds what it is given. */
export interface OddRow {
  readonly table: string;
  /** The number of its row. */
  readonly row: number;
  readonly reason: string;
}

export function isUsableId(id: unknown): id is string {
  return typeof id === "string" && /^[^/\\\p{Cc}]{1,100}$/u.test(id) && id !== "." && id !== "..";
}

/** Whether it can be the number of a row, or name one. 0: none yet. */
export function isUsableNumber(value: unknown, min = 1): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= numberMax;
}

/** Why a row of a task that can be taken in can't be; null: it can. */
export function whyUnusable(
  { id, runs = [], events = [] }: CarriedTable,
  row: Readonly<Record<string, Value>>,
): string | null {
  const numbers = [...(id === undefined ? [] : [id]), ...runs, ...events];
  const odd = numbers.find((column) => {
    const value = row[column] ?? null;
    const min = events.includes(column) ? 0 : 1;
    return value !== null && !isUsableNumber(value, min);
  });
  return odd === undefined ? null : `its ${odd} is no number that can be used`;
}

/** Tasks whose id no board could use. */
export function* listOddTasks(db: Connection): Steps<OddRow[]> {
  const odd: OddRow[] = [];
  yield* db.scan<{ position: number; id: Value }>(
    "SELECT rowid AS position, id FROM tasks",
    ({ position: row, id }) => {
      if (!isUsableId(id)) odd.push({ table: "tasks", row, reason: "its id is none that can be used" });
    },
  );
  return odd;
}

/** One link of each circle: with it a task would wait for itself. */
export function* listOddLinks(db: Connection): Steps<OddRow[]> {
  return (yield* listCircleLinks(db)).map(({ link, id }) => ({
    table: "task_links",
    row: link,
    reason: `it closes a circle: ${id} would wait for itself`,
  }));
}
