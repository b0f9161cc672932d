import { BoardError } from "../../../board/error.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/**
 * Makes sure that no task that came with rows after `firstRow` waits for itself: takes away, again and again, what waits for
 * nothing that is left. By the numbers of rows: ids of a large board would fill the memory.
 * @throws {BoardError} conflict, with the id of a task in the circle
 */
export function* requireNoCircle(db: Connection, firstRow: number): Steps<void> {
  const children = new Map<number, number[]>();
  const open = new Map<number, number>();
  yield* db.scan<{ parent: number; child: number }>(
    `SELECT p.rowid AS parent, c.rowid AS child FROM task_links l
     JOIN tasks p ON p.id = l.parent_id JOIN tasks c ON c.id = l.child_id
     WHERE p.rowid > ${firstRow} AND c.rowid > ${firstRow}`,
    ({ parent, child }) => {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [child]);
      else known.push(child);
      open.set(child, (open.get(child) ?? 0) + 1);
    },
  );
  const free = [...children.keys()].filter((row) => !open.has(row));
  for (let row = free.pop(); row !== undefined; row = free.pop())
    for (const child of children.get(row) ?? []) {
      const left = (open.get(child) ?? 0) - 1;
      open.set(child, left);
      if (left > 0) continue;
      open.delete(child);
      free.push(child);
    }
  const [stuck] = open.keys();
  if (stuck === undefined) return;
  const id =
    (yield* db.get<{ id: string }>("SELECT id FROM tasks WHERE rowid = :stuck", { stuck }))?.id ?? "";
  throw new BoardError("conflict", `the links form a circle: ${id} would wait for itself`);
}
