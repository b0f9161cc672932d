import type { ListRow, ListShape, Parameters } from "../sql/connection.ts";
import { toJson } from "./row-insert.ts";

export interface ListTable {
  /** A table in a statement, of which the parameters are named. */
  readonly sql: string;
  readonly parameters: Parameters;
}

const types = { INTEGER: "bigint", TEXT: 'text COLLATE "C"' } as const;

/** A list of rows as a table, given to the statement as one value. */
export function tableOf<Column extends string>(
  list: ListShape<Column>,
  rows: readonly ListRow<Column>[],
): ListTable {
  const columns = Object.entries<"INTEGER" | "TEXT">(list.columns).map(
    ([name, type]) => `${name} ${types[type]}`,
  );
  const name = `list_${list.name}`;
  return {
    // With a limit the planner takes it for a short one, and looks at an index for each instead of reading the whole board.
    sql: `(SELECT * FROM json_to_recordset(:${name}::text::json) AS r(${columns.join(", ")}) LIMIT :${name}_count)`,
    parameters: { [name]: toJson(rows), [`${name}_count`]: rows.length },
  };
}
