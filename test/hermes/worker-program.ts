/** A worker of the other system: told by its environment, its verdict plain SQL. Arguments: ledger, milliseconds of work. */
import { Database } from "bun:sqlite";
import { appendFileSync } from "node:fs";

const [ledger = "", workMs = "0"] = process.argv.slice(2);
const env = process.env;
const task = env.HERMES_KANBAN_TASK ?? "";
const run = Number(env.HERMES_KANBAN_RUN_ID);
const who = env.HERMES_KANBAN_CLAIM_LOCK?.includes("~kanbun:") ? "kanbun" : "hermes";
const say = (what: string) => appendFileSync(ledger, `${what} ${task} ${run} ${who}\n`);

say("start");
await Bun.sleep(Number(workMs));
const db = new Database(env.HERMES_KANBAN_DB ?? "", { readwrite: true, create: false });
db.run("PRAGMA busy_timeout = 120000");
const verdict = db.transaction(() => {
  const { changes } = db.run(
    `UPDATE tasks SET status = 'done', completed_at = unixepoch(), claim_lock = NULL, claim_expires = NULL,
       worker_pid = NULL, current_run_id = NULL, result = 'made', consecutive_failures = 0
     WHERE id = ? AND status = 'running' AND current_run_id = ? AND claim_lock = ?`,
    [task, run, env.HERMES_KANBAN_CLAIM_LOCK ?? ""],
  );
  if (changes === 0) return false;
  db.run(
    `UPDATE task_runs SET status = 'done', outcome = 'completed', ended_at = unixepoch(), summary = 'made it',
       claim_lock = NULL, worker_pid = NULL WHERE id = ? AND ended_at IS NULL`,
    [run],
  );
  db.run(
    "INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, ?, 'completed', NULL, unixepoch())",
    [task, run],
  );
  return true;
});
say(verdict.immediate() ? "done" : "refused");
db.close();
