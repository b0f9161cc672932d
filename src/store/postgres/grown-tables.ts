import { tables } from "./schema.ts";

/** Of a table with no more of them nothing is told to the planner. */
const fewRows = 500;

/**
 * The `name` of each table that has some rows: one that was seen empty would be thought to be so while it fills, and be read as a
 * whole.
 */
export const selectGrown = [...tables.keys()]
  .map((name) => `(SELECT 'all_${name}' AS name FROM all_${name} OFFSET ${fewRows} LIMIT 1)`)
  .join(" UNION ALL ");

/** Has the planner look at these tables; what another one analyzes at this moment is not waited for. */
export function analyze(names: readonly string[]): string {
  return `ANALYZE (SKIP_LOCKED) ${names.join(", ")}`;
}
