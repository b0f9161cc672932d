import type { AdmissionRules, Pause } from "../../board/admission.ts";
import { BoardError } from "../../board/error.ts";
import { requireLegalMove } from "../../board/moves.ts";
import type { NewQuestion } from "../../board/question.ts";
import type { NewTask, TaskPatch } from "../../board/task.ts";
import type { Clock } from "../../system/clock.ts";
import type {
  BoardStore,
  By,
  CheckpointDepth,
  Claim,
  ClaimHost,
  EventFilter,
  FailedStart,
  Link,
  ReviewRequest,
  StartedRun,
  TaskBatch,
  TaskFilter,
  TickPlan,
  Verdict,
} from "../store.ts";
import { answerQuestion, askQuestion } from "./asking.ts";
import { checkpoint } from "./checkpoint.ts";
import type { Connection } from "./connection.ts";
import { createTask, createTasks } from "./creation.ts";
import { countHolds } from "./hold-counts.ts";
import { linkTasks, unlinkTasks } from "./links.ts";
import { getLiveRun, listLiveRuns } from "./live-runs.ts";
import * as queries from "./queries.ts";
import { getRunEnds, inspectBoard, mendRecords } from "./repair.ts";
import * as reviews from "./reviews.ts";
import { toComment, toSeconds } from "./rows.ts";
import { openRuns } from "./run-openings.ts";
import { requireAuthority } from "./runs.ts";
import { appendEvent, type Scope, scopeAt } from "./scope.ts";
import { getTask, requireTask } from "./task-lookup.ts";
import { editTask } from "./tasks.ts";
import { applyTick, recordStarts, viewTick } from "./ticks.ts";
import * as verdicts from "./verdicts.ts";

/** The contract's SQLite side: each method is one transaction around the part that does the work. */
export class SqliteStore implements BoardStore {
  readonly #db: Connection;
  readonly #clock: Clock;
  readonly #onCommit: () => void;

  constructor(db: Connection, clock: Clock, onCommit: () => void = () => {}) {
    this.#db = db;
    this.#clock = clock;
    this.#onCommit = onCommit;
  }

  async #write<Result>(work: (scope: Scope) => Result, nowMs = this.#clock.nowMs()): Promise<Result> {
    const scope = scopeAt(this.#db, { nowMs, monotonicMs: this.#clock.monotonicMs() });
    const result = this.#db.write(() => work(scope) as Result extends Promise<unknown> ? never : Result);
    this.#onCommit();
    return result;
  }

