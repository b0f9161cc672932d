import type { Pause } from "../board/admission.ts";
import type { Attachment, Comment, Dossier } from "../board/context.ts";
import type { BoardEvent } from "../board/event.ts";
import type { HoldFacts } from "../board/hold-facts.ts";
import type { BoardOverview, OverviewQuestion } from "../board/overview.ts";
import type { NewQuestion } from "../board/question.ts";
import type { RetryPolicy } from "../board/retry-policy.ts";
import type { OwnRun, Run } from "../board/run.ts";
import type {
  BlockKind,
  ListedTask,
  NewAttachment,
  NewTask,
  Task,
  TaskEdit,
  TaskStatus,
} from "../board/task.ts";
import type { TaskGraph } from "../board/task-graph.ts";
import type { DetachedFile, TaskAttachment } from "./attachments.ts";
import type { By } from "./by.ts";
import type { CareStore } from "./care.ts";
import type { Assignee, BoardCounts, UsageGroup, UsageSum } from "./counts.ts";
import type { FileBacked } from "./file-backed.ts";
import type { CardFilter, CardPage, EventFilter, TaskFilter, TextLimit } from "./filters.ts";
import type { HistoryStore } from "./history.ts";
import type { BoardHosts } from "./hosts.ts";
import type { LogAsks } from "./log-asks.ts";
import type { NewsSource } from "./news.ts";
import type { NoticeStore } from "./notice.ts";
import type { OutlookStore } from "./outlook.ts";
import type { RedoStore } from "./redo.ts";
import type { RelocationStore } from "./relocation.ts";
import type { RepeatStore } from "./repeats.ts";
import type { RunLogStore } from "./run-logs.ts";
import type { SearchedTextStore } from "./searched-texts.ts";
import type { TakeoverStore } from "./takeover.ts";
import type { CreatedTasks, TaskBatch } from "./task-batch.ts";
import type { Claim, ClaimHost, TickStore } from "./tick.ts";

export type { By } from "./by.ts";

