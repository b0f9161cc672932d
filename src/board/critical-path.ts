import type { TaskGraph } from "./task-graph.ts";

/**
 * The longest chain of tasks that are not over, each waiting for the one before: what it ends in can't be done in fewer
 * steps. Of several as long the first in the order of creation. Empty where nothing is open. Another program may have linked a circle: that is
 * left out.
 */
export function findCriticalPath({ tasks, links }: TaskGraph): readonly string[] {
  const open = new Set(
    tasks.filter(({ status }) => status !== "done" && status !== "archived").map(({ id }) => id),
  );
  const known = links.filter(({ parentId, childId }) => open.has(parentId) && open.has(childId));
  const children = Map.groupBy(known, (link) => link.parentId);
  const waiting = new Map<string, number>();
  for (const { childId } of known) waiting.set(childId, (waiting.get(childId) ?? 0) + 1);
  const before = new Map<string, string>();
  const steps = new Map<string, number>();
  // In the order of work: a task comes after all that it waits for. What hangs in a circle never comes.
  const order = tasks.filter(({ id }) => open.has(id) && !waiting.has(id)).map(({ id }) => id);
  for (const id of order) {
    const own = steps.get(id) ?? 1;
    steps.set(id, own);
    for (const { childId } of children.get(id) ?? []) {
      if (own + 1 > (steps.get(childId) ?? 1)) {
        steps.set(childId, own + 1);
        before.set(childId, id);
      }
      const left = (waiting.get(childId) ?? 0) - 1;
      waiting.set(childId, left);
      if (left === 0) order.push(childId);
    }
  }
  let last: string | undefined;
  for (const { id } of tasks) {
    const length = steps.get(id) ?? 0;
    if (waiting.get(id) || length === 0) continue;
    if (last === undefined || length > (steps.get(last) ?? 0)) last = id;
  }
  const path: string[] = [];
  for (let at = last; at !== undefined; at = before.get(at)) path.unshift(at);
  return path;
}
