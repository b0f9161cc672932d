import type { Dossier } from "../../../board/context.ts";
import type { BoardEvent } from "../../../board/event.ts";
import type { HoldFacts } from "../../../board/hold-facts.ts";
import type { Run } from "../../../board/run.ts";
import type { BlockKind, TaskStatus } from "../../../board/task.ts";
import type { Assignee, BoardCounts } from "../../counts.ts";
import type { EventFilter, TextLimit } from "../../filters.ts";
import type { Connection } from "../database/connection.ts";
import { cutColumns, cutPayload } from "../rows/cut-columns.ts";
import {
  type CommentRow,
  type EventRow,
  type RelatedRow,
  type RunRow,
  toComment,
  toEvent,
  toRelated,
  toRun,
} from "../rows/rows.ts";
import { getLiveRun } from "../runs/live-runs.ts";
import { getReturns } from "../runs/returns.ts";
import { readUsages } from "../runs/usages.ts";
import { getOpenQuestion, listQuestions } from "../verdicts/questions.ts";
import { listAttachments } from "./attachments.ts";
import { viewOpenParents } from "./links.ts";
import { isWaitingForParents } from "./open-parents.ts";
import { requireTask } from "./task-lookup.ts";

// A relative's hand-off is what it was completed with, or handed in with.
const selectRelated = `SELECT ${cutColumns("t", ["id", "title", "status"], ["result"])},
    ${cutColumns("r", [], ["summary", "metadata"])}
  FROM task_links l JOIN tasks t ON t.id = RELATIVE
  LEFT JOIN task_runs r ON r.id =
    (SELECT max(d.id) FROM task_runs d
     WHERE d.task_id = t.id AND d.outcome IN ('completed', 'review_requested') AND d.step_key IS NOT 'review')`;

const shortOfRun = ["id", "task_id", "profile", "status", "claim_lock", "worker_pid", "started_at"] as const;
const selectRuns = `SELECT ${cutColumns("r", [...shortOfRun, "ended_at", "outcome"], ["summary", "metadata", "error"])}
  FROM task_runs r WHERE r.task_id = :taskId ORDER BY r.id`;
const selectComments = `SELECT ${cutColumns("c", ["id", "author", "created_at"], ["body"])}
  FROM task_comments c WHERE c.task_id = :id ORDER BY c.id`;

/** Where nothing is to be cut. */
const whole = Number.MAX_SAFE_INTEGER;

export function requireDossier(db: Connection, id: string, { charsMax = whole }: TextLimit): Dossier {
  const related = (relative: string, own: string) =>
    db
      .all<RelatedRow>(
        `${selectRelated.replace("RELATIVE", relative)} WHERE ${own} = :id ORDER BY t.created_at, t.rowid`,
        { id, charsMax },
      )
      .map(toRelated);
  return {
    task: requireTask(db, id),
    parents: related("l.parent_id", "l.child_id"),
    children: related("l.child_id", "l.parent_id"),
    comments: db.all<CommentRow>(selectComments, { id, charsMax }).map(toComment),
    attachments: listAttachments(db, id),
    questions: listQuestions(db, id, charsMax),
    runs: listRuns(db, id, { charsMax }),
  };
}

export function listRuns(db: Connection, taskId: string, { charsMax = whole }: TextLimit): Run[] {
  const usages = readUsages(db, taskId);
  return db
    .all<RunRow>(selectRuns, { taskId, charsMax })
    .map((row) => toRun(row, usages.get(row.id) ?? null));
}

/** Oldest first; with a limit and no starting point, the newest ones. */
export function listEvents(db: Connection, filter: EventFilter): BoardEvent[] {
  const ofTask = filter.taskId === undefined ? "" : "AND task_id = :taskId";
  const fromStart = filter.afterId !== undefined;
  const rows = db.all<EventRow>(
    `SELECT id, task_id, run_id, kind, ${cutPayload}, created_at FROM task_events WHERE id > :afterId ${ofTask} ORDER BY id ${fromStart ? "" : "DESC"} LIMIT :limit`,
    {
      afterId: filter.afterId ?? 0,
      limit: filter.limit ?? -1,
      charsMax: filter.charsMax ?? whole,
      ...(filter.taskId === undefined ? {} : { taskId: filter.taskId }),
    },
  );
  const events = rows.map(toEvent);
  return fromStart ? events : events.reverse();
}

