import type { ListedTask, TaskStatus } from "../../board/task.ts";
import type { Session } from "../session/session.ts";
import { RunLog } from "./run-log.ts";

const statuses: readonly TaskStatus[] = ["todo", "ready", "running", "blocked", "review"];

export interface FailedLog {
  readonly task: ListedTask;
  readonly log: RunLog;
}

/**
 * The last failed run of each task that failed and has not been done since, the newest failure last.
 * @param how.sinceMs only those that ended at or after this instant
 * @returns at most `how.max`, and how many older ones there are
 */
export async function findFailedLogs(
  session: Session,
  { sinceMs, max }: { readonly sinceMs: number | null; readonly max: number },
): Promise<{ readonly logs: readonly FailedLog[]; readonly more: number }> {
  const tasks = await session.store.listTasks({ statuses, hasFailed: true });
  const all: FailedLog[] = [];
  for (const task of tasks)
    for (const log of (await RunLog.list(session, task.id, { sinceMs, isFailed: true })).slice(-1))
      all.push({ task, log });
  all.sort((a, b) => (a.log.run?.id ?? 0) - (b.log.run?.id ?? 0));
  return { logs: all.slice(-max), more: Math.max(0, all.length - max) };
}
