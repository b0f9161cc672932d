import { BoardError } from "../../board/error.ts";
import { schemaVersion } from "../sql/schema/schema-version.ts";
import { firstStatistics } from "./first-statistics.ts";
import { hostsTable } from "./hosts-table.ts";
import { liveFloorsTable, liveRunsIndex, liveRunsView } from "./live-floor.ts";
import { logAsksTable } from "./log-asks-table.ts";
import { lockSpaceOf } from "./postgres-engine.ts";
import { createTable, createView, indexes, tables } from "./schema.ts";
import { schemaFunctions } from "./schema-functions.ts";
import type { Server, Session } from "./server.ts";

/** The server must know what is asked of it. */
const serverVersionMin = 150_000;

/** What the schema has: its version, null where there is none of ours, and the number of the board. */
export interface Found {
  readonly version: number | null;
  readonly board: number | null;
}

/** @throws {BoardError} unsupported for an older server */
export async function look(server: Server, schema: string, board: string): Promise<Found> {
  const { session, answers } = await server.begin(
    `SELECT current_setting('server_version_num')::integer AS version, current_setting('server_version') AS name,
       to_regclass('${schema}.boards') IS NOT NULL AS is_there`,
  );
  try {
    const { version, name, is_there } = answers[0]?.rows[0] ?? {};
    if (Number(version) < serverVersionMin)
      throw new BoardError("unsupported", `${server.name} is PostgreSQL ${name}; 15 or newer is needed`, {
        hint: "upgrade the server",
      });
    if (is_there !== 1) return { version: null, board: null };
    const { rows } = await session.run(
      `SELECT (SELECT version FROM ${schema}.schema_version) AS version,
         (SELECT id FROM ${schema}.boards WHERE name = $1::text) AS board`,
      [board],
    );
    return { version: toNumber(rows[0]?.version), board: toNumber(rows[0]?.board) };
  } catch (error) {
    throw session.explain(error);
  } finally {
    session.release();
  }
}

/** @throws {BoardError} newer_board */
export function requireKnown({ version }: Found, server: Server): void {
  if (version !== null && version > schemaVersion)
    throw new BoardError(
      "newer_board",
      `${server.name} was written by a newer Kanbun (its version ${version}, this one knows ${schemaVersion})`,
      { hint: "update Kanbun; nothing was changed" },
    );
}

function toNumber(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/**
 * Brings the schema up to this version, and makes the board if it is not there, each once however many processes come: under
 * a lock of their own, in one transaction. Only ever adds. @param board null: the schema alone
 */
export async function migrate(server: Server, schema: string, board: string | null): Promise<void> {
  const { session } = await server.begin(
    "BEGIN",
    `SELECT pg_advisory_xact_lock(${lockSpaceOf(schema)}, 0)`,
    `CREATE SCHEMA IF NOT EXISTS ${schema}`,
    `SELECT set_config('search_path', '${schema}', true)`,
  );
  try {
    const { rows } = await session.run("SELECT to_regclass('schema_version') IS NOT NULL AS is_there");
    const known = rows[0]?.is_there === 1 ? await session.run("SELECT version FROM schema_version") : null;
    const version = toNumber(known?.rows[0]?.version);
    // Asked again under the lock: another process may have been here first.
    if (version !== schemaVersion) {
      await session.runAll(statements(version).join(";\n"));
      await session.runAll(firstStatistics([...tables.values()]).join(";\n"));
    }
    if (board !== null) await makeBoard(session, board);
    await session.runAll("COMMIT");
    session.release();
  } catch (error) {
    session.abandon();
    throw session.explain(error);
  }
}

async function makeBoard(session: Session, board: string): Promise<void> {
  await session.run("INSERT INTO boards (name) VALUES ($1::text) ON CONFLICT (name) DO NOTHING", [board]);
  const made = await session.run("SELECT id FROM boards WHERE name = $1::text", [board]);
  const id = Number(made.rows[0]?.id);
  const sequences = [...tables.values()]
    .filter(({ isNumbered }) => isNumbered)
    .map(({ name }) => `CREATE SEQUENCE IF NOT EXISTS ${name}_${id}`);
  await session.runAll(sequences.join("; "));
}

/** Until version 17 what a task asks of its host was in a table of its own, a row each. */
const moveAsks = `DO $$ BEGIN
  IF to_regclass('all_kanbun_placements') IS NULL THEN RETURN; END IF;
  UPDATE all_tasks t SET kanbun_asks = w.asks FROM (
    SELECT board, task_id, string_agg(kind || ' ' || value, chr(10) ORDER BY kind || ' ' || value) AS asks
    FROM all_kanbun_placements GROUP BY board, task_id) w
  WHERE t.board = w.board AND t.id = w.task_id;
  DROP TABLE all_kanbun_placements CASCADE;
END $$`;

/** @param version of the schema that is there; null: none */
function statements(version: number | null): string[] {
  const all = [...tables.values()];
  return [
    "CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL, at timestamptz NOT NULL DEFAULT now())",
    `CREATE TABLE IF NOT EXISTS boards (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
       name text COLLATE "C" NOT NULL UNIQUE, version bigint NOT NULL DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now())`,
    "ALTER TABLE boards ADD COLUMN IF NOT EXISTS frozen text, ADD COLUMN IF NOT EXISTS frozen_in xid8, ADD COLUMN IF NOT EXISTS told_at timestamptz",
    "ALTER TABLE boards ADD COLUMN IF NOT EXISTS takeover text NOT NULL DEFAULT 'never'",
    ...schemaFunctions.map((text) => `CREATE OR REPLACE FUNCTION ${text}`),
    `CREATE OR REPLACE TRIGGER refuse_frozen BEFORE UPDATE ON boards FOR EACH ROW
       WHEN (old.frozen IS NOT NULL AND new.frozen IS NOT NULL) EXECUTE FUNCTION refuse_frozen()`,
    hostsTable,
    "ALTER TABLE hosts ADD COLUMN IF NOT EXISTS origin text",
    logAsksTable,
    liveFloorsTable,
    ...all.map(createTable),
    ...all.flatMap(({ name, columns }) =>
      columns.map((column) => `ALTER TABLE all_${name} ADD COLUMN IF NOT EXISTS ${column.sql}`),
    ),
    ...(version !== null && version < 18 ? ["DROP INDEX IF EXISTS tasks_ready, tasks_review", moveAsks] : []),
    // A claim's plan is made once for whatever is asked: where all tasks ask for the same, the planner would else take each thing that
    // is asked for what they all ask, and read them in the order of work.
    "ALTER TABLE all_tasks ALTER COLUMN kanbun_asks SET (n_distinct = 1000)",
    ...[...indexes, liveRunsIndex].map((index) => `CREATE ${index}`),
    // Made anew: a view knows only the columns that there were.
    "DROP VIEW IF EXISTS live_runs",
    ...all.flatMap((table) => [`DROP VIEW IF EXISTS ${table.name}`, createView(table)]),
    liveRunsView,
    "DELETE FROM schema_version",
    `INSERT INTO schema_version (version) VALUES (${schemaVersion})`,
  ];
}
