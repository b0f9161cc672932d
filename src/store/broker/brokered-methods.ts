import type { BoardStore } from "../store.ts";

/**
 * What a worker may ask of its resident. `reads` changes nothing; `again`: done twice it is as done once; `ends`: done with the
 * worker's proof it ends its run, so that a second try finds it ended; `changes`: what became of one whose answer was lost has to be looked at;
 * `never`: the affair of a dispatcher or of a person.
 */
type Manner = "reads" | "again" | "ends" | "changes" | "never";

/** What each side has for itself. */
type OwnParts = "news" | "file" | "hosts" | "takeover" | "logAsks" | "close" | typeof Symbol.asyncDispose;

export type BrokeredMethod = Exclude<keyof BoardStore, OwnParts>;

/** Each method of the contract: one that is not named here can't be asked for. */
export const brokeredMethods: Readonly<Record<BrokeredMethod, Manner>> = {
  createTask: "changes",
  createTasks: "changes",
  editTask: "changes",
  assignTask: "changes",
  linkTasks: "again",
  unlinkTasks: "changes",
  addComment: "changes",
  attachFiles: "changes",
  detachFile: "changes",
  claimTask: "changes",
  heartbeat: "again",
  completeTask: "ends",
  blockTask: "ends",
  unblockTask: "changes",
  promoteTask: "changes",
  planPromotion: "reads",
  scheduleTask: "ends",
  archiveTask: "changes",
  cancelTask: "changes",
  retryTask: "changes",
  restoreTask: "changes",
  deleteTask: "changes",
  reclaimTask: "changes",
  rateLimitTask: "ends",
  askQuestion: "ends",
  answerQuestion: "changes",
  requestReview: "ends",
  approveTask: "ends",
  requestChanges: "ends",
  pause: "again",
  resume: "changes",
  addRepeat: "changes",
  listRepeats: "reads",
  requireRepeat: "reads",
  editRepeat: "changes",
  pauseRepeat: "again",
  resumeRepeat: "again",
  removeRepeat: "changes",
  runRepeat: "changes",
  getRepeatOf: "reads",
  requireOwnRun: "reads",
  knowsRun: "reads",
  getTask: "reads",
  requireTask: "reads",
  findTaskIds: "reads",
  listTasks: "reads",
  listCards: "reads",
  countCards: "reads",
  listTasksById: "reads",
  readGraph: "reads",
  requireDossier: "reads",
  listAttachments: "reads",
  requireAttachment: "reads",
  listRuns: "reads",
  listEvents: "reads",
  getLastEventId: "reads",
  listAssignees: "reads",
  listTenants: "reads",
  getCounts: "reads",
  getOverview: "reads",
  sumUsages: "reads",
  sumSpent: "reads",
  listPauses: "reads",
  requireHoldFacts: "reads",
  inspect: "reads",
  repairRecords: "changes",
  measureOldEvents: "reads",
  removeOldEvents: "changes",
  listArchivedWorktrees: "reads",
  getRunEnds: "reads",
  // They hand on rows one at a time, as many as there are.
  exportRows: "never",
  importRows: "never",

  listLiveRuns: "reads",
  viewTick: "never",
  applyTick: "never",
  recordStarts: "never",
  recordWorkspace: "never",
  listRemovableScratch: "never",
  forgetScratch: "never",

  listHeld: "reads",
  countSlots: "reads",
  chooseNext: "reads",
  countHolds: "reads",

  collectNotices: "never",
  takeDelivery: "never",
  endDelivery: "never",
  getNextDeliveryMs: "reads",
  listDeliveries: "reads",
  retryDeliveries: "again",
  subscribe: "again",
  unsubscribe: "changes",
  listSubscriptions: "reads",

  findEventAt: "reads",
  listStatusChanges: "reads",
  listChangesBefore: "reads",
  readFlowNow: "reads",
  listRunEnds: "reads",
  listRunsBetween: "reads",
  readDurations: "reads",

  getTextChanges: "reads",
  getTasksOfRuns: "reads",
  listAllTaskIds: "reads",
  readSearchedTexts: "reads",

  getRunLog: "reads",
  measureOldRunLogs: "reads",
  removeOldRunLogs: "changes",

  getRelocation: "reads",
  hasArrived: "never",
  planRelocation: "never",
  leave: "never",
  stay: "never",
  readPage: "never",
  readNumbers: "never",
  arrive: "never",
};

export function isBrokeredMethod(name: string): name is BrokeredMethod {
  return Object.hasOwn(brokeredMethods, name);
}
