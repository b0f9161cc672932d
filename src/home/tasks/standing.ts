import type { Task } from "../../board/task.ts";
import type { Session } from "../session/session.ts";

/**
 * The state of a task for a caller that waits for it: `done`; `stuck`, which only a person can change, as it is itself stuck
 * or because a task that it waits for is stuck; else it is `under_way`.
 */
export type Standing = "done" | "stuck" | "under_way";

/** So many tasks are looked at for one answer; of more it is under way as far as is known. */
const lookedAtMax = 200;

export async function standingOf({ store }: Session, task: Task): Promise<Standing> {
  const own = ownStanding(task);
  if (own !== "under_way" || task.status !== "todo") return own;
  const seen = new Set([task.id]);
  const left = [task.id];
  for (let id = left.pop(); id !== undefined && seen.size < lookedAtMax; id = left.pop()) {
    for (const { id: parentId } of (await store.requireDossier(id)).parents) {
      if (seen.has(parentId)) continue;
      seen.add(parentId);
      const parent = await store.requireTask(parentId);
      if (ownStanding(parent) === "stuck") return "stuck";
      if (parent.status === "todo") left.push(parentId);
    }
  }
  return "under_way";
}

function ownStanding({ status, completedAtMs, assignee, dueAtMs }: Task): Standing {
  switch (status) {
    case "done":
      return "done";
    case "archived":
      return completedAtMs === null ? "stuck" : "done";
    case "review":
      return assignee === null ? "stuck" : "under_way";
    case "scheduled":
      return dueAtMs === null ? "stuck" : "under_way";
    case "blocked":
    case "triage":
      return "stuck";
    default:
      return "under_way";
  }
}
