import type { LiveRun } from "../../../board/claim.ts";
import type { Dossier, RelatedTask } from "../../../board/context.ts";
import type { BoardEvent } from "../../../board/event.ts";
import type { HoldFacts } from "../../../board/hold-facts.ts";
import { homeOfHost } from "../../../board/host.ts";
import type { Run } from "../../../board/run.ts";
import type { BlockKind, TaskStatus } from "../../../board/task.ts";
import type { Assignee, BoardCounts } from "../../counts.ts";
import type { EventFilter, TextLimit } from "../../filters.ts";
import type { Connection } from "../connection.ts";
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
import type { Steps } from "../steps.ts";
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
     WHERE d.task_id = t.id AND d.outcome IN ('completed', 'review_requested') AND d.step_key IS DISTINCT FROM 'review')`;

const shortOfRun = ["id", "task_id", "profile", "status", "claim_lock", "worker_pid", "started_at"] as const;
const selectRuns = `SELECT ${cutColumns("r", [...shortOfRun, "ended_at", "outcome"], ["summary", "metadata", "error"])}
  FROM task_runs r WHERE r.task_id = :taskId ORDER BY r.id`;
const selectComments = `SELECT ${cutColumns("c", ["id", "author", "created_at"], ["body"])}
  FROM task_comments c WHERE c.task_id = :id ORDER BY c.id`;

/** Where nothing is to be cut. */
const whole = Number.MAX_SAFE_INTEGER;

export function* requireDossier(db: Connection, id: string, { charsMax = whole }: TextLimit): Steps<Dossier> {
  const related = function* (relative: string, own: string): Steps<RelatedTask[]> {
    const rows = yield* db.all<RelatedRow>(
      `${selectRelated.replace("RELATIVE", relative)} WHERE ${own} = :id ORDER BY t.created_at, t.rowid`,
      { id, charsMax },
    );
    return rows.map(toRelated);
  };
  return {
    task: yield* requireTask(db, id),
    parents: yield* related("l.parent_id", "l.child_id"),
    children: yield* related("l.child_id", "l.parent_id"),
    comments: (yield* db.all<CommentRow>(selectComments, { id, charsMax })).map(toComment),
    attachments: yield* listAttachments(db, id),
    questions: yield* listQuestions(db, id, charsMax),
    runs: yield* listRuns(db, id, { charsMax }),
  };
}

export function* listRuns(db: Connection, taskId: string, { charsMax = whole }: TextLimit): Steps<Run[]> {
  const usages = yield* readUsages(db, taskId);
  return (yield* db.all<RunRow>(selectRuns, { taskId, charsMax })).map((row) =>
    toRun(row, usages.get(row.id) ?? null),
  );
}

/** Oldest first; with a limit and no starting point, the newest ones. */
export function* listEvents(db: Connection, filter: EventFilter): Steps<BoardEvent[]> {
  const ofTask = filter.taskId === undefined ? "" : "AND task_id = :taskId";
  const fromStart = filter.afterId !== undefined;
  const rows = yield* db.all<EventRow>(
    `SELECT id, task_id, run_id, kind, ${cutPayload}, created_at FROM task_events WHERE id > :afterId ${ofTask} ORDER BY id ${fromStart ? "" : "DESC"} LIMIT :limit`,
    {
      afterId: filter.afterId ?? 0,
      limit: filter.limit ?? whole,
      charsMax: filter.charsMax ?? whole,
      ...(filter.taskId === undefined ? {} : { taskId: filter.taskId }),
    },
  );
  const events = rows.map(toEvent);
  return fromStart ? events : events.reverse();
}

export function* getLastEventId(db: Connection): Steps<number> {
  return (yield* db.get<{ id: number | null }>("SELECT max(id) AS id FROM task_events"))?.id ?? 0;
}

export function* listAssignees(db: Connection): Steps<Assignee[]> {
  const rows = yield* db.all<{ assignee: string; status: TaskStatus; tasks: number }>(
    "SELECT assignee, status, count(*) AS tasks FROM tasks WHERE assignee IS NOT NULL GROUP BY assignee, status",
  );
  const byName = Map.groupBy(rows, (row) => row.assignee);
  return [...byName].map(([name, group]) => ({
    name,
    byStatus: Object.fromEntries(group.map((row) => [row.status, row.tasks])),
  }));
}

export function* listTenants(db: Connection): Steps<string[]> {
  const rows = yield* db.all<{ tenant: string }>(
    "SELECT DISTINCT CAST(tenant AS TEXT) AS tenant FROM tasks WHERE tenant <> '' ORDER BY 1 LIMIT 500",
  );
  return rows.map(({ tenant }) => tenant);
}

export function* getCounts(db: Connection): Steps<BoardCounts> {
  const count = function* (table: string): Steps<number> {
    return (yield* db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))?.n ?? 0;
  };
  const byStatus = yield* db.all<{ status: TaskStatus; n: number }>(
    "SELECT status, count(*) AS n FROM tasks GROUP BY status",
  );
  const byOutcome = yield* db.all<{ outcome: string; n: number }>(
    "SELECT outcome, count(*) AS n FROM task_runs WHERE outcome IS NOT NULL GROUP BY outcome",
  );
  return {
    byStatus: Object.fromEntries(byStatus.map((row) => [row.status, row.n])),
    byOutcome: Object.fromEntries(byOutcome.map((row) => [row.outcome, row.n])),
    tasks: byStatus.reduce((sum, row) => sum + row.n, 0),
    runs: yield* count("task_runs"),
    events: yield* count("task_events"),
  };
}

export function* requireHoldFacts(
  db: Connection,
  id: string,
  host: { host: string; hostname: string },
): Steps<HoldFacts> {
  const task = yield* requireTask(db, id);
  const live = yield* getLiveRun(db, id);
  return {
    task,
    openParents: yield* viewOpenParents(db, id),
    waitsForParents: yield* isWaitingForParents(db, id),
    claim:
      live === null
        ? null
        : {
            holder: live.holder,
            runId: live.runId,
            pid: live.process?.pid ?? null,
            host: yield* nameHost(db, live),
            by: live.profile,
            isHere: live.host === (live.holder === "foreign" ? host.hostname : host.host),
          },
    hasLiveRun: live !== null,
    question: yield* getOpenQuestion(db, id),
    isRateLimited:
      (yield* db.get("SELECT 1 FROM kanbun_tasks WHERE task_id = :id AND rate_limits > 0", { id })) !== null,
    returns: yield* getReturns(db, id),
    block: yield* readBlock(db, id),
    loop: task.status === "triage" ? yield* readLoop(db, id) : null,
  };
}

/** As a person knows it: a home of a board on a server by its machine's name, as the claim has it. */
function* nameHost(db: Connection, { host, taskId }: LiveRun): Steps<string> {
  const home = homeOfHost({ host });
  if (home === "") return host;
  const claim = yield* db.get<{ claim_lock: string | null }>("SELECT claim_lock FROM tasks WHERE id = :id", {
    id: taskId,
  });
  const [hostname = ""] = (claim?.claim_lock ?? "").split("~", 1);
  return `${hostname || "another machine"} (home ${home})`;
}

/** Another program may have brought it back. */
function* isArchived(db: Connection, id: string): Steps<boolean> {
  return (yield* db.get("SELECT 1 FROM tasks WHERE id = :id AND status = 'archived'", { id })) !== null;
}

/** Why it is blocked, as the last event about that has it. */
export function* readBlock(db: Connection, id: string): Steps<HoldFacts["block"]> {
  const row = yield* db.get<EventRow>(
    "SELECT * FROM task_events WHERE task_id = :id AND kind IN ('blocked', 'gave_up') ORDER BY id DESC LIMIT 1",
    { id },
  );
  if (row === null) return null;
  const payload = toEvent(row).payload ?? {};
  const parentId = payload.cancelled_parent;
  return {
    gaveUp: row.kind === "gave_up" || payload.gave_up === true,
    cancelledParent: typeof parentId === "string" && (yield* isArchived(db, parentId)) ? parentId : null,
    isHopeless: payload.is_hopeless === true,
    reason: typeof payload.reason === "string" ? payload.reason : null,
    kind: typeof payload.kind === "string" ? (payload.kind as BlockKind) : null,
  };
}

function* readLoop(db: Connection, id: string): Steps<HoldFacts["loop"]> {
  const row = yield* db.get<EventRow>(
    "SELECT * FROM task_events WHERE task_id = :id AND kind = 'block_loop_detected' ORDER BY id DESC LIMIT 1",
    { id },
  );
  const { reason, times } = (row && toEvent(row).payload) ?? {};
  return typeof times === "number" ? { times, reason: typeof reason === "string" ? reason : null } : null;
}
