import { BoardError } from "./error.ts";
import { isLabel, labelRule, labelsMax } from "./placement.ts";

export const taskStatuses = [
  "triage",
  "todo",
  "scheduled",
  "ready",
  "running",
  "blocked",
  "review",
  "done",
  "archived",
] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export const blockKinds = ["dependency", "needs_input", "capability", "transient"] as const;
export type BlockKind = (typeof blockKinds)[number];

export const workspaceKinds = ["scratch", "worktree", "dir"] as const;
export type WorkspaceKind = (typeof workspaceKinds)[number];

/** A unit of work that a person sees. Times are Unix milliseconds; null means unset. */
export interface Task {
  readonly id: string;
  readonly title: string;
  readonly body: string | null;
  readonly assignee: string | null;
  readonly status: TaskStatus;
  readonly priority: number;
  readonly createdBy: string | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly completedAtMs: number | null;
  readonly workspaceKind: WorkspaceKind;
  readonly workspacePath: string | null;
  readonly branchName: string | null;
  readonly projectId: string | null;
  readonly tenant: string | null;
  readonly result: string | null;
  readonly idempotencyKey: string | null;
  readonly skills: readonly string[];
  readonly modelOverride: string | null;
  readonly providerOverride: string | null;
  /** Only newer boards of other programs have one. */
  readonly reasoningEffort: string | null;
  readonly maxRuntimeMs: number | null;
  /** Failures in a row that block the task: 1 blocks at the first failure. */
  readonly maxRetries: number | null;
  readonly goalMode: boolean;
  readonly goalMaxTurns: number | null;
  readonly sessionId: string | null;
  /** Only this host starts it: a machine's name, or a home's own id. */
  readonly host: string | null;
  /** Only a host that has all of these starts it. */
  readonly labels: readonly string[];
  readonly currentRunId: number | null;
  readonly claimLock: string | null;
  readonly claimExpiresAtMs: number | null;
  readonly workerPid: number | null;
  readonly lastHeartbeatAtMs: number | null;
  readonly consecutiveFailures: number;
  readonly lastFailureError: string | null;
  readonly blockKind: BlockKind | null;
  /** Of a task that was handed in for review: who did the work. Its assignee is then who reviews it. */
  readonly author: string | null;
  /** The first of its columns that holds what Kanbun can't use, with the value, as another program wrote it. */
  readonly oddity: string | null;
  /** Not claimed before this instant: a schedule, a back-off or a rate limit. */
  readonly dueAtMs: number | null;
}

/** Whether who has it now is to look at what another has done. */
export function isWithReviewer({ author, assignee }: Pick<Task, "author" | "assignee">): boolean {
  return author !== null && author !== assignee;
}

/** A task among others: without its long texts, of which each may have megabytes. */
export type ListedTask = Omit<Task, "body" | "result">;

/** What a user gives to make a task; all but the title may be left out. */
export interface NewTask {
  readonly title: string;
  readonly body?: string | null;
  readonly assignee?: string | null;
  readonly priority?: number;
  readonly parents?: readonly string[];
  readonly tenant?: string | null;
  readonly idempotencyKey?: string | null;
  readonly workspaceKind?: WorkspaceKind;
  readonly workspacePath?: string | null;
  readonly branchName?: string | null;
  readonly projectId?: string | null;
  readonly skills?: readonly string[];
  readonly modelOverride?: string | null;
  readonly providerOverride?: string | null;
  readonly maxRuntimeMs?: number | null;
  readonly maxRetries?: number | null;
  readonly goalMode?: boolean;
  readonly goalMaxTurns?: number | null;
  readonly sessionId?: string | null;
  readonly host?: string | null;
  readonly labels?: readonly string[];
  readonly dueAtMs?: number | null;
  readonly triage?: boolean;
  readonly blocked?: { readonly reason: string | null; readonly kind: BlockKind | null };
}

/** A file that goes with a task: where it was copied to, and what it is called. */
export interface NewAttachment {
  readonly filename: string;
  readonly storedPath: string;
  readonly contentType: string | null;
  readonly sizeBytes: number;
}

/** The columns that an edit may change; a key that is absent stays as it is. */
export type TaskPatch = Pick<
  NewTask,
  | "body"
  | "priority"
  | "tenant"
  | "workspaceKind"
  | "workspacePath"
  | "branchName"
  | "skills"
  | "modelOverride"
  | "providerOverride"
  | "maxRuntimeMs"
  | "maxRetries"
  | "host"
  | "labels"
> & {
  readonly title?: string;
  readonly result?: string | null;
};

/** What the last run of a task that is done has said; a key that is absent stays as it is. */
export interface VerdictPatch {
  readonly summary?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>> | null;
}

/** An edit that may be refused when the task is no longer what its editor saw. */
export type TaskEdit = TaskPatch & VerdictPatch & { readonly unlessChanged?: Task };

