import type { KeptLog } from "../../board/kept-log.ts";
import type { AskedLog, LogAsks } from "../log-asks.ts";
import { type LogRow, packTail, toKeptLog } from "../sql/runs/run-logs.ts";
import type { Answer } from "./answer.ts";
import { lockSpaceOf, type PostgresEngine } from "./postgres-engine.ts";
import type { Server } from "./server.ts";

/** After so long a row of which no host took notice goes with the next that is asked for. */
const staleAfter = "interval '1 hour'";

/**
 * Asking for logs of one board. None of it counts as a change of the board: no one is woken by it, and what it writes may be lost with
 * the server.
 */
export function logAsks(
  server: Server,
  {
    schema,
    board,
    engine,
  }: { readonly schema: string; readonly board: number; readonly engine: PostgresEngine },
): LogAsks {
  /** One statement that is no matter of what was there before; behind the board's lock where it is to be after all that holds it. */
  async function run(text: string, values: readonly unknown[], isBehindLock = false): Promise<Answer> {
    const { session } = await server.begin(
      "BEGIN",
      `SELECT set_config('search_path', '${schema}', true), set_config('lock_timeout', '5000', true),
         set_config('statement_timeout', '15000', true), set_config('idle_in_transaction_session_timeout', '5000', true),
         set_config('synchronous_commit', 'off', true)`,
      ...(isBehindLock ? [`SELECT pg_advisory_xact_lock(${lockSpaceOf(schema)}, ${board})`] : []),
    );
    try {
      const answer = await session.run(text, values);
      await session.runEach(["COMMIT"]);
      session.release();
      return answer;
    } catch (error) {
      // With the connection its transaction ends.
      session.abandon();
      throw session.explain(error);
    }
  }

  return {
    get isAsked() {
      return engine.isLogAsked;
    },

    async ask(runId, forMs) {
      await run(
        `WITH old AS (DELETE FROM log_asks WHERE until < clock_timestamp() - ${staleAfter})
         INSERT INTO log_asks (board, run_id, until)
         VALUES (${board}, $1::bigint, clock_timestamp() + $2::bigint * interval '1 millisecond')
         ON CONFLICT (board, run_id) DO UPDATE SET until = greatest(log_asks.until, excluded.until),
           answers = CASE WHEN log_asks.until > clock_timestamp() THEN log_asks.answers ELSE 0 END`,
        [runId, forMs],
      );
    },

    async getAnswer(runId, known) {
      const { rows } = await run(
        `SELECT l.run_id, l.task_id, l.hostname, l.home, l.size_bytes, l.tail, a.answers
         FROM log_asks a JOIN all_kanbun_run_logs l ON l.board = a.board AND l.run_id = a.run_id
         WHERE a.board = ${board} AND a.run_id = $1::bigint AND a.answers > $2::bigint AND a.until > clock_timestamp()`,
        [runId, known],
      );
      const row = rows[0];
      if (row === undefined) return null;
      return { answers: Number(row.answers), log: toKeptLog(row as unknown as LogRow) };
    },

    async listAsked(homeId) {
      const { rows } = await run(
        `SELECT a.run_id, k.task_id, k.token, a.answers FROM log_asks a JOIN all_kanbun_runs k ON k.board = a.board AND k.run_id = a.run_id
         WHERE a.board = ${board} AND a.until > clock_timestamp() AND k.gone_at_ms IS NULL AND substr(k.host, 1, 13) = $1::text
         ORDER BY a.run_id`,
        [`${homeId}+`],
      );
      return rows.map((row) => ({
        ...{ runId: Number(row.run_id), taskId: String(row.task_id), token: String(row.token) },
        answers: Number(row.answers),
      }));
    },

    /** Behind the lock: what is read later must not be overwritten by what was read before, as a run's last words by those before them. */
    async answer(
      { runId, taskId, token, answers }: AskedLog,
      log: Pick<KeptLog, "hostname" | "home" | "sizeBytes" | "tail">,
    ) {
      const { count } = await run(
        `WITH asked AS (
           UPDATE log_asks a SET answers = a.answers + 1
           WHERE a.board = ${board} AND a.run_id = $1::bigint AND a.answers = $2::bigint AND a.until > clock_timestamp()
             AND EXISTS (SELECT 1 FROM all_kanbun_runs k JOIN all_task_runs r ON r.board = k.board AND r.id = k.run_id
               WHERE k.board = a.board AND k.run_id = a.run_id AND k.token = $3::text AND k.gone_at_ms IS NULL AND r.ended_at IS NULL)
           RETURNING a.board)
         INSERT INTO all_kanbun_run_logs (board, run_id, task_id, hostname, home, size_bytes, tail)
         SELECT board, $1::bigint, $4::text, $5::text, $6::text, $7::bigint, $8::text FROM asked
         ON CONFLICT (board, run_id) DO UPDATE SET size_bytes = excluded.size_bytes, tail = excluded.tail`,
        [runId, answers, token, taskId, log.hostname, log.home, log.sizeBytes, packTail(log.tail)],
        true,
      );
      return count === 1;
    },
  };
}
