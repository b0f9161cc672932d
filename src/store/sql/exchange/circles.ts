import { BoardError } from "../../../board/error.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/** A link that closes a circle, by the number of its row, with the id of the task that would wait for itself. */
interface CircleLink {
  readonly link: number;
  readonly parentId: string;
  readonly id: string;
}

interface Link {
  readonly parent: number;
  readonly child: number;
}

/**
 * Makes sure that no task that came with rows after `firstRow` waits for itself.
 * @throws {BoardError} conflict, with the id of a task in the circle
 */
export function* requireNoCircle(db: Connection, firstRow: number): Steps<void> {
  const [first] = yield* listCircleLinks(db, { firstRow, max: 1 });
  if (first !== undefined)
    throw new BoardError("conflict", `the links form a circle: ${first.id} would wait for itself`);
}

/**
 * Links without which no task with a row after `firstRow` waits for itself, `max` of them at most; `where` leaves out links
 * of a parent `p`. Takes away, again and again, what waits for nothing
 * that is left, and where nothing is left to take, a link of a circle. By the numbers of rows: ids of a large board would
 * fill the memory.
 */
export function* listCircleLinks(
  db: Connection,
  { firstRow = 0, max = Number.POSITIVE_INFINITY, where = "TRUE" } = {},
): Steps<CircleLink[]> {
  const children = new Map<number, number[]>();
  const open = new Map<number, Set<number>>();
  yield* db.scan<Link>(
    `SELECT p.rowid AS parent, c.rowid AS child FROM task_links l
     JOIN tasks p ON p.id = l.parent_id JOIN tasks c ON c.id = l.child_id
     WHERE p.rowid > ${firstRow} AND c.rowid > ${firstRow} AND ${where}`,
    ({ parent, child }) => {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [child]);
      else known.push(child);
      const parents = open.get(child);
      if (parents === undefined) open.set(child, new Set([parent]));
      else parents.add(parent);
    },
  );
  const closing: CircleLink[] = [];
  const free = [...children.keys()].filter((row) => !open.has(row));
  for (;;) {
    for (let row = free.pop(); row !== undefined; row = free.pop())
      for (const child of children.get(row) ?? []) drop(open, { parent: row, child }, free);
    const circle = findInCircle(open);
    if (circle === null || closing.length === max) return closing;
    closing.push(yield* describe(db, circle));
    drop(open, circle, free);
  }
}

/** One link less; a task that waits for nothing any more is free. */
function drop(open: Map<number, Set<number>>, { parent, child }: Link, free: number[]): void {
  const parents = open.get(child);
  if (parents?.delete(parent) !== true || parents.size > 0) return;
  open.delete(child);
  free.push(child);
}

/** Goes from one that waits to what it waits for until it comes by again; null: nothing waits any more. */
function findInCircle(open: ReadonlyMap<number, ReadonlySet<number>>): Link | null {
  const seen = new Set<number>();
  let child = open.keys().next().value;
  while (child !== undefined) {
    seen.add(child);
    // All of them wait themselves: what does not was taken away.
    const parent: number | undefined = open.get(child)?.values().next().value;
    if (parent !== undefined && seen.has(parent)) return { parent, child };
    child = parent;
  }
  return null;
}

function* describe(db: Connection, { parent, child }: Link): Steps<CircleLink> {
  const found = yield* db.get<CircleLink>(
    `SELECT l.rowid AS link, p.id AS "parentId", c.id FROM task_links l JOIN tasks p ON p.id = l.parent_id JOIN tasks c ON c.id = l.child_id
     WHERE p.rowid = :parent AND c.rowid = :child`,
    { parent, child },
  );
  return found ?? { link: 0, parentId: "", id: "" };
}
