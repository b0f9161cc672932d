import type { AdmissionRules, Pause } from "../../board/admission.ts";
import type { OverviewQuestion } from "../../board/overview.ts";
import type { NewQuestion } from "../../board/question.ts";
import type { NewRepeat } from "../../board/repeat.ts";
import type { OwnRun } from "../../board/run.ts";
import type { SlotPlace } from "../../board/slots.ts";
import type { NewTask, TaskEdit } from "../../board/task.ts";
import type { Clock } from "../../system/clock.ts";
import type { UsageGroup } from "../counts.ts";
import type { CardFilter, EventFilter, TaskFilter, TextLimit } from "../filters.ts";
import type { DeliveryEnd, NewSubscription, NoticeTarget, TakenDelivery } from "../notice.ts";
import type { BoardStore, By, CheckpointDepth, Link, ReviewRequest, Verdict } from "../store.ts";
import type { TaskBatch } from "../task-batch.ts";
import type { FailedStart, StartedRun, TickPlan } from "../tick.ts";
import * as checkpoints from "./database/checkpoint.ts";
import type { Connection } from "./database/connection.ts";
import { copyDatabase } from "./database/copy-database.ts";
import * as scopes from "./database/scope.ts";
import { exportRows } from "./exchange/export-rows.ts";
import { importRows } from "./exchange/import-rows.ts";
import * as boardHistory from "./history/board-history.ts";
import * as durations from "./history/durations.ts";
import * as collecting from "./notices/collecting.ts";
import * as deliveries from "./notices/deliveries.ts";
import * as subscriptions from "./notices/subscriptions.ts";
import * as deletion from "./redo/deletion.ts";
import * as restores from "./redo/restores.ts";
import * as retries from "./redo/retries.ts";
import * as repair from "./repair.ts";
import * as repeats from "./repeats/repeats.ts";
import * as liveRuns from "./runs/live-runs.ts";
import * as personClaims from "./runs/person-claims.ts";
import * as runOpenings from "./runs/run-openings.ts";
import * as runs from "./runs/runs.ts";
import * as takeBacks from "./runs/take-backs.ts";
import * as timedRuns from "./runs/timed-runs.ts";
import * as usages from "./runs/usages.ts";
import * as attachments from "./tasks/attachments.ts";
import * as cards from "./tasks/cards.ts";
import * as commenting from "./tasks/commenting.ts";
import * as creation from "./tasks/creation.ts";
import * as history from "./tasks/history.ts";
import * as linkGraph from "./tasks/link-graph.ts";
import * as links from "./tasks/links.ts";
import * as oldRecords from "./tasks/old-records.ts";
import * as overviews from "./tasks/overview.ts";
import * as queries from "./tasks/queries.ts";
import * as revisions from "./tasks/revisions.ts";
import * as scratch from "./tasks/scratch-folders.ts";
import * as searchedTexts from "./tasks/searched-texts.ts";
import * as taskLists from "./tasks/task-lists.ts";
import * as lookup from "./tasks/task-lookup.ts";
import * as tasks from "./tasks/tasks.ts";
import * as candidates from "./ticks/candidates.ts";
import * as held from "./ticks/held.ts";
import * as holdCounts from "./ticks/hold-counts.ts";
import * as outlooks from "./ticks/outlook.ts";
import * as pauses from "./ticks/pauses.ts";
import * as slots from "./ticks/slots.ts";
import * as tickViews from "./ticks/tick-view.ts";
import * as ticks from "./ticks/ticks.ts";
import * as asking from "./verdicts/asking.ts";
import * as blocks from "./verdicts/blocks.ts";
import * as promotion from "./verdicts/promotion.ts";
import * as reviews from "./verdicts/reviews.ts";
import * as verdicts from "./verdicts/verdicts.ts";

type Scope = scopes.Scope;
/** The contract's SQLite side: each method is one transaction around the part that does the work. */
export class SqliteStore implements BoardStore {
  readonly #db: Connection;
  readonly #clock: Clock;
  readonly #onCommit: () => void;
  readonly #within: OwnRun | null;

