import type { Table } from "./schema.ts";

/** What claims are found by. */
const claimed = ["tasks", "task_links", "task_runs", "kanbun_tasks", "kanbun_runs"];
/** Of no board. */
const nobodysBoard = 0;
const rowCount = 300;

/**
 * Statements that tell the planner what tables will look like in which nothing is yet: rows of one board, each with a key of its own.
 * Of a table that it knows nothing about it takes the number of the board for a key as good as any: then a claim compares each run with
 * each, until the server has looked at the tables itself, a minute later.
 */
export function firstStatistics(tables: readonly Table[]): string[] {
  return tables
    .filter(({ name }) => claimed.includes(name))
    .flatMap(({ name, columns }) => {
      const values = columns.map(({ type, sql }) => {
        const value = type === "text" ? "i::text" : "i";
        return sql.includes("NOT NULL") ? value : `CASE WHEN i % 30 > 0 THEN ${value} END`;
      });
      return [
        `INSERT INTO all_${name} (board, ${columns.map((column) => column.name).join(", ")})
         SELECT ${nobodysBoard}, ${values.join(", ")} FROM generate_series(1, ${rowCount}) i
         WHERE NOT EXISTS (SELECT 1 FROM all_${name})`,
        `ANALYZE all_${name}`,
        `DELETE FROM all_${name} WHERE board = ${nobodysBoard}`,
      ];
    });
}
