import { Database } from "bun:sqlite";
import type { BenchHome } from "../boards/bench-home.ts";

const firstStep = [
  `CREATE TEMP TABLE claim AS SELECT row_number() OVER (ORDER BY priority DESC, created_at, rowid) AS run_id,
     id AS task_id, lower(hex(randomblob(16))) AS token FROM tasks WHERE status = 'ready'`,
  `UPDATE tasks AS t SET status = 'running', claim_lock = 'bench:' || c.token, claim_expires = 2000000000,
     started_at = 1800000000, current_run_id = c.run_id FROM temp.claim c WHERE t.id = c.task_id`,
  `INSERT INTO task_runs (id, task_id, profile, status, claim_lock, claim_expires, started_at)
     SELECT run_id, task_id, 'shell', 'running', 'bench:' || token, 2000000000, 1800000000 FROM temp.claim`,
  `INSERT INTO kanbun_runs (run_id, task_id, holder, token, profile, host, boot_id, dispatcher_pid, dispatcher_start,
     claimed_at_ms, claimed_at_monotonic_ms, grace_ms)
     SELECT run_id, task_id, 'worker', token, 'shell', hex(zeroblob(16)), hex(zeroblob(16)), 1000, '1000000',
       1800000000000, 1000000, 5000 FROM temp.claim`,
  `INSERT INTO task_events (task_id, run_id, kind, payload, created_at)
     SELECT task_id, run_id, 'claimed', json_object('lock', 'bench:' || token, 'expires', 2000000000, 'run_id', run_id,
       'actor', 'dispatcher'), 1800000000 FROM temp.claim`,
];

const secondStep = [
  "UPDATE kanbun_runs AS k SET pid = 4194305, start_time = '1' FROM temp.claim c WHERE k.run_id = c.run_id",
  "UPDATE task_runs AS r SET worker_pid = 4194305 FROM temp.claim c WHERE r.id = c.run_id",
  "UPDATE tasks AS t SET worker_pid = 4194305 FROM temp.claim c WHERE t.id = c.task_id",
  `INSERT INTO task_events (task_id, run_id, kind, payload, created_at)
     SELECT task_id, run_id, 'spawned', '{"pid":4194305,"actor":"dispatcher"}', 1800000000 FROM temp.claim`,
];

/**
 * The rows that a tick writes for every ready task, in its two transactions, by bare statements that check nothing: what
 * the board's tables and indexes cost, whoever fills them. Returns milliseconds.
 */
export function bareClaimsMs({ database }: BenchHome): number {
  const db = new Database(database, { strict: true });
  try {
    db.run("PRAGMA synchronous = FULL");
    db.run("PRAGMA cache_size = -65536");
    db.run("PRAGMA temp_store = MEMORY");
    db.run("PRAGMA wal_autocheckpoint = 0");
    const startedAtMs = performance.now();
    for (const step of [firstStep, secondStep]) {
      db.run("BEGIN IMMEDIATE");
      for (const sql of step) db.run(sql);
      db.run("COMMIT");
    }
    return performance.now() - startedAtMs;
  } finally {
    db.close();
  }
}