  /** @param how.within what is written by a worker, or by what it has started: refused once that run is over (I4) */
  constructor(db: Connection, clock: Clock, how: { onCommit?: () => void; within?: OwnRun | null } = {}) {
    this.#db = db;
    this.#clock = clock;
    this.#onCommit = how.onCommit ?? (() => {});
    this.#within = how.within ?? null;
  }

  async #write<Result>(
    work: (scope: Scope) => Result,
    { nowMs = this.#clock.nowMs(), isSynced = true }: { nowMs?: number; isSynced?: boolean } = {},
  ): Promise<Result> {
    const [monotonicMs, { bootId }] = [this.#clock.monotonicMs(), this.#clock];
    const scope = scopes.scopeAt(this.#db, { nowMs, monotonicMs, bootId });
    const transact = () => {
      if (this.#within !== null) runs.requireOwnRun(this.#db, this.#within);
      return work(scope) as Result extends Promise<unknown> ? never : Result;
    };
    const result = isSynced ? this.#db.write(transact) : this.#db.writeUnsynced(transact);
    this.#onCommit();
    return result;
  }

  async #read<Result>(work: (db: Connection) => Result): Promise<Result> {
    return this.#db.read(() => work(this.#db));
  }

  /** A move of one task. A worker whose run is over is refused before anything else is looked at (I4). */
  async #move<Result>(id: string, by: By, work: (scope: Scope) => Result): Promise<Result> {
    return this.#write((scope) => {
      if (by.run) runs.requireAuthority(scope, lookup.requireTask(scope.db, id), by);
      if (by.expected) revisions.requireExpected(scope.db, id, by.expected);
      return work(scope);
    });
  }

  /** A move that looks for itself whether a worker may make it. */
  async #verdict<Result>(id: string, by: By, work: (scope: Scope) => Result): Promise<Result> {
    return this.#write((scope) => {
      if (by.expected) revisions.requireExpected(scope.db, id, by.expected);
      return work(scope);
    });
  }

  createTask = (input: NewTask, by: By) => this.#write((scope) => creation.createTask(scope, input, by));
  createTasks = (batch: TaskBatch, by: By) => this.#write((scope) => creation.createTasks(scope, batch, by));
  editTask = (id: string, patch: TaskEdit, by: By) =>
    this.#move(id, by, (scope) => tasks.editTask(scope, id, patch, by));
  linkTasks = (link: Link, by: By) =>
    this.#move(link.childId, by, (scope) => links.linkTasks(scope, link, by));
  unlinkTasks = (link: Link, by: By) =>
    this.#move(link.childId, by, (scope) => links.unlinkTasks(scope, link, by));

  assignTask = (id: string, assignee: string | null, by: By) =>
    this.#move(id, by, (scope) => takeBacks.assignTask(scope, id, assignee, by));
  completeTask = (id: string, verdict: Verdict, by: By) =>
    this.#verdict(id, by, (scope) => verdicts.completeTask(scope, id, verdict, by));
  blockTask: BoardStore["blockTask"] = (id, block, by) =>
    this.#move(id, by, (scope) => blocks.blockTask(scope, id, block, by));
  unblockTask = (id: string, by: By) => this.#move(id, by, (scope) => blocks.unblockTask(scope, id, by));
  promoteTask = (id: string, by: By) => this.#move(id, by, (scope) => promotion.promoteTask(scope, id, by));
  planPromotion = (id: string, by: By) => this.#read((db) => promotion.planPromotion(db, id, by));
  scheduleTask: BoardStore["scheduleTask"] = (id, at, by) =>
    this.#verdict(id, by, (scope) => verdicts.scheduleTask(scope, id, at, by));
  archiveTask = (id: string, by: By) => this.#move(id, by, (scope) => verdicts.archiveTask(scope, id, by));
  cancelTask = (id: string, reason: string | null, by: By) =>
    this.#move(id, by, (scope) => verdicts.cancelTask(scope, id, reason, by));
  retryTask: BoardStore["retryTask"] = (id, how, by) =>
    this.#move(id, by, (scope) => retries.retryTask(scope, id, how, by));
  restoreTask = (id: string, by: By) => this.#move(id, by, (scope) => restores.restoreTask(scope, id, by));
  deleteTask = (id: string, by: By) => this.#move(id, by, (scope) => deletion.deleteTask(scope, id, by));
  reclaimTask = (id: string, reason: string | null, by: By) =>
    this.#move(id, by, (scope) => takeBacks.reclaimTask(scope, id, reason, by));
  rateLimitTask: BoardStore["rateLimitTask"] = (id, limit, by) =>
    this.#verdict(id, by, (scope) => verdicts.rateLimitTask(scope, id, limit, by));

  addComment = (id: string, body: string, by: By) =>
    this.#move(id, by, (scope) => commenting.addComment(scope, id, body, by));
  attachFiles: BoardStore["attachFiles"] = (id, files, by) =>
    this.#move(id, by, (scope) => attachments.attachFiles(scope, id, files, by));
  detachFile: BoardStore["detachFile"] = (id, by) =>
    this.#write((scope) => {
      const { taskId } = attachments.requireAttachment(scope.db, id);
      if (by.run) runs.requireAuthority(scope, lookup.requireTask(scope.db, taskId), by);
      return attachments.detachFile(scope, id, by);
    });
  claimTask: BoardStore["claimTask"] = (id, lease, by) =>
    this.#verdict(id, by, (scope) => personClaims.claimTask(scope, id, lease, by));
  heartbeat: BoardStore["heartbeat"] = (id, beat, by) =>
    this.#verdict(id, by, (scope) => personClaims.heartbeat(scope, id, beat, by));

  askQuestion = (id: string, question: NewQuestion, by: By) =>
    this.#move(id, by, (scope) => asking.askQuestion(scope, id, question, by));
  answerQuestion = (id: string, answer: string, by: By) =>
    this.#move(id, by, (scope) => asking.answerQuestion(scope, id, answer, by));
  requestReview = (id: string, request: ReviewRequest, by: By) =>
    this.#move(id, by, (scope) => reviews.requestReview(scope, id, request, by));
  approveTask = (id: string, verdict: Verdict, by: By) =>
    this.#move(id, by, (scope) => reviews.approveTask(scope, id, verdict, by));
  requestChanges = (id: string, comment: string, by: By) =>
    this.#move(id, by, (scope) => reviews.requestChanges(scope, id, comment, by));

  pause = (pause: Pause) => this.#write((scope) => pauses.pause(scope, pause));
  resume = (pauseScope: Pause["scope"]) => this.#write((scope) => pauses.resume(scope, pauseScope));

  addRepeat = (input: NewRepeat, by: By) => this.#write((scope) => repeats.addRepeat(scope, input, by));
  listRepeats = () => this.#read((db) => repeats.listRepeats(db));
  requireRepeat = (id: number) => this.#read((db) => repeats.requireRepeat(db, id));
  pauseRepeat = (id: number) => this.#write((scope) => repeats.pauseRepeat(scope, id));
  resumeRepeat = (id: number) => this.#write((scope) => repeats.resumeRepeat(scope, id));
  removeRepeat = (id: number) => this.#write((scope) => repeats.removeRepeat(scope, id));
  runRepeat = (id: number, by: By) => this.#write((scope) => repeats.runRepeat(scope, id, by));
  getRepeatOf = (taskId: string) => this.#read((db) => repeats.getRepeatOf(db, taskId));

  async collectNotices(targets: readonly NoticeTarget[], board: string) {
    const nowMs = this.#clock.nowMs();
    const { news, places, hasMore } = await this.#read((db) => collecting.lookForNotices(db, targets, nowMs));
    if (news.length + places.length > 0)
      await this.#write((scope) => collecting.collectNotices(scope, targets, board));
    return hasMore;
  }

  async takeDelivery(target: string, leaseMs: number) {
    const nowMs = this.#clock.nowMs();
    if (!(await this.#read((db) => deliveries.isDeliveryDue(db, target, nowMs)))) return null;
    return this.#write((scope) => deliveries.takeDelivery(scope, target, leaseMs), { nowMs });
  }

  settleDelivery = (taken: TakenDelivery, end: DeliveryEnd) =>
    this.#write((scope) => deliveries.settleDelivery(scope, taken, end));
  getNextDeliveryMs = (targets: readonly string[]) =>
    this.#read((db) => deliveries.getNextDeliveryMs(db, targets, this.#clock.nowMs()));
  listDeliveries: BoardStore["listDeliveries"] = (filter) =>
    this.#read((db) => deliveries.listDeliveries(db, filter));
  retryDeliveries = (target: string) => this.#write((scope) => deliveries.retryDeliveries(scope, target));
  subscribe = (to: NewSubscription) => this.#write((scope) => subscriptions.subscribe(scope, to));
  unsubscribe = (from: NewSubscription) => this.#write((scope) => subscriptions.unsubscribe(scope, from));
  listSubscriptions = (taskId: string | null) =>
    this.#read((db) => subscriptions.listSubscriptions(db, taskId));

  requireOwnRun = async (run: OwnRun) => {
    await this.#read((db) => runs.requireOwnRun(db, run));
  };
  getTask = (id: string) => this.#read((db) => lookup.getTask(db, id));
  requireTask = (id: string) => this.#read((db) => lookup.requireTask(db, id));
  findTaskIds = (prefix: string, limit: number) =>
    this.#read((db) => taskLists.findTaskIds(db, prefix, limit));
  listTasks = (filter: TaskFilter) => this.#read((db) => taskLists.listTasks(db, filter));
  listCards = (filter: CardFilter) => this.#read((db) => cards.listCards(db, filter));
  listBoardRuns: BoardStore["listBoardRuns"] = (span) =>
    this.#read((db) => boardHistory.listBoardRuns(db, span));
  readHistory: BoardStore["readHistory"] = (span) => this.#read((db) => boardHistory.readHistory(db, span));
  readDurations = (boundsMs: readonly number[]) => this.#read((db) => durations.readDurations(db, boundsMs));
  findEventAt = (atMs: number) => this.#read((db) => history.findEventAt(db, atMs));
  listStatusChanges: BoardStore["listStatusChanges"] = (from) =>
    this.#read((db) => history.listStatusChanges(db, from));
  listChangesBefore = (eventId: number, taskIds: readonly string[]) =>
    this.#read((db) => history.listChangesBefore(db, eventId, taskIds));
  readFlowNow = (taskIds: readonly string[]) => this.#read((db) => history.readFlowNow(db, taskIds));
  listRunEnds = (runIds: readonly number[]) => this.#read((db) => timedRuns.listRunEnds(db, runIds));
  listRunsBetween: BoardStore["listRunsBetween"] = (span) =>
    this.#read((db) => timedRuns.listRunsBetween(db, span));
  countCards = (filter: CardFilter) => this.#read((db) => cards.countCards(db, filter));
  listTasksById = (ids: readonly string[]) => this.#read((db) => taskLists.listTasksById(db, ids));
  getTextChanges: BoardStore["getTextChanges"] = (mark) =>
    this.#read((db) => searchedTexts.getTextChanges(db, mark));
  getTasksOfRuns = (runIds: readonly number[]) =>
    this.#read((db) => searchedTexts.getTasksOfRuns(db, runIds));
  readGraph: BoardStore["readGraph"] = (of) => this.#read((db) => linkGraph.readGraph(db, of));
  listAllTaskIds = () => this.#read((db) => searchedTexts.listAllTaskIds(db));
  readSearchedTexts = (ids: readonly string[]) =>
    this.#read((db) => searchedTexts.readSearchedTexts(db, ids));
  requireDossier = (id: string, limit: TextLimit = {}) =>
    this.#read((db) => queries.requireDossier(db, id, limit));
  listAttachments = (taskId: string) => this.#read((db) => attachments.listAttachments(db, taskId));
  requireAttachment = (id: number) => this.#read((db) => attachments.requireAttachment(db, id));
  listRuns = (taskId: string, limit: TextLimit = {}) =>
    this.#read((db) => queries.listRuns(db, taskId, limit));
  listEvents = (filter: EventFilter) => this.#read((db) => queries.listEvents(db, filter));
  // Outside a transaction: within one the answer stands still.
  async getDataVersion() {
    return this.#db.get<{ data_version: number }>("PRAGMA data_version")?.data_version ?? 0;
  }

  getLastEventId = () => this.#read((db) => queries.getLastEventId(db));
  listAssignees = () => this.#read((db) => queries.listAssignees(db));
  getCounts = () => this.#read((db) => queries.getCounts(db));
  getOverview = (asked: OverviewQuestion) => this.#read((db) => overviews.getOverview(db, asked));
  sumUsages = (by: UsageGroup) => this.#read((db) => usages.sumUsages(db, by));
  listPauses = () => this.#read((db) => pauses.listPauses(db));
  requireHoldFacts = (id: string, host: { host: string; hostname: string }) =>
    this.#read((db) => queries.requireHoldFacts(db, id, host));
  listHeld = (rules: AdmissionRules, limit: number) => this.#read((db) => held.listHeld(db, rules, limit));
  countSlots = (at: SlotPlace) => this.#read((db) => slots.countSlots(db, at));
  chooseNext = (rules: AdmissionRules, max: number) =>
    this.#read((db) => candidates.chooseNext(db, rules, max));
  getOutlook = (rules: AdmissionRules, at: { host: string }) =>
    this.#read((db) => outlooks.getOutlook(db, rules, at));

  listLiveRuns = () => this.#read((db) => liveRuns.listLiveRuns(db));
  viewTick: BoardStore["viewTick"] = (at) => this.#read((db) => tickViews.viewTick(db, at));
  applyTick = (plan: TickPlan) =>
    this.#write((scope) => ticks.applyTick(scope, plan), {
      nowMs: plan.nowMs,
      isSynced: plan.claims === null,
    });
  async recordStarts(
    starts: { started: readonly StartedRun[]; failed: readonly FailedStart[] },
    { nowMs, ...plan }: Pick<TickPlan, "nowMs" | "random" | "policies" | "defaultRetry">,
  ) {
    const hasNone = starts.started.length + starts.failed.length === 0;
    if (hasNone && !this.#db.isUnsynced) return [];
    return this.#write((scope) => ticks.recordStarts(scope, starts, plan), { nowMs });
  }

  // What waits for the disk is the record of the start.
  recordWorkspace: BoardStore["recordWorkspace"] = (claim, workspace) =>
    this.#write((scope) => runOpenings.recordWorkspace(scope, claim, workspace), {
      isSynced: false,
    });

  listRemovableScratch = () => this.#read((db) => scratch.listRemovableScratch(db));
  forgetScratch = (runIds: readonly number[]) => this.#write((scope) => scratch.forgetScratch(scope, runIds));

  // Outside a transaction: within one there is nothing to move.
  async checkpoint(depth: CheckpointDepth) {
    const { checkpoint } = checkpoints;
    return checkpoint(this.#db, depth);
  }

  async quickCheck() {
    const rows = this.#db.all<{ quick_check: string }>("PRAGMA quick_check");
    return rows.map((row) => row.quick_check).filter((line) => line !== "ok");
  }

  countHolds = (rules: AdmissionRules) => this.#read((db) => holdCounts.countHolds(db, rules));
  inspect = () => this.#read((db) => repair.inspectBoard(db));
  repairRecords = (by: By) => this.#write((scope) => repair.repairRecords(scope, by));
  measureOldEvents = (beforeMs: number) => this.#read((db) => oldRecords.measureOldEvents(db, beforeMs));
  removeOldEvents = (beforeMs: number, max: number) =>
    this.#write((scope) => oldRecords.removeOldEvents(scope, beforeMs, max));
  listArchivedWorktrees = (beforeMs: number) =>
    this.#read((db) => oldRecords.listArchivedWorktrees(db, beforeMs));

  // Outside a transaction: SQLite opens its own.
  async copyTo(path: string) {
    return copyDatabase(this.#db, path);
  }

  exportRows: BoardStore["exportRows"] = (options) => this.#read((db) => exportRows(db, options));
  importRows: BoardStore["importRows"] = (options, by) =>
    this.#write((scope) => importRows(scope, options, by));
  getRunEnds = (runIds: readonly number[]) => this.#read((db) => repair.getRunEnds(db, runIds));

  close(): void {
    this.#db.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
