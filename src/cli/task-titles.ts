import type { BoardStore } from "../store/store.ts";

/** The titles of these tasks, by their ids; those that are gone are absent. */
export async function readTitles(store: BoardStore, ids: Iterable<string>): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  for (const id of new Set(ids)) {
    const task = await store.getTask(id);
    if (task) titles.set(id, task.title);
  }
  return titles;
}