export interface Verdict {
  /** Files that were copied to the task's attachments. */
  readonly attachments?: readonly NewAttachment[];
  readonly summary?: string | null;
  readonly result?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

export interface ReviewRequest {
  /** Files that were copied to the task's attachments. */
  readonly attachments?: readonly NewAttachment[];
  /** The profile that reviews; null leaves it to a person. */
  readonly reviewer: string | null;
  readonly summary: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

/**
 * A board. One method is one transition is one transaction; of two calls at the same time, in one process or two,
 * one wins and the other gets a clear error.
 *
 * @throws {BoardError} not_found for a task that isn't there; illegal_move for a move that the task's status
 *   doesn't allow; superseded for a worker whose run is over; conflict for what another claim holds; busy,
 *   disk_full, unwritable, damaged when the database says so; unreachable when it can't be asked. After an error nothing has
 *   been written; but after in_doubt that is not known.
 */
export interface BoardStore
  extends NoticeStore,
    RedoStore,
    RepeatStore,
    CareStore,
    HistoryStore,
    TickStore,
    OutlookStore,
    SearchedTextStore,
    RunLogStore,
    RelocationStore,
    AsyncDisposable {
  readonly news: NewsSource;
  /** null: the board is no file of this machine. */
  readonly file: FileBacked | null;
  /** null: a file's board is of this machine alone. */
  readonly hosts: BoardHosts | null;
  /** null: the board is of one machine. */
  readonly takeover: TakeoverStore | null;
  /** null: each log is a file of this machine, or who has this open may not ask for one. */
  readonly logAsks: LogAsks | null;

  createTask(input: NewTask, by: By): Promise<{ readonly task: Task; readonly existing: boolean }>;
  /** All of them in one transaction, or none: the first refusal is thrown when the last task has been taken. */
  createTasks(batch: TaskBatch, by: By): Promise<CreatedTasks>;
  /** @throws {BoardError} conflict where it is no longer as `patch.unlessChanged` has it */
  editTask(id: string, patch: TaskEdit, by: By): Promise<Task>;
  /** A running task is given back only when its worker is gone; null takes the assignee away. */
  assignTask(id: string, assignee: string | null, by: By): Promise<Task>;
  /** @throws {BoardError} conflict when the link would close a cycle. */
  linkTasks(link: Link, by: By): Promise<void>;
  unlinkTasks(link: Link, by: By): Promise<void>;
  addComment(id: string, body: string, by: By): Promise<Comment>;
  /** Writes down files that were copied to the task's folder of attachments. */
  attachFiles(id: string, files: readonly NewAttachment[], by: By): Promise<readonly Attachment[]>;
  /** Forgets an attachment; the file is the caller's to remove, unless another attachment has the same. */
  detachFile(attachmentId: number, by: By): Promise<DetachedFile>;

  /** Claims for a person: a lease without a process, renewed by heartbeats. */
  claimTask(
    id: string,
    lease: { readonly host: ClaimHost; readonly leaseMs: number },
    by: By,
  ): Promise<Claim>;
  /** Renews the lease of the holder's claim; the new end of it. */
  heartbeat(
    id: string,
    beat: { readonly leaseMs: number; readonly note?: string | null },
    by: By,
  ): Promise<number>;
  completeTask(id: string, verdict: Verdict, by: By): Promise<Task>;
  /** @throws {BoardError} usage for kind `dependency` without an open parent: nothing would ever end it. */
  blockTask(
    id: string,
    block: { readonly reason: string | null; readonly kind: BlockKind | null },
    by: By,
  ): Promise<Task>;
  unblockTask(id: string, by: By): Promise<Task>;
  /** With `by.reason` in its history. */
  promoteTask(id: string, by: By): Promise<Task>;
  /** The status that `promoteTask` would give it; reads only. @throws as that */
  planPromotion(id: string, by: By): Promise<TaskStatus>;
  scheduleTask(
    id: string,
    at: { readonly dueAtMs: number | null; readonly reason: string | null },
    by: By,
  ): Promise<Task>;
  archiveTask(id: string, by: By): Promise<Task>;
  cancelTask(id: string, reason: string | null, by: By): Promise<Task>;
  /** Takes a running task back: its worker is stopped, then it is ready again; at once where `by.vouchesDead`. */
  reclaimTask(id: string, reason: string | null, by: By): Promise<Task>;
  /** A worker says that it must come back later: its run ends as rate_limited, its profile pauses. */
  rateLimitTask(
    id: string,
    limit: { readonly retryAfterMs: number | null; readonly policy: RetryPolicy },
    by: By,
  ): Promise<Task>;
  /** A worker asks a person; the task is blocked until it is answered. */
  askQuestion(id: string, question: NewQuestion, by: By): Promise<Task>;
  /** @throws {BoardError} illegal_move when nothing was asked, usage for an answer that is not possible. */
  answerQuestion(id: string, answer: string, by: By): Promise<Task>;
  /** @throws {BoardError} usage for a reviewer that is the task's own worker. */
  requestReview(id: string, request: ReviewRequest, by: By): Promise<Task>;
  approveTask(id: string, verdict: Verdict, by: By): Promise<Task>;
  requestChanges(id: string, comment: string, by: By): Promise<Task>;
  /** Nothing is claimed in this scope any more until the time is over, or a person resumes it; running work goes on. */
  pause(pause: Pause): Promise<void>;
  /** False when it was not paused. */
  resume(scope: Pause["scope"]): Promise<boolean>;

  /** @throws {BoardError} superseded when the run is over, or was never that of this task and token. */
  requireOwnRun(run: OwnRun): Promise<void>;
  /** Whether this is a run of a worker's, open or over, and its token. */
  knowsRun(run: OwnRun): Promise<boolean>;
  getTask(id: string): Promise<Task | null>;
  requireTask(id: string): Promise<Task>;
  /** Ids that begin with `prefix`, for people who type half an id; at most `limit`. */
  findTaskIds(prefix: string, limit: number): Promise<readonly string[]>;
  listTasks(filter: TaskFilter): Promise<readonly ListedTask[]>;
  /** What a board shows of its tasks, page by page. */
  listCards(filter: CardFilter): Promise<CardPage>;
  /** How many cards each status has under this filter, whatever statuses and page it asks for. */
  countCards(filter: CardFilter): Promise<Readonly<Partial<Record<TaskStatus, number>>>>;
  /** Those of them that are there, in any order. */
  listTasksById(ids: readonly string[]): Promise<readonly ListedTask[]>;
  /** What hangs below a task, or above it; null: all that have links and are not archived. At most `max` tasks. */
  readGraph(of: {
    readonly rootId: string | null;
    readonly isUpwards: boolean;
    readonly max: number;
  }): Promise<TaskGraph>;
  /** The task's own texts are whole. */
  requireDossier(id: string, limit?: TextLimit): Promise<Dossier>;
  /** Oldest first. */
  listAttachments(taskId: string): Promise<readonly Attachment[]>;
  /** @throws {BoardError} not_found */
  requireAttachment(attachmentId: number): Promise<TaskAttachment>;
  listRuns(taskId: string, limit?: TextLimit): Promise<readonly Run[]>;
  listEvents(filter: EventFilter): Promise<readonly BoardEvent[]>;
  getLastEventId(): Promise<number>;
  listAssignees(): Promise<readonly Assignee[]>;
  /** Of all tasks, in the order of their letters; at most 500. */
  listTenants(): Promise<readonly string[]>;
  getCounts(): Promise<BoardCounts>;
  /** The board at a glance. Names few tasks however many there are; counts all. */
  getOverview(asked: OverviewQuestion): Promise<BoardOverview>;
  /** The dearest first; days newest first. */
  sumUsages(by: UsageGroup): Promise<readonly UsageSum[]>;
  /** In US dollars, what runs that ended since an instant cost, by profile; none of a profile that cost nothing. */
  sumSpent(profiles: readonly string[], sinceMs: number): Promise<ReadonlyMap<string, number>>;
  listPauses(): Promise<readonly Pause[]>;
  requireHoldFacts(
    id: string,
    host: { readonly host: string; readonly hostname: string },
  ): Promise<HoldFacts>;

  /** Waits until all that was acknowledged is on the disk, and nothing of ours has it open; a failure is not reported. */
  close(): Promise<void>;
}

export interface Link {
  readonly parentId: string;
  readonly childId: string;
}