/** 8 MiB: far beyond any prompt, small enough that one task cannot make a board unusable. */
export const bodyBytesMax = 8 * 1024 * 1024;
const titleCharsMax = 2_000;
/** A thousand years: what is far longer is no time that could be kept. */
const maxRuntimeMsMax = 1_000 * 365 * 24 * 3_600 * 1_000;
const wordCharsMax = 500;

/**
 * Checks what a user typed, before anything is opened or written.
 * @throws {BoardError} usage, naming the field and what it may be.
 */
export function validateTask(task: NewTask | TaskPatch | VerdictPatch): void {
  if ("summary" in task && task.summary != null) requireLongText("summary", task.summary);
  validateFields(task as NewTask | TaskPatch);
}

function validateFields(task: NewTask | TaskPatch): void {
  if (task.title !== undefined) {
    requireText("title", task.title, titleCharsMax);
    if (task.title.trim() === "") throw usage("the title is empty: give the task a name");
  }
  if (task.body != null) requireLongText("body", task.body);
  if ("result" in task && task.result != null) requireLongText("result", task.result);
  if (task.priority !== undefined && !Number.isSafeInteger(task.priority))
    throw usage(`priority must be a whole number, not ${task.priority}`);
  requireAtLeastOne("max_retries", task.maxRetries);
  requireAtLeastOne("max_runtime (in milliseconds)", task.maxRuntimeMs);
  if ((task.maxRuntimeMs ?? 0) > maxRuntimeMsMax)
    throw usage("max_runtime is more than a thousand years: leave it out for no limit");
  if (task.host != null) requireHostName(task.host);
  if ((task.labels ?? []).length > labelsMax) throw usage(`a task asks for ${labelsMax} labels at most`);
  for (const label of task.labels ?? [])
    if (!isLabel(label))
      throw usage(`no host has the label ${JSON.stringify(label)}: a label is ${labelRule}`);
  for (const skill of task.skills ?? []) requireText("skill", skill, wordCharsMax);
  for (const key of ["tenant", "branchName", "modelOverride", "providerOverride"] as const) {
    const word = task[key];
    if (word != null) requireText(key, word, wordCharsMax);
  }
  validateWorkspace(task);
  validateCreation(task);
}

function requireLongText(field: string, text: string): void {
  requireText(field, text, bodyBytesMax);
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > bodyBytesMax)
    throw usage(`the ${field} has ${sizeBytes} bytes; at most ${bodyBytesMax} are kept`);
}

/** What only a new task has; a patch has none of it. */
function validateCreation(task: Partial<NewTask>): void {
  for (const [name, word] of [
    ["assignee", task.assignee],
    ["idempotency key", task.idempotencyKey],
    ["project id", task.projectId],
    ["session id", task.sessionId],
  ] as const)
    if (word != null) requireText(name, word, wordCharsMax);
  requireAtLeastOne("goal_max_turns", task.goalMaxTurns);
  if (task.triage && task.blocked) throw usage("a task starts either in triage or blocked, not both");
  if (task.dueAtMs != null && (task.triage || task.blocked))
    throw usage("a task with a start time cannot start in triage or blocked");
}

function validateWorkspace(task: NewTask | TaskPatch): void {
  const path = task.workspacePath;
  if (path != null) {
    requireText("workspace path", path, 4_096);
    if (!isAbsolutePath(path)) throw usage(`the workspace path must be absolute: ${path}`);
  }
  if (task.workspaceKind === "dir" && path == null)
    throw usage("a dir workspace needs a path: --workspace dir:/absolute/path");
  // A scratch folder is removed after completion: it is always one that Kanbun chose and made.
  if (task.workspaceKind === "scratch" && path != null)
    throw usage("a scratch workspace has no path of its own: use dir:/absolute/path");
}

function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith("\\\\");
}

function requireText(field: string, text: string, charsMax: number): void {
  if (text.includes("\0"))
    throw usage(`the ${field} contains a NUL character, which no program can be given`);
  if (text.length > charsMax)
    throw usage(`the ${field} has ${text.length} characters; at most ${charsMax} are kept`);
}

/** As machines are called: it is compared as it stands. */
function requireHostName(name: string): void {
  requireText("host", name, wordCharsMax);
  if (/^[^\s\p{C}]+$/u.test(name)) return;
  throw usage(`no host is called ${JSON.stringify(name)}: its name has no spaces and no control characters`);
}

function requireAtLeastOne(field: string, value: number | null | undefined): void {
  if (value == null) return;
  if (!Number.isSafeInteger(value) || value < 1)
    throw usage(`${field} must be a whole number of at least 1, not ${value}`);
}

function usage(message: string): BoardError {
  return new BoardError("usage", message);
}

const taskIdPattern = /^t_[0-9a-f]{8}$/;

/** True for `t_` and eight lower-case hex digits. */
export function isTaskId(text: string): boolean {
  return taskIdPattern.test(text);
}
