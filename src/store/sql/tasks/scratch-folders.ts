import type { FoundScratch, ScratchFolder } from "../../tick.ts";
import type { Connection } from "../connection.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

/** What it handed over lies there until its last child is over, as in the format. */
export function* listRemovableScratch(db: Connection, home: string): Steps<ScratchFolder[]> {
  const ofHome =
    home === "" ? "" : "AND (substr(k.host, 1, 13) = :home || '+' OR substr(k.host, 13, 1) <> '+')";
  return (yield* db.all<{ run_id: number; task_id: string; scratch_path: string; host: string }>(
    `SELECT k.run_id, k.task_id, k.scratch_path, k.host FROM kanbun_runs k JOIN tasks t ON t.id = k.task_id
       WHERE k.scratch_path IS NOT NULL ${ofHome} AND t.completed_at IS NOT NULL AND t.status IN ('done', 'archived')
         AND NOT EXISTS (SELECT 1 FROM kanbun_runs l WHERE l.task_id = k.task_id AND l.gone_at_ms IS NULL)
         AND NOT EXISTS (SELECT 1 FROM task_links l JOIN tasks c ON c.id = l.child_id
           WHERE l.parent_id = t.id AND c.status NOT IN ('done', 'archived'))`,
    home === "" ? {} : { home },
  )).map((row) => ({ runId: row.run_id, taskId: row.task_id, path: row.scratch_path, host: row.host }));
}

export function* recordScratch({ db }: Scope, found: readonly FoundScratch[]): Steps<void> {
  for (const { runId, path } of found)
    yield* db.send(
      "UPDATE kanbun_runs SET scratch_path = :path WHERE run_id = :runId AND scratch_path IS NULL",
      {
        runId,
        path,
      },
    );
}

export function* forgetScratch(scope: Scope, runIds: readonly number[]): Steps<void> {
  if (runIds.length === 0) return;
  yield* scope.db.send(
    "UPDATE kanbun_runs SET scratch_path = NULL WHERE run_id IN (SELECT value FROM json_each(:runIds))",
    { runIds: JSON.stringify(runIds) },
  );
}
