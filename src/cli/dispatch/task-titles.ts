import type { Task } from "../../board/task.ts";

/** The titles of the tasks that can be read, by id. */
export async function readTitles(
  ids: Iterable<string>,
  getTask: (id: string) => Promise<Task | null>,
): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  try {
    for (const id of new Set(ids)) {
      const task = await getTask(id);
      if (task) titles.set(id, task.title);
    }
  } catch {
    // The report is told all the same, by ids; what is wrong with the board is told by the tick that meets it.
  }
  return titles;
}
