/** Who asked for which log until when, for all boards of a schema: no part of a board, so that it never moves along with one. */
export const logAsksTable = `CREATE TABLE IF NOT EXISTS log_asks (board integer NOT NULL, run_id bigint NOT NULL,
  until timestamptz NOT NULL, answers bigint NOT NULL DEFAULT 0, PRIMARY KEY (board, run_id))`;

/** Whether someone asks for a log of the board: of a table in which there is seldom a row. */
export function isLogAsked(schema: string, board: number): string {
  return `EXISTS (SELECT 1 FROM ${schema}.log_asks WHERE board = ${board} AND until > clock_timestamp())`;
}