  async #read<Result>(work: (db: Connection) => Result): Promise<Result> {
    return this.#db.read(() => work(this.#db));
  }

  /** A move of one task. A worker whose run is over is refused before anything else is looked at (I4). */
  async #move<Result>(id: string, by: By, work: (scope: Scope) => Result): Promise<Result> {
    return this.#write((scope) => {
      if (by.run) requireAuthority(scope, requireTask(scope.db, id), by);
      return work(scope);
    });
  }

  createTask = (input: NewTask, by: By) => this.#write((scope) => createTask(scope, input, by));
  createTasks = (batch: TaskBatch, by: By) => this.#write((scope) => createTasks(scope, batch, by));
  editTask = (id: string, patch: TaskPatch, by: By) =>
    this.#move(id, by, (scope) => editTask(scope, id, patch, by));
  linkTasks = (link: Link, by: By) => this.#move(link.childId, by, (scope) => linkTasks(scope, link, by));
  unlinkTasks = (link: Link, by: By) => this.#move(link.childId, by, (scope) => unlinkTasks(scope, link, by));

  assignTask = (id: string, assignee: string | null, by: By) =>
    this.#move(id, by, (scope) => verdicts.assignTask(scope, id, assignee, by));
  completeTask = (id: string, verdict: Verdict, by: By) =>
    this.#write((scope) => verdicts.completeTask(scope, id, verdict, by));
  blockTask: BoardStore["blockTask"] = (id, block, by) =>
    this.#move(id, by, (scope) => verdicts.blockTask(scope, id, block, by));
  unblockTask = (id: string, by: By) => this.#move(id, by, (scope) => verdicts.unblockTask(scope, id, by));
  promoteTask = (id: string, by: By) => this.#move(id, by, (scope) => verdicts.promoteTask(scope, id, by));
  scheduleTask: BoardStore["scheduleTask"] = (id, at, by) =>
    this.#write((scope) => verdicts.scheduleTask(scope, id, at, by));
  archiveTask = (id: string, by: By) => this.#move(id, by, (scope) => verdicts.archiveTask(scope, id, by));
  cancelTask = (id: string, reason: string | null, by: By) =>
    this.#move(id, by, (scope) => verdicts.cancelTask(scope, id, reason, by));
  reclaimTask = (id: string, reason: string | null, by: By) =>
    this.#move(id, by, (scope) => verdicts.reclaimTask(scope, id, reason, by));
  rateLimitTask: BoardStore["rateLimitTask"] = (id, limit, by) =>
    this.#write((scope) => verdicts.rateLimitTask(scope, id, limit, by));

  addComment(id: string, body: string, by: By) {
    return this.#write((scope) => {
      if (body.trim() === "")
        throw new BoardError("usage", "the comment is empty", { hint: "say something" });
      const task = requireTask(scope.db, id);
      if (by.run) requireAuthority(scope, task, by);
      const comment = { author: by.actor, body, created_at: scope.nowS };
      const commentId = scope.db.insert(
        "INSERT INTO task_comments (task_id, author, body, created_at) VALUES (:id, :author, :body, :created_at)",
        { id, ...comment },
      );
      appendEvent(scope, {
        taskId: id,
        kind: "commented",
        actor: by.actor,
        payload: { author: by.actor, len: body.length },
      });
      return toComment({ id: commentId, ...comment });
    });
  }

  claimTask(id: string, lease: { readonly host: ClaimHost; readonly leaseMs: number }, by: By) {
    return this.#write((scope) => {
      const task = requireTask(scope.db, id);
      if (task.status === "running")
        throw new BoardError("conflict", `${id} is claimed already (run ${task.currentRunId})`, {
          hint: `see who has it with \`kanbun explain ${id}\``,
        });
      requireLegalMove("claim", task);
      if (getLiveRun(scope.db, id) !== null)
        throw new BoardError("conflict", `a process of the last run of ${id} is still being stopped`, {
          hint: "let a tick see to its end with `kanbun dispatch --max 0`, then try again",
        });
      const [claim] = openRuns(scope, [{ task, profile: by.actor, graceMs: 0, maxRuntimeMs: null }], {
        holder: "person",
        host: lease.host,
        monotonicMs: 0,
        leaseMs: lease.leaseMs,
        actor: by.actor,
      });
      return claim as Claim;
    });
  }

  heartbeat(id: string, beat: { readonly leaseMs: number; readonly note?: string | null }, by: By) {
    return this.#write((scope) => {
      const task = requireTask(scope.db, id);
      const run = requireAuthority(scope, task, by.run ? by : { ...by, force: true });
      if (run === null)
        throw new BoardError("illegal_move", `${id} is not running: there is no claim to renew`, {
          hint: `claim it first with \`kanbun claim ${id}\``,
        });
      const expires = toSeconds(scope.nowMs + beat.leaseMs);
      const parameters = { runId: run.runId, nowS: scope.nowS, expires };
      scope.db.run(
        "UPDATE task_runs SET last_heartbeat_at = :nowS, claim_expires = :expires WHERE id = :runId AND ended_at IS NULL",
        parameters,
      );
      scope.db.run(
        "UPDATE tasks SET last_heartbeat_at = :nowS, claim_expires = :expires WHERE id = :id AND current_run_id = :runId",
        { ...parameters, id },
      );
      scope.db.run(
        "UPDATE kanbun_runs SET last_heartbeat_at_monotonic_ms = :monotonicMs WHERE run_id = :runId",
        {
          runId: run.runId,
          monotonicMs: scope.monotonicMs,
        },
      );
      const payload = beat.note == null ? {} : { note: beat.note };
      appendEvent(scope, { taskId: id, runId: run.runId, kind: "heartbeat", actor: by.actor, payload });
      return expires * 1000;
    });
  }

  askQuestion = (id: string, question: NewQuestion, by: By) =>
    this.#move(id, by, (scope) => askQuestion(scope, id, question, by));
  answerQuestion = (id: string, answer: string, by: By) =>
    this.#move(id, by, (scope) => answerQuestion(scope, id, answer, by));
  requestReview = (id: string, request: ReviewRequest, by: By) =>
    this.#move(id, by, (scope) => reviews.requestReview(scope, id, request, by));
  approveTask = (id: string, verdict: Verdict, by: By) =>
    this.#move(id, by, (scope) => reviews.approveTask(scope, id, verdict, by));
  requestChanges = (id: string, comment: string, by: By) =>
    this.#move(id, by, (scope) => reviews.requestChanges(scope, id, comment, by));

  pause(pause: Pause) {
    return this.#write((scope) => {
      scope.db.run(
        "INSERT OR REPLACE INTO kanbun_pauses (scope, until_ms, reason, since_ms) VALUES (:scope, :untilMs, :reason, :nowMs)",
        { scope: pause.scope, untilMs: pause.untilMs, reason: pause.reason, nowMs: scope.nowMs },
      );
    });
  }

  resume(pauseScope: Pause["scope"]) {
    return this.#write(
      (scope) => scope.db.run("DELETE FROM kanbun_pauses WHERE scope = :pauseScope", { pauseScope }) === 1,
    );
  }

  getTask = (id: string) => this.#read((db) => getTask(db, id));
  requireTask = (id: string) => this.#read((db) => requireTask(db, id));
  findTaskIds = (prefix: string, limit: number) => this.#read((db) => queries.findTaskIds(db, prefix, limit));
  listTasks = (filter: TaskFilter) => this.#read((db) => queries.listTasks(db, filter));
  requireDossier = (id: string) => this.#read((db) => queries.requireDossier(db, id));
  listRuns = (taskId: string) => this.#read((db) => queries.listRuns(db, taskId));
  listEvents = (filter: EventFilter) => this.#read((db) => queries.listEvents(db, filter));
  // Outside a transaction: within one the answer stands still.
  async getDataVersion() {
    return this.#db.get<{ data_version: number }>("PRAGMA data_version")?.data_version ?? 0;
  }

  getLastEventId = () => this.#read(queries.getLastEventId);
  listAssignees = () => this.#read(queries.listAssignees);
  getCounts = () => this.#read(queries.getCounts);
  listPauses = () => this.#read(queries.listPauses);
  requireHoldFacts = (id: string, host: { host: string; hostname: string }) =>
    this.#read((db) => queries.requireHoldFacts(db, id, host));
  listHeld = (rules: AdmissionRules, limit: number) => this.#read((db) => queries.listHeld(db, rules, limit));
  countSlots = (host: string) => this.#read((db) => queries.countSlots(db, host));
  getOutlook = (at: { nowMs: number; host: string }) => this.#read((db) => queries.getOutlook(db, at));

  listLiveRuns = () => this.#read(listLiveRuns);
  viewTick: BoardStore["viewTick"] = (at) => this.#read((db) => viewTick(db, at));
  applyTick = (plan: TickPlan) => this.#write((scope) => applyTick(scope, plan), plan.nowMs);
  recordStarts = (
    starts: { started: readonly StartedRun[]; failed: readonly FailedStart[] },
    plan: Pick<TickPlan, "nowMs" | "random" | "policies" | "defaultRetry">,
  ) => this.#write((scope) => recordStarts(scope, starts, plan), plan.nowMs);

  listRemovableScratch = () => this.#read(queries.listRemovableScratch);
  forgetScratch(runIds: readonly number[]) {
    return this.#write((scope) => {
      scope.db.run(
        "UPDATE kanbun_runs SET scratch_path = NULL WHERE run_id IN (SELECT value FROM json_each(:runIds))",
        { runIds: JSON.stringify(runIds) },
      );
    });
  }

  // Outside a transaction: within one there is nothing to move.
  async checkpoint(depth: CheckpointDepth) {
    return checkpoint(this.#db, depth);
  }

  async quickCheck() {
    const rows = this.#db.all<{ quick_check: string }>("PRAGMA quick_check");
    return rows.map((row) => row.quick_check).filter((line) => line !== "ok");
  }

  countHolds = (rules: AdmissionRules) => this.#read((db) => countHolds(db, rules));
  inspect = () => this.#read(inspectBoard);
  mendRecords = (by: By) => this.#write((scope) => mendRecords(scope, by));
  getRunEnds = (runIds: readonly number[]) => this.#read((db) => getRunEnds(db, runIds));

  close(): void {
    this.#db.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
