/** The numbers of a table's rows, of one board: statements, without their values, about the sequence that gives them. */
export function sequenceOf(table: string, board: number) {
  const name = `${table}_${board}`;
  return {
    name,
    /** `last`: 0 where none was given yet. */
    last: `SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM ${name}`,
    /** With the number of a row that brought it along, which moves no sequence by itself. */
    moveOn: `SELECT setval('${name}', $1::bigint) FROM ${name} WHERE NOT is_called OR last_value < $1::bigint`,
  };
}
