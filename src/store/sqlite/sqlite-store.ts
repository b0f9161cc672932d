import type { AdmissionRules, Pause } from "../../board/admission.ts";
import type { NewQuestion } from "../../board/question.ts";
import type { OwnRun } from "../../board/run.ts";
import type { SlotPlace } from "../../board/slots.ts";
import type { NewTask, TaskPatch } from "../../board/task.ts";
import type { Clock } from "../../system/clock.ts";
import type {
  BoardStore,
  By,
  CheckpointDepth,
  EventFilter,
  Link,
  ReviewRequest,
  TaskBatch,
  TaskFilter,
  TextLimit,
  Verdict,
} from "../store.ts";
import type { FailedStart, StartedRun, TickPlan } from "../tick.ts";
import type * as Checkpoints from "./database/checkpoint.ts";
import type { Connection } from "./database/connection.ts";
import type * as Scopes from "./database/scope.ts";
import type * as Repair from "./repair.ts";
import type * as LiveRuns from "./runs/live-runs.ts";
import type * as PersonClaims from "./runs/person-claims.ts";
import type * as RunOpenings from "./runs/run-openings.ts";
import type * as Runs from "./runs/runs.ts";
import type * as TakeBacks from "./runs/take-backs.ts";
import type * as Commenting from "./tasks/commenting.ts";
import type * as Creation from "./tasks/creation.ts";
import type * as Links from "./tasks/links.ts";
import type * as Queries from "./tasks/queries.ts";
import type * as Scratch from "./tasks/scratch-folders.ts";
import type * as TaskLists from "./tasks/task-lists.ts";
import type * as Lookup from "./tasks/task-lookup.ts";
import type * as Tasks from "./tasks/tasks.ts";
import type * as Candidates from "./ticks/candidates.ts";
import type * as Held from "./ticks/held.ts";
import type * as HoldCounts from "./ticks/hold-counts.ts";
import type * as Outlooks from "./ticks/outlook.ts";
import type * as Pauses from "./ticks/pauses.ts";
import type * as Slots from "./ticks/slots.ts";
import type * as TickViews from "./ticks/tick-view.ts";
import type * as Ticks from "./ticks/ticks.ts";
import type * as Asking from "./verdicts/asking.ts";
import type * as Blocks from "./verdicts/blocks.ts";
import type * as Reviews from "./verdicts/reviews.ts";
import type * as Verdicts from "./verdicts/verdicts.ts";

type Scope = Scopes.Scope;
type Lazy<Part> = () => Part;

/**
 * A part that is loaded at its first use: a command that only reads needs few of them, and each one takes time. At once,
 * not by `await import`: a call begins its work before it returns, so that whoever closes the store next loses nothing.
 */
function once<Part>(load: () => Part): Lazy<Part> {
  let part: Part | null = null;
  return () => {
    part ??= load();
    return part;
  };
}

