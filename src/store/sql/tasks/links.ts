import { BoardError } from "../../../board/error.ts";
import type { OpenParents } from "../../../board/hold-facts.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import type { By, Link } from "../../store.ts";
import { apart, ofTask } from "../apart.ts";
import type { Connection } from "../connection.ts";
import { appendEvent, appendEvents, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { forgetForce, statusWhenBack } from "../verdicts/status-when-back.ts";
import { freeFromCancelled } from "./cancelled-parents.ts";
import { hasNoOpenParent, parentIsOpen } from "./open-parents.ts";
import { noSuchTask, requireTask } from "./task-lookup.ts";

export function* countOpenParents(db: Connection, childId: string): Steps<number> {
  const row = yield* db.get<{ n: number }>(`SELECT count(*) AS n ${fromOpenParents}`, { childId });
  return row?.n ?? 0;
}

const fromOpenParents = `FROM task_links l JOIN tasks p ON p.id = l.parent_id
  WHERE l.child_id = :childId AND ${parentIsOpen}`;

/** How many parents are named: a task may have ten thousand. */
const parentsNamedMax = 3;

/** How many there are, and the first few: what a person must see to comes before what goes on by itself. */
export function* viewOpenParents(db: Connection, childId: string): Steps<OpenParents> {
  const first = (yield* db.all<{ id: string; title: string }>(
    `SELECT p.id, p.title ${fromOpenParents}
       ORDER BY CASE p.status WHEN 'blocked' THEN 1 WHEN 'triage' THEN 2 WHEN 'review' THEN 3 WHEN 'scheduled' THEN 4
         ELSE 5 END, p.created_at, p.rowid LIMIT ${parentsNamedMax}`,
    { childId },
  )).map(({ id, title }) => ({ id, title: String(title) }));
  const count = first.length < parentsNamedMax ? first.length : yield* countOpenParents(db, childId);
  return { count, first };
}

/** Whether its children wait for it. @throws {BoardError} not_found, or conflict for a task that will never be done. */
export function* requireParent(db: Connection, parentId: string): Steps<{ isOpen: boolean }> {
  const parent = yield* db.get<{ status: string; completed_at: number | null }>(
    "SELECT status, completed_at FROM tasks WHERE id = :parentId",
    { parentId },
  );
  if (parent === null) throw noSuchTask(parentId);
  const { status } = parent;
  if (status === "archived" && parent.completed_at === null)
    throw new BoardError("conflict", `${parentId} was cancelled: a task below it could never start`, {
      hint: "leave that parent out",
    });
  return { isOpen: status !== "done" && status !== "archived" };
}

/** Adds a parent of a task that is being made: nothing waits for it yet, so no circle can close. */
export function* addFirstLink(db: Connection, { parentId, childId }: Link): Steps<void> {
  yield* db.send(
    "INSERT INTO task_links (parent_id, child_id) VALUES (:parentId, :childId) ON CONFLICT DO NOTHING",
    {
      parentId,
      childId,
    },
  );
}

/** Adds the row; false when it was there. @throws {BoardError} conflict for a cycle. */
function* addLink(db: Connection, { parentId, childId }: Link): Steps<boolean> {
  // Checked and inserted under one write lock: two linkers in a race cannot close a circle together.
  const closesCycle = yield* db.get(
    `WITH RECURSIVE below(id) AS (
       VALUES (:childId) UNION SELECT l.child_id FROM task_links l JOIN below ON l.parent_id = below.id)
     SELECT 1 FROM below WHERE id = :parentId`,
    { parentId, childId },
  );
  if (closesCycle)
    throw new BoardError(
      "conflict",
      `${parentId} cannot be a parent of ${childId}: it would wait for itself`,
      {
        hint: `see what ${parentId} waits for with \`kanbun show ${parentId}\``,
      },
    );
  return (
    (yield* db.run(
      "INSERT INTO task_links (parent_id, child_id) VALUES (:parentId, :childId) ON CONFLICT DO NOTHING",
      {
        parentId,
        childId,
      },
    )) === 1
  );
}

/** Makes the child wait for the parent. A child at work goes on; one that is ready waits again. */
export function* linkTasks(scope: Scope, link: Link, by: By): Steps<void> {
  const { db } = scope;
  yield* requireParent(db, link.parentId);
  const child = yield* requireTask(db, link.childId);
  requireLegalMove("link", child);
  if (!(yield* addLink(db, link))) return;
  yield* forgetForce(db, link.childId);
  yield* appendEvent(scope, {
    taskId: link.childId,
    kind: "linked",
    actor: by.actor,
    payload: { parent: link.parentId, child: link.childId },
  });
  if (child.status === "ready" && (yield* countOpenParents(db, child.id)) > 0)
    yield* db.send("UPDATE tasks SET status = 'todo' WHERE id = :id AND status = 'ready'", { id: child.id });
}

/** @throws {BoardError} not_found when there is no such link. */
export function* unlinkTasks(scope: Scope, link: Link, by: By): Steps<void> {
  const { db } = scope;
  yield* requireTask(db, link.childId);
  const removed = yield* db.run(
    "DELETE FROM task_links WHERE parent_id = :parentId AND child_id = :childId",
    {
      parentId: link.parentId,
      childId: link.childId,
    },
  );
  if (removed === 0)
    throw new BoardError("not_found", `${link.parentId} is not a parent of ${link.childId}`, {
      hint: `see its parents with \`kanbun show ${link.childId}\``,
    });
  yield* appendEvent(scope, {
    taskId: link.childId,
    kind: "unlinked",
    actor: by.actor,
    payload: { parent: link.parentId, child: link.childId },
  });
  yield* freeFromCancelled(scope, link.childId, by.actor);
  yield* promoteFinishedWaits(scope, { candidates: [link.childId], actor: by.actor });
}

/** Promotes the waiting children of tasks that have just been finished, if they were the last they waited for. */
export function* promoteChildren(scope: Scope, parentIds: readonly string[], actor: string): Steps<string[]> {
  const children = yield* listChildren(scope.db, parentIds);
  return yield* promoteFinishedWaits(scope, { candidates: childrenOf(children, parentIds), actor });
}

type Children = readonly { readonly parent_id: string; readonly child_id: string }[];

export function* listChildren(db: Connection, parentIds: readonly string[]): Steps<Children> {
  if (parentIds.length === 0) return [];
  return yield* db.all(
    "SELECT parent_id, child_id FROM task_links WHERE parent_id IN (SELECT value FROM json_each(:parentIds))",
    { parentIds: JSON.stringify(parentIds) },
  );
}

/** Of some of the parents, each child once. */
export function childrenOf(children: Children, parentIds: readonly string[]): readonly string[] {
  const parents = new Set(parentIds);
  return [...new Set(children.flatMap((link) => (parents.has(link.parent_id) ? link.child_id : [])))];
}

/** Makes ready, or due for their review, those of `candidates`, or of the whole board, that wait for nothing any more. */
export function* promoteFinishedWaits(
  scope: Scope,
  { candidates, actor }: { candidates: readonly string[] | "all"; actor: string },
): Steps<string[]> {
  const ids = candidates === "all" ? yield* listFinishedWaits(scope.db) : candidates;
  return yield* apart(scope, ids, { steps: (some) => promote(scope, some, actor), of: ofTask });
}

function* listFinishedWaits(db: Connection): Steps<string[]> {
  const sql = `SELECT t.id FROM tasks t WHERE t.status = 'todo' AND ${hasNoOpenParent}`;
  return (yield* db.all<{ id: string }>(sql)).map(({ id }) => id);
}

function* promote(scope: Scope, ids: readonly string[], actor: string): Steps<string[]> {
  // By their ids, never by the index of all that wait: a few candidates cost the same on a board of any size.
  const promoted = yield* scope.db.all<{ id: string }>(
    `UPDATE tasks AS t SET status = ${statusWhenBack}
     WHERE +t.status = 'todo' AND t.id IN (SELECT value FROM json_each(:ids)) AND ${hasNoOpenParent} RETURNING id`,
    { ids: JSON.stringify(ids) },
  );
  yield* appendEvents(
    scope,
    promoted.map(({ id }) => ({ taskId: id, kind: "promoted", actor })),
  );
  return promoted.map((task) => task.id);
}
