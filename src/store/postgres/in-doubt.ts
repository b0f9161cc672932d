import { BoardError } from "../../board/error.ts";
import { confirmReplicas } from "./flush.ts";
import { explainPostgresError } from "./postgres-error.ts";
import type { Server, Session } from "./server.ts";

/** What is known of a transaction when it begins. */
export interface Begun {
  readonly xid: string;
  readonly pid: number;
  /** Of the server; null: it doesn't say. */
  readonly origin: string | null;
}

/** @param origin as it was asked before; undefined: it was asked with this row */
export function toBegun(
  row: Readonly<Record<string, unknown>> = {},
  origin: string | null | undefined,
): Begun {
  const asked = row.origin === null || row.origin === undefined ? null : String(row.origin);
  return { xid: String(row.xid), pid: Number(row.pid), origin: origin === undefined ? asked : origin };
}

const askAgainMs = 100;

/**
 * What came of a COMMIT whose answer was lost. True only where the replicas that the server waits for have it too.
 * @throws {BoardError} in_doubt when no one says so in time, or no one can
 */
export async function isCommitted(
  server: Server,
  { schema, begun, cause }: { readonly schema: string; readonly begun: Begun; readonly cause: unknown },
): Promise<boolean> {
  const { doubtMs } = server.patience;
  const deadlineMs = performance.now() + doubtMs;
  for (;;) {
    const status = await tryAsk(server, async (session) => {
      const { rows } = await session.run(statusOf(schema), [begun.xid, begun.origin]);
      // Cut off from us it may still be under way: it is ended, and then asked again.
      if (rows[0]?.status === "in progress")
        await session.runAll(`SELECT pg_terminate_backend(${begun.pid})`);
      if (rows[0]?.status === "committed") await session.runAll(confirmReplicas, doubtMs);
      return rows[0]?.status;
    });
    if (status === "committed") return true;
    if (status === "aborted") return false;
    if (status === "unknown" || performance.now() > deadlineMs)
      throw new BoardError("in_doubt", `${server.name} did not say whether this was kept`, {
        hint: "look at the task when the server is back, then decide whether to do it again",
        cause,
      });
    await Bun.sleep(askAgainMs);
  }
}

/** null while the server does not answer. */
async function tryAsk<Result>(
  server: Server,
  work: (session: Session) => Promise<Result>,
): Promise<Result | null> {
  try {
    const { session } = await server.begin("SELECT 1");
    try {
      const result = await work(session);
      session.release();
      return result;
    } catch (error) {
      session.abandon();
      throw error;
    }
  } catch (error) {
    const explained = explainPostgresError(error, server.name);
    if (explained instanceof BoardError) return null;
    throw explained;
  }
}

/**
 * What became of a transaction. The number may be another's by now where a replica that did not have it took over; a replica that is
 * still one says nothing.
 */
function statusOf(schema: string): string {
  return `SELECT CASE WHEN pg_is_in_recovery() THEN NULL
    WHEN ${schema}.server_origin() IS NOT DISTINCT FROM $2::text THEN pg_xact_status($1::xid8)
    WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot()) AND pg_xact_status($1::xid8) = 'committed' THEN 'unknown'
    ELSE 'aborted' END AS status`;
}
