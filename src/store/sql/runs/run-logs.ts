import type { LiveRun } from "../../../board/claim.ts";
import { type KeptLog, keptLogBytesMax } from "../../../board/kept-log.ts";
import type { RunLogStore } from "../../run-logs.ts";
import type { Connection } from "../connection.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import type { Transactions } from "../transactions.ts";

/** The end of a log as a tick has read it. */
type ReadLog = Omit<KeptLog, "runId" | "taskId"> & { readonly run: LiveRun };

export function runLogStore(on: Transactions): RunLogStore {
  return {
    getRunLog: (runId) => on.read((db) => getRunLog(db, runId)),
    measureOldRunLogs: (beforeMs) => on.read((db) => measureOld(db, beforeMs)),
    removeOldRunLogs: (beforeMs, max) => on.write((scope) => removeOld(scope, beforeMs, max)),
  };
}

/** What is read again later, when the last process has gone, takes the place of what was there. */
export function* recordRunLogs({ db }: Scope, logs: readonly ReadLog[]): Steps<void> {
  for (const { run, hostname, home, sizeBytes, tail } of logs)
    yield* db.send(
      `INSERT INTO kanbun_run_logs (run_id, task_id, hostname, home, size_bytes, tail)
       SELECT :runId, :taskId, :hostname, :home, :sizeBytes, :tail
       WHERE EXISTS (SELECT 1 FROM kanbun_runs WHERE run_id = :runId AND token = :token)
       ON CONFLICT (run_id) DO UPDATE SET size_bytes = excluded.size_bytes, tail = excluded.tail`,
      {
        ...{ runId: run.runId, taskId: run.taskId, token: run.token, hostname, home, sizeBytes },
        tail: packTail(tail),
      },
    );
}

export interface LogRow {
  readonly run_id: number;
  readonly task_id: string;
  readonly hostname: string;
  readonly home: string;
  readonly size_bytes: number;
  readonly tail: string;
}

function* getRunLog(db: Connection, runId: number): Steps<KeptLog | null> {
  const row = yield* db.get<LogRow>("SELECT * FROM kanbun_run_logs WHERE run_id = :runId", { runId });
  return row === null ? null : toKeptLog(row);
}

export function toKeptLog({
  run_id: runId,
  task_id: taskId,
  hostname,
  home,
  size_bytes,
  tail,
}: LogRow): KeptLog {
  return { runId, taskId, hostname, home, sizeBytes: size_bytes, tail: unpack(tail) };
}

const isOld = "r.id = l.run_id AND r.ended_at < :beforeS";

function* measureOld(db: Connection, beforeMs: number): Steps<{ count: number; sizeBytes: number }> {
  const row = yield* db.get<{ n: number; size: number }>(
    `SELECT count(*) AS n, coalesce(sum(length(CAST(l.tail AS BLOB))), 0) AS size
     FROM kanbun_run_logs l JOIN task_runs r ON ${isOld}`,
    { beforeS: Math.floor(beforeMs / 1000) },
  );
  return { count: row?.n ?? 0, sizeBytes: row?.size ?? 0 };
}

function* removeOld({ db }: Scope, beforeMs: number, max: number): Steps<number> {
  return yield* db.run(
    `DELETE FROM kanbun_run_logs WHERE run_id IN (
       SELECT l.run_id FROM kanbun_run_logs l JOIN task_runs r ON ${isOld} ORDER BY l.run_id LIMIT :max)`,
    { beforeS: Math.floor(beforeMs / 1000), max },
  );
}

/** A log may have any bytes, a text may not; and what is written by the line is a fifth of it when packed. */
export function packTail(bytes: Uint8Array): string {
  return Buffer.from(Bun.gzipSync(Uint8Array.from(bytes.subarray(-keptLogBytesMax)))).toString("base64");
}

function unpack(text: string): Uint8Array {
  return Bun.gunzipSync(Uint8Array.from(Buffer.from(text, "base64")));
}
