import type { Attachment, Comment, RelatedTask } from "../../../board/context.ts";
import type { BoardEvent } from "../../../board/event.ts";
import type { Run, RunOutcome } from "../../../board/run.ts";
import type { TaskStatus } from "../../../board/task.ts";
import type { RunUsage } from "../../../board/usage.ts";
import { toJson } from "./json-column.ts";
import { toMs, toText, toTextOrNull, toWhole } from "./odd-values.ts";

export interface RunRow {
  readonly id: number;
  readonly task_id: string;
  readonly profile: string | null;
  readonly status: string;
  readonly claim_lock: string | null;
  readonly worker_pid: number | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: RunOutcome | null;
  readonly summary: string | null;
  readonly metadata: string | null;
  readonly error: string | null;
}

export function toRun(row: RunRow, usage: RunUsage | null): Run {
  return {
    id: row.id,
    taskId: toText(row.task_id),
    profile: toTextOrNull(row.profile),
    status: toText(row.status),
    claimLock: toTextOrNull(row.claim_lock),
    workerPid: toWhole(row.worker_pid),
    startedAtMs: toMs(row.started_at) ?? 0,
    endedAtMs: toMs(row.ended_at),
    outcome: toTextOrNull(row.outcome) as RunOutcome | null,
    summary: toTextOrNull(row.summary),
    metadata: toJson(row.metadata),
    error: toTextOrNull(row.error),
    usage,
  };
}

export interface EventRow {
  readonly id: number;
  readonly task_id: string;
  readonly run_id: number | null;
  readonly kind: string;
  readonly payload: string | null;
  readonly created_at: number;
}

export function toEvent(row: EventRow): BoardEvent {
  const payload = toJson(row.payload);
  return {
    id: row.id,
    taskId: toText(row.task_id),
    runId: toWhole(row.run_id),
    kind: toText(row.kind),
    payload: typeof payload === "object" ? (payload as BoardEvent["payload"]) : null,
    createdAtMs: toMs(row.created_at) ?? 0,
  };
}

export interface CommentRow {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly created_at: number;
}

export function toComment(row: CommentRow): Comment {
  return {
    id: row.id,
    author: toText(row.author),
    body: toText(row.body),
    createdAtMs: toMs(row.created_at) ?? 0,
  };
}

export interface AttachmentRow {
  readonly id: number;
  readonly filename: string;
  readonly stored_path: string;
  readonly content_type: string | null;
  readonly size: number;
}

export function toAttachment(row: AttachmentRow): Attachment {
  return {
    id: row.id,
    filename: toText(row.filename),
    storedPath: toText(row.stored_path),
    contentType: toTextOrNull(row.content_type),
    sizeBytes: toWhole(row.size) ?? 0,
  };
}

export interface RelatedRow {
  readonly id: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly result: string | null;
  readonly summary: string | null;
  readonly metadata: string | null;
}

export function toRelated(row: RelatedRow): RelatedTask {
  return { ...row, title: toText(row.title), metadata: toJson(row.metadata) };
}

/** Rounded up: a limit must not become shorter, nor zero, by being stored. */
export function toSeconds(ms: number): number;
export function toSeconds(ms: number | null | undefined): number | null;
export function toSeconds(ms: number | null | undefined): number | null {
  return ms == null ? null : Math.ceil(ms / 1000);
}
