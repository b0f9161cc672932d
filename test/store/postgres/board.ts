import { SQL } from "bun";
import { type OpenOptions, openPostgresBoard } from "../../../src/store/postgres/open.ts";
import { tables } from "../../../src/store/postgres/schema.ts";
import type { ServerPlace } from "../../../src/store/postgres/server-place.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { eventually } from "../../support/eventually.ts";
import { requirePostgres } from "../../support/postgres/postgres.ts";
import { type FreshBoard, ManualClock } from "../board-under-test.ts";

let boards = 0;

/** A name that no board has. */
export function freshName(): string {
  boards += 1;
  return `test-${process.pid}-${boards}`;
}

export function openBoardOn(
  server: ServerPlace,
  board: string,
  options: Partial<OpenOptions> & Pick<OpenOptions, "clock">,
): Promise<BoardStore> {
  return openPostgresBoard({ server, board, mode: "write", ...options });
}

/** A board of its own on the server of this run, whose clocks stand still. */
export async function openFreshPostgres(): Promise<FreshBoard> {
  const server = await requirePostgres();
  const [board, clock] = [freshName(), new ManualClock()];
  return {
    store: await openBoardOn(server, board, { clock, mode: "create", isServerTime: false }),
    clock,
    connect: () => openBoardOn(server, board, { clock, isServerTime: false }),
    fingerprint: () => hashBoard(server, board),
  };
}

/** All rows of a board, in one word. */
async function hashBoard(server: ServerPlace, board: string): Promise<string> {
  await using sql = connect(server);
  const { schema = "kanbun" } = server;
  const [row] = await sql.unsafe(`SELECT id FROM ${schema}.boards WHERE name = $1`, [board]);
  const parts = [...tables.keys()].map(
    (name) =>
      `SELECT '${name}' AS t, md5(coalesce(string_agg(x::text, '|' ORDER BY x::text), '')) AS h
       FROM ${schema}.all_${name} x WHERE board = ${row.id}`,
  );
  const rows: { t: string; h: string }[] = await sql.unsafe(parts.join(" UNION ALL "));
  return rows.map(({ t, h }) => `${t} ${h}`).join("\n");
}

/** Rows, and entries of indexes, that a server has read so far, once all other connections have ended: only then they have told of theirs. */
export async function countRead(sql: SQL): Promise<number> {
  await eventually("the connections have ended", async () => {
    const [others] = await sql.unsafe(
      "SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    );
    return Number(others.n) === 0;
  });
  await sql.unsafe("SELECT pg_stat_force_next_flush()");
  const [row] = await sql.unsafe(
    "SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables) + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes) AS n",
  );
  return Number(row.n);
}

/** A connection of the test's own. */
export function connect({ host, port, database, user }: ServerPlace): SQL {
  return new SQL({
    url: "postgres://localhost",
    adapter: "postgres",
    hostname: host,
    port: port ?? 5432,
    database,
    username: user,
    password: "",
    max: 1,
  });
}
