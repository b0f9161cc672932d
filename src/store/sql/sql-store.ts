import type { OwnRun } from "../../board/run.ts";
import type { CareStore } from "../care.ts";
import type { HistoryStore } from "../history.ts";
import type { NoticeStore } from "../notice.ts";
import type { OutlookStore } from "../outlook.ts";
import type { RedoStore } from "../redo.ts";
import type { RelocationStore } from "../relocation.ts";
import type { RepeatStore } from "../repeats.ts";
import type { RunLogStore } from "../run-logs.ts";
import type { SearchedTextStore } from "../searched-texts.ts";
import type { BoardStore } from "../store.ts";
import type { TickStore } from "../tick.ts";
import { careStore } from "./care-store.ts";
import { historyStore } from "./history/history-store.ts";
import { noticeStore } from "./notices/notice-store.ts";
import { redoStore } from "./redo/redo-store.ts";
import { relocationStore } from "./relocation/relocation-store.ts";
import { repeatStore } from "./repeats/repeat-store.ts";
import * as personClaims from "./runs/person-claims.ts";
import { runLogStore } from "./runs/run-logs.ts";
import * as runs from "./runs/runs.ts";
import * as takeBacks from "./runs/take-backs.ts";
import * as usages from "./runs/usages.ts";
import { withStorableArguments } from "./storable-arguments.ts";
import * as attachments from "./tasks/attachments.ts";
import * as cards from "./tasks/cards.ts";
import * as commenting from "./tasks/commenting.ts";
import * as creation from "./tasks/creation.ts";
import * as linkGraph from "./tasks/link-graph.ts";
import * as links from "./tasks/links.ts";
import * as overviews from "./tasks/overview.ts";
import * as queries from "./tasks/queries.ts";
import { searchedTextStore } from "./tasks/searched-text-store.ts";
import * as taskLists from "./tasks/task-lists.ts";
import * as lookup from "./tasks/task-lookup.ts";
import * as tasks from "./tasks/tasks.ts";
import { outlookStore } from "./ticks/outlook-store.ts";
import * as pauses from "./ticks/pauses.ts";
import { tickStore } from "./ticks/tick-store.ts";
import { type Engine, Transactions } from "./transactions.ts";
import * as asking from "./verdicts/asking.ts";
import * as blocks from "./verdicts/blocks.ts";
import * as promotion from "./verdicts/promotion.ts";
import * as reviews from "./verdicts/reviews.ts";
import * as verdicts from "./verdicts/verdicts.ts";

/** What each database does in its own way. */
type EngineMethods =
  | "news"
  | "file"
  | "hosts"
  | "takeover"
  | "logAsks"
  | "close"
  | typeof Symbol.asyncDispose;

type FurtherParts = NoticeStore &
  RedoStore &
  RepeatStore &
  CareStore &
  HistoryStore &
  SearchedTextStore &
  RelocationStore;

/** What the others leave: moves of tasks, what is asked of them, and the care of the whole board. */
type OwnMethods = Omit<
  BoardStore,
  keyof FurtherParts | keyof TickStore | keyof OutlookStore | keyof RunLogStore | EngineMethods
>;

/**
 * The contract in SQL: each method is one transaction around the part that does the work.
 * @param how.within what is written by a worker, or by what it has started: refused once that run is over (I4)
 */