const asking = once<typeof Asking>(() => require("./verdicts/asking.ts"));
const blocks = once<typeof Blocks>(() => require("./verdicts/blocks.ts"));
const candidates = once<typeof Candidates>(() => require("./ticks/candidates.ts"));
const checkpoints = once<typeof Checkpoints>(() => require("./database/checkpoint.ts"));
const commenting = once<typeof Commenting>(() => require("./tasks/commenting.ts"));
const creation = once<typeof Creation>(() => require("./tasks/creation.ts"));
const held = once<typeof Held>(() => require("./ticks/held.ts"));
const holdCounts = once<typeof HoldCounts>(() => require("./ticks/hold-counts.ts"));
const links = once<typeof Links>(() => require("./tasks/links.ts"));
const liveRuns = once<typeof LiveRuns>(() => require("./runs/live-runs.ts"));
const lookup = once<typeof Lookup>(() => require("./tasks/task-lookup.ts"));
const outlooks = once<typeof Outlooks>(() => require("./ticks/outlook.ts"));
const personClaims = once<typeof PersonClaims>(() => require("./runs/person-claims.ts"));
const queries = once<typeof Queries>(() => require("./tasks/queries.ts"));
const pauses = once<typeof Pauses>(() => require("./ticks/pauses.ts"));
const repair = once<typeof Repair>(() => require("./repair.ts"));
const reviews = once<typeof Reviews>(() => require("./verdicts/reviews.ts"));
const runOpenings = once<typeof RunOpenings>(() => require("./runs/run-openings.ts"));
const runs = once<typeof Runs>(() => require("./runs/runs.ts"));
const scopes = once<typeof Scopes>(() => require("./database/scope.ts"));
const scratch = once<typeof Scratch>(() => require("./tasks/scratch-folders.ts"));
const slots = once<typeof Slots>(() => require("./ticks/slots.ts"));
const takeBacks = once<typeof TakeBacks>(() => require("./runs/take-backs.ts"));
const taskLists = once<typeof TaskLists>(() => require("./tasks/task-lists.ts"));
const tasks = once<typeof Tasks>(() => require("./tasks/tasks.ts"));
const tickViews = once<typeof TickViews>(() => require("./ticks/tick-view.ts"));
const ticks = once<typeof Ticks>(() => require("./ticks/ticks.ts"));
const verdicts = once<typeof Verdicts>(() => require("./verdicts/verdicts.ts"));

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

  async #write<Part, Result>(
    lazy: Lazy<Part>,
    work: (part: Part, scope: Scope) => Result,
    { nowMs = this.#clock.nowMs(), isSynced = true }: { nowMs?: number; isSynced?: boolean } = {},
  ): Promise<Result> {
    // Before the transaction, which waits for nothing.
    const part = lazy();
    const [monotonicMs, { bootId }] = [this.#clock.monotonicMs(), this.#clock];
    const scope = scopes().scopeAt(this.#db, { nowMs, monotonicMs, bootId });
    const within = this.#within && { run: this.#within, require: runs().requireOwnRun };
    const transact = () => {
      within?.require(this.#db, within.run);
      return work(part, scope) as Result extends Promise<unknown> ? never : Result;
    };
    const result = isSynced ? this.#db.write(transact) : this.#db.writeUnsynced(transact);
    this.#onCommit();
    return result;
  }

  async #read<Part, Result>(lazy: Lazy<Part>, work: (part: Part, db: Connection) => Result): Promise<Result> {
    const part = lazy();
    return this.#db.read(() => work(part, this.#db));
  }

  /** A move of one task. A worker whose run is over is refused before anything else is looked at (I4). */
  async #move<Part, Result>(
    id: string,
    by: By,
    lazy: Lazy<Part>,
    work: (part: Part, scope: Scope) => Result,
  ): Promise<Result> {
    const { requireAuthority } = runs();
    const { requireTask } = lookup();
    return this.#write(lazy, (part, scope) => {
      if (by.run) requireAuthority(scope, requireTask(scope.db, id), by);
      return work(part, scope);
    });
  }

  createTask = (input: NewTask, by: By) =>
    this.#write(creation, (part, scope) => part.createTask(scope, input, by));
  createTasks = (batch: TaskBatch, by: By) =>
    this.#write(creation, (part, scope) => part.createTasks(scope, batch, by));
  editTask = (id: string, patch: TaskPatch, by: By) =>
    this.#move(id, by, tasks, (part, scope) => part.editTask(scope, id, patch, by));
  linkTasks = (link: Link, by: By) =>
    this.#move(link.childId, by, links, (part, scope) => part.linkTasks(scope, link, by));
  unlinkTasks = (link: Link, by: By) =>
    this.#move(link.childId, by, links, (part, scope) => part.unlinkTasks(scope, link, by));

  assignTask = (id: string, assignee: string | null, by: By) =>
    this.#move(id, by, takeBacks, (part, scope) => part.assignTask(scope, id, assignee, by));
  completeTask = (id: string, verdict: Verdict, by: By) =>
    this.#write(verdicts, (part, scope) => part.completeTask(scope, id, verdict, by));
  blockTask: BoardStore["blockTask"] = (id, block, by) =>
    this.#move(id, by, blocks, (part, scope) => part.blockTask(scope, id, block, by));
  unblockTask = (id: string, by: By) =>
    this.#move(id, by, blocks, (part, scope) => part.unblockTask(scope, id, by));
  promoteTask = (id: string, by: By) =>
    this.#move(id, by, verdicts, (part, scope) => part.promoteTask(scope, id, by));
  scheduleTask: BoardStore["scheduleTask"] = (id, at, by) =>
    this.#write(verdicts, (part, scope) => part.scheduleTask(scope, id, at, by));
  archiveTask = (id: string, by: By) =>
    this.#move(id, by, verdicts, (part, scope) => part.archiveTask(scope, id, by));
  cancelTask = (id: string, reason: string | null, by: By) =>
    this.#move(id, by, verdicts, (part, scope) => part.cancelTask(scope, id, reason, by));
  reclaimTask = (id: string, reason: string | null, by: By) =>
    this.#move(id, by, takeBacks, (part, scope) => part.reclaimTask(scope, id, reason, by));
  rateLimitTask: BoardStore["rateLimitTask"] = (id, limit, by) =>
    this.#write(verdicts, (part, scope) => part.rateLimitTask(scope, id, limit, by));

  addComment = (id: string, body: string, by: By) =>
    this.#move(id, by, commenting, (part, scope) => part.addComment(scope, id, body, by));
  claimTask: BoardStore["claimTask"] = (id, lease, by) =>
    this.#write(personClaims, (part, scope) => part.claimTask(scope, id, lease, by));
  heartbeat: BoardStore["heartbeat"] = (id, beat, by) =>
    this.#write(personClaims, (part, scope) => part.heartbeat(scope, id, beat, by));

  askQuestion = (id: string, question: NewQuestion, by: By) =>
    this.#move(id, by, asking, (part, scope) => part.askQuestion(scope, id, question, by));
  answerQuestion = (id: string, answer: string, by: By) =>
    this.#move(id, by, asking, (part, scope) => part.answerQuestion(scope, id, answer, by));
  requestReview = (id: string, request: ReviewRequest, by: By) =>
    this.#move(id, by, reviews, (part, scope) => part.requestReview(scope, id, request, by));
  approveTask = (id: string, verdict: Verdict, by: By) =>
    this.#move(id, by, reviews, (part, scope) => part.approveTask(scope, id, verdict, by));
  requestChanges = (id: string, comment: string, by: By) =>
    this.#move(id, by, reviews, (part, scope) => part.requestChanges(scope, id, comment, by));

  pause = (pause: Pause) => this.#write(pauses, (part, scope) => part.pause(scope, pause));
  resume = (pauseScope: Pause["scope"]) =>
    this.#write(pauses, (part, scope) => part.resume(scope, pauseScope));

  requireOwnRun = async (run: OwnRun) => {
    await this.#read(runs, (part, db) => part.requireOwnRun(db, run));
  };
  getTask = (id: string) => this.#read(lookup, (part, db) => part.getTask(db, id));
  requireTask = (id: string) => this.#read(lookup, (part, db) => part.requireTask(db, id));
  findTaskIds = (prefix: string, limit: number) =>
    this.#read(taskLists, (part, db) => part.findTaskIds(db, prefix, limit));
  listTasks = (filter: TaskFilter) => this.#read(taskLists, (part, db) => part.listTasks(db, filter));
  requireDossier = (id: string, limit: TextLimit = {}) =>
    this.#read(queries, (part, db) => part.requireDossier(db, id, limit));
  listRuns = (taskId: string, limit: TextLimit = {}) =>
    this.#read(queries, (part, db) => part.listRuns(db, taskId, limit));
  listEvents = (filter: EventFilter) => this.#read(queries, (part, db) => part.listEvents(db, filter));
  // Outside a transaction: within one the answer stands still.
  async getDataVersion() {
    return this.#db.get<{ data_version: number }>("PRAGMA data_version")?.data_version ?? 0;
  }

  getLastEventId = () => this.#read(queries, (part, db) => part.getLastEventId(db));
  listAssignees = () => this.#read(queries, (part, db) => part.listAssignees(db));
  getCounts = () => this.#read(queries, (part, db) => part.getCounts(db));
  listPauses = () => this.#read(pauses, (part, db) => part.listPauses(db));
  requireHoldFacts = (id: string, host: { host: string; hostname: string }) =>
    this.#read(queries, (part, db) => part.requireHoldFacts(db, id, host));
  listHeld = (rules: AdmissionRules, limit: number) =>
    this.#read(held, (part, db) => part.listHeld(db, rules, limit));
  countSlots = (at: SlotPlace) => this.#read(slots, (part, db) => part.countSlots(db, at));
  chooseNext = (rules: AdmissionRules, max: number) =>
    this.#read(candidates, (part, db) => part.chooseNext(db, rules, max));
  getOutlook = (rules: AdmissionRules, at: { host: string }) =>
    this.#read(outlooks, (part, db) => part.getOutlook(db, rules, at));

  listLiveRuns = () => this.#read(liveRuns, (part, db) => part.listLiveRuns(db));
  viewTick: BoardStore["viewTick"] = (at) => this.#read(tickViews, (part, db) => part.viewTick(db, at));
  applyTick = (plan: TickPlan) =>
    this.#write(ticks, (part, scope) => part.applyTick(scope, plan), {
      nowMs: plan.nowMs,
      isSynced: plan.claims === null,
    });
  async recordStarts(
    starts: { started: readonly StartedRun[]; failed: readonly FailedStart[] },
    { nowMs, ...plan }: Pick<TickPlan, "nowMs" | "random" | "policies" | "defaultRetry">,
  ) {
    const hasNone = starts.started.length + starts.failed.length === 0;
    if (hasNone && !this.#db.isUnsynced) return [];
    return this.#write(ticks, (part, scope) => part.recordStarts(scope, starts, plan), { nowMs });
  }

  // What waits for the disk is the record of the start.
  recordWorkspace: BoardStore["recordWorkspace"] = (claim, workspace) =>
    this.#write(runOpenings, (part, scope) => part.recordWorkspace(scope, claim, workspace), {
      isSynced: false,
    });

  listRemovableScratch = () => this.#read(scratch, (part, db) => part.listRemovableScratch(db));
  forgetScratch = (runIds: readonly number[]) =>
    this.#write(scratch, (part, scope) => part.forgetScratch(scope, runIds));

  // Outside a transaction: within one there is nothing to move.
  async checkpoint(depth: CheckpointDepth) {
    const { checkpoint } = checkpoints();
    return checkpoint(this.#db, depth);
  }

  async quickCheck() {
    const rows = this.#db.all<{ quick_check: string }>("PRAGMA quick_check");
    return rows.map((row) => row.quick_check).filter((line) => line !== "ok");
  }

  countHolds = (rules: AdmissionRules) => this.#read(holdCounts, (part, db) => part.countHolds(db, rules));
  inspect = () => this.#read(repair, (part, db) => part.inspectBoard(db));
  mendRecords = (by: By) => this.#write(repair, (part, scope) => part.mendRecords(scope, by));
  getRunEnds = (runIds: readonly number[]) => this.#read(repair, (part, db) => part.getRunEnds(db, runIds));

  close(): void {
    this.#db.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