export function getLastEventId(db: Connection): number {
  return db.get<{ id: number | null }>("SELECT max(id) AS id FROM task_events")?.id ?? 0;
}

export function listAssignees(db: Connection): Assignee[] {
  const rows = db.all<{ assignee: string; status: TaskStatus; tasks: number }>(
    "SELECT assignee, status, count(*) AS tasks FROM tasks WHERE assignee IS NOT NULL GROUP BY assignee, status",
  );
  const byName = Map.groupBy(rows, (row) => row.assignee);
  return [...byName].map(([name, group]) => ({
    name,
    byStatus: Object.fromEntries(group.map((row) => [row.status, row.tasks])),
  }));
}

export function listTenants(db: Connection): string[] {
  return db
    .all<{ tenant: string }>(
      "SELECT DISTINCT CAST(tenant AS TEXT) AS tenant FROM tasks WHERE tenant <> '' ORDER BY 1 LIMIT 500",
    )
    .map(({ tenant }) => tenant);
}

export function getCounts(db: Connection): BoardCounts {
  const count = (sql: string) => db.get<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`)?.n ?? 0;
  const byStatus = db.all<{ status: TaskStatus; n: number }>(
    "SELECT status, count(*) AS n FROM tasks GROUP BY status",
  );
  const byOutcome = db.all<{ outcome: string; n: number }>(
    "SELECT outcome, count(*) AS n FROM task_runs WHERE outcome IS NOT NULL GROUP BY outcome",
  );
  return {
    byStatus: Object.fromEntries(byStatus.map((row) => [row.status, row.n])),
    byOutcome: Object.fromEntries(byOutcome.map((row) => [row.outcome, row.n])),
    tasks: byStatus.reduce((sum, row) => sum + row.n, 0),
    runs: count("task_runs"),
    events: count("task_events"),
  };
}

export function requireHoldFacts(
  db: Connection,
  id: string,
  host: { host: string; hostname: string },
): HoldFacts {
  const task = requireTask(db, id);
  const live = getLiveRun(db, id);
  return {
    task,
    openParents: viewOpenParents(db, id),
    waitsForParents: isWaitingForParents(db, id),
    claim:
      live === null
        ? null
        : {
            holder: live.holder,
            runId: live.runId,
            pid: live.process?.pid ?? null,
            host: live.host,
            by: live.profile,
            isHere: live.host === (live.holder === "foreign" ? host.hostname : host.host),
          },
    hasLiveRun: live !== null,
    question: getOpenQuestion(db, id),
    isRateLimited:
      db.get("SELECT 1 FROM kanbun_tasks WHERE task_id = :id AND rate_limits > 0", { id }) !== null,
    returns: getReturns(db, id),
    block: readBlock(db, id),
    loop: task.status === "triage" ? readLoop(db, id) : null,
  };
}

/** Another program may have brought it back. */
function isArchived(db: Connection, id: string): boolean {
  return db.get("SELECT 1 FROM tasks WHERE id = :id AND status = 'archived'", { id }) !== null;
}

/** Why it is blocked, as the last event about that has it. */
export function readBlock(db: Connection, id: string): HoldFacts["block"] {
  const row = db.get<EventRow>(
    "SELECT * FROM task_events WHERE task_id = :id AND kind IN ('blocked', 'gave_up') ORDER BY id DESC LIMIT 1",
    { id },
  );
  if (row === null) return null;
  const payload = toEvent(row).payload ?? {};
  const parentId = payload.cancelled_parent;
  return {
    gaveUp: row.kind === "gave_up" || payload.gave_up === true,
    cancelledParent: typeof parentId === "string" && isArchived(db, parentId) ? parentId : null,
    isHopeless: payload.is_hopeless === true,
    reason: typeof payload.reason === "string" ? payload.reason : null,
    kind: typeof payload.kind === "string" ? (payload.kind as BlockKind) : null,
  };
}

function readLoop(db: Connection, id: string): HoldFacts["loop"] {
  const row = db.get<EventRow>(
    "SELECT * FROM task_events WHERE task_id = :id AND kind = 'block_loop_detected' ORDER BY id DESC LIMIT 1",
    { id },
  );
  const { reason, times } = (row && toEvent(row).payload) ?? {};
  return typeof times === "number" ? { times, reason: typeof reason === "string" ? reason : null } : null;
}