export function sqlStore(
  engine: Engine,
  how: { readonly onCommit?: () => void; readonly within?: OwnRun | null } = {},
): Omit<BoardStore, EngineMethods> {
  const on = new Transactions(engine, how);
  const own: OwnMethods = {
    createTask: (input, by) => on.write((scope) => creation.createTask(scope, input, by)),
    createTasks: (batch, by) => on.write((scope) => creation.createTasks(scope, batch, by)),
    editTask: (id, patch, by) => on.move(id, by, (scope) => tasks.editTask(scope, id, patch, by)),
    linkTasks: (link, by) => on.move(link.childId, by, (scope) => links.linkTasks(scope, link, by)),
    unlinkTasks: (link, by) => on.move(link.childId, by, (scope) => links.unlinkTasks(scope, link, by)),

    assignTask: (id, assignee, by) =>
      on.move(id, by, (scope) => takeBacks.assignTask(scope, id, assignee, by)),
    completeTask: (id, verdict, by) =>
      on.verdict(id, by, (scope) => verdicts.completeTask(scope, id, verdict, by)),
    blockTask: (id, block, by) => on.move(id, by, (scope) => blocks.blockTask(scope, id, block, by)),
    unblockTask: (id, by) => on.move(id, by, (scope) => blocks.unblockTask(scope, id, by)),
    promoteTask: (id, by) => on.move(id, by, (scope) => promotion.promoteTask(scope, id, by)),
    planPromotion: (id, by) => on.read((db) => promotion.planPromotion(db, id, by)),
    scheduleTask: (id, at, by) => on.verdict(id, by, (scope) => verdicts.scheduleTask(scope, id, at, by)),
    archiveTask: (id, by) => on.move(id, by, (scope) => verdicts.archiveTask(scope, id, by)),
    cancelTask: (id, reason, by) => on.move(id, by, (scope) => verdicts.cancelTask(scope, id, reason, by)),
    reclaimTask: (id, reason, by) => on.move(id, by, (scope) => takeBacks.reclaimTask(scope, id, reason, by)),
    rateLimitTask: (id, limit, by) =>
      on.verdict(id, by, (scope) => verdicts.rateLimitTask(scope, id, limit, by)),

    addComment: (id, body, by) => on.move(id, by, (scope) => commenting.addComment(scope, id, body, by)),
    attachFiles: (id, files, by) => on.move(id, by, (scope) => attachments.attachFiles(scope, id, files, by)),
    detachFile: (id, by) =>
      on.write(function* (scope) {
        const { taskId } = yield* attachments.requireAttachment(scope.db, id);
        if (by.run) yield* runs.requireAuthority(scope, yield* lookup.requireTask(scope.db, taskId), by);
        return yield* attachments.detachFile(scope, id, by);
      }),
    claimTask: (id, lease, by) => on.verdict(id, by, (scope) => personClaims.claimTask(scope, id, lease, by)),
    heartbeat: (id, beat, by) => on.verdict(id, by, (scope) => personClaims.heartbeat(scope, id, beat, by)),

    askQuestion: (id, question, by) =>
      on.move(id, by, (scope) => asking.askQuestion(scope, id, question, by)),
    answerQuestion: (id, answer, by) =>
      on.move(id, by, (scope) => asking.answerQuestion(scope, id, answer, by)),
    requestReview: (id, request, by) =>
      on.move(id, by, (scope) => reviews.requestReview(scope, id, request, by)),
    approveTask: (id, verdict, by) => on.move(id, by, (scope) => reviews.approveTask(scope, id, verdict, by)),
    requestChanges: (id, comment, by) =>
      on.move(id, by, (scope) => reviews.requestChanges(scope, id, comment, by)),

    pause: (pause) => on.write((scope) => pauses.pause(scope, pause)),
    resume: (pauseScope) => on.write((scope) => pauses.resume(scope, pauseScope)),

    requireOwnRun: async (run) => {
      await on.read((db) => runs.requireOwnRun(db, run));
    },
    knowsRun: (run) => on.read((db) => runs.knowsRun(db, run)),
    getTask: (id) => on.read((db) => lookup.getTask(db, id)),
    requireTask: (id) => on.read((db) => lookup.requireTask(db, id)),
    findTaskIds: (prefix, limit) => on.read((db) => taskLists.findTaskIds(db, prefix, limit)),
    listTasks: (filter) => on.read((db) => taskLists.listTasks(db, filter)),
    listCards: (filter) => on.read((db) => cards.listCards(db, filter)),
    countCards: (filter) => on.read((db) => cards.countCards(db, filter)),
    listTasksById: (ids) => on.read((db) => taskLists.listTasksById(db, ids)),
    readGraph: (of) => on.read((db) => linkGraph.readGraph(db, of)),
    requireDossier: (id, limit = {}) => on.read((db) => queries.requireDossier(db, id, limit)),
    listAttachments: (taskId) => on.read((db) => attachments.listAttachments(db, taskId)),
    requireAttachment: (id) => on.read((db) => attachments.requireAttachment(db, id)),
    listRuns: (taskId, limit = {}) => on.read((db) => queries.listRuns(db, taskId, limit)),
    listEvents: (filter) => on.read((db) => queries.listEvents(db, filter)),
    getLastEventId: () => on.read((db) => queries.getLastEventId(db)),
    listTenants: () => on.read((db) => queries.listTenants(db)),
    listAssignees: () => on.read((db) => queries.listAssignees(db)),
    getCounts: () => on.read((db) => queries.getCounts(db)),
    getOverview: (asked) => on.read((db) => overviews.getOverview(db, asked)),
    sumUsages: (by) => on.read((db) => usages.sumUsages(db, by)),
    sumSpent: (profiles, sinceMs) => on.read((db) => usages.sumSpent(db, profiles, sinceMs)),
    listPauses: () => on.read((db) => pauses.listPauses(db)),
    requireHoldFacts: (id, host) => on.read((db) => queries.requireHoldFacts(db, id, host)),
  };
  const further: FurtherParts = {
    ...noticeStore(on),
    ...redoStore(on),
    ...repeatStore(on),
    ...careStore(on),
    ...historyStore(on),
    ...searchedTextStore(on),
    ...relocationStore(on),
  };
  return {
    ...withStorableArguments({ ...own, ...further }),
    ...tickStore(on),
    ...outlookStore(on),
    ...runLogStore(on),
  };
}
