import { BoardError } from "../../board/error.ts";
import { blockKinds, isTaskId, type NewTask, workspaceKinds } from "../../board/task.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import { requireWorkFolder, resolveFromHere, workPlaceHere } from "./work-folder.ts";

/** One line of a file of tasks. */
export interface TaskLine {
  readonly task: NewTask;
  /** What later lines of the file call it. */
  readonly key: string | null;
  /** Ids of tasks, and keys of earlier lines. */
  readonly parents: readonly string[];
}

type Field = readonly [name: keyof NewTask, read: (value: unknown) => unknown];

/** What a line may have, in the names of `--json`; `key`, `parents` and `run` beside it. */
const fields: Readonly<Record<string, Field>> = {
  title: ["title", text],
  body: ["body", text],
  assignee: ["assignee", assignee],
  priority: ["priority", wholeNumber],
  tenant: ["tenant", textOrNothing],
  idempotency_key: ["idempotencyKey", textOrNothing],
  workspace_kind: ["workspaceKind", oneOf(workspaceKinds)],
  workspace_path: ["workspacePath", textOrNothing],
  branch_name: ["branchName", textOrNothing],
  project_id: ["projectId", textOrNothing],
  skills: ["skills", texts],
  model_override: ["modelOverride", textOrNothing],
  provider_override: ["providerOverride", textOrNothing],
  max_runtime_ms: ["maxRuntimeMs", wholeNumber],
  max_retries: ["maxRetries", wholeNumber],
  goal_mode: ["goalMode", flag],
  goal_max_turns: ["goalMaxTurns", wholeNumber],
  session_id: ["sessionId", textOrNothing],
  due_at_ms: ["dueAtMs", wholeNumber],
  triage: ["triage", flag],
  blocked: ["blocked", block],
};
const names = [...Object.keys(fields), "key", "parents", "run"];

/**
 * A relative folder is one from the current folder on; the command of a `run` runs in the current folder.
 * @throws {BoardError} usage, with what is wrong and which field it is about
 */
export function parseTaskLine(json: string, home: string): TaskLine {
  const given = parseObject(json);
  const task: Record<string, unknown> = {};
  for (const name in given) {
    const value = given[name];
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined && !names.includes(name)) throw unknown(name);
    // As if it were left out: programs write all the fields that they know.
    if (field === undefined || value === null) continue;
    task[field[0]] = inField(name, () => field[1](value));
  }
  if (typeof task.title !== "string") throw usage('there is no "title"');
  if (task.goalMaxTurns !== undefined && !task.goalMode)
    throw usage('"goal_max_turns" needs "goal_mode": true');
  return {
    task: { ...task, ...readRun(given), ...readPlace(task, given.run != null, home) } as NewTask,
    key: readKey(given.key),
    parents: given.parents == null ? [] : inField("parents", () => texts(given.parents)),
  };
}

/** The key of a line that may be no task; null where none can be made out. */
export function findKey(json: string | null): string | null {
  try {
    const { key } = JSON.parse(json ?? "") as { key?: unknown };
    return typeof key === "string" ? key : null;
  } catch {
    return null; // what is wrong with the line is told where the task is read
  }
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw usage(`not valid JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw usage('a task is a JSON object such as {"title": "Run the tests"}');
}

/** Short for the command as body and the shell as assignee. */
function readRun(given: Record<string, unknown>): Pick<NewTask, "body" | "assignee"> {
  if (given.run == null) return {};
  const command = inField("run", () => text(given.run));
  if (command.trim() === "") throw usage('"run" is empty');
  if (given.body != null) throw usage('"run" cannot be used with "body"');
  if (given.assignee != null && given.assignee !== "shell") throw usage('"run" needs the profile "shell"');
  return { body: command, assignee: "shell" };
}

function readPlace(
  { workspaceKind: kind, workspacePath: path }: Partial<NewTask>,
  isCommand: boolean,
  home: string,
): Pick<NewTask, "workspaceKind" | "workspacePath"> {
  if (kind === undefined && path == null && isCommand) return workPlaceHere(home);
  if (path == null) return {};
  if (kind === "dir") return { workspacePath: requireWorkFolder(path) };
  return kind === "worktree" ? { workspacePath: resolveFromHere(path) } : {};
}

function readKey(value: unknown): string | null {
  if (value == null) return null;
  const key = inField("key", () => text(value));
  if (key === "") throw usage('"key" is empty');
  if (isTaskId(key)) throw usage(`"key" looks like the id of a task: ${key}`);
  return key;
}

function inField<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof BoardError ? usage(`"${name}" must be ${error.message}`) : error;
  }
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw usage("a text");
}

/** `none` is no profile. */
function assignee(value: unknown): string | null {
  const name = text(value);
  return name === "none" || name === "" ? null : name;
}

function textOrNothing(value: unknown): string | null {
  return text(value) || null;
}

function texts(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw usage("a list of texts");
}

function wholeNumber(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw usage("a whole number");
}

function flag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw usage("true or false");
}

function oneOf<Word extends string>(words: readonly Word[]): (value: unknown) => Word {
  return (value) => {
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    throw usage(`one of ${words.join(", ")}`);
  };
}

const blockKind = oneOf(blockKinds);

function block(value: unknown): NewTask["blocked"] {
  const { reason, kind, ...rest } = (value ?? {}) as Record<string, unknown>;
  const isObject = typeof value === "object" && !Array.isArray(value);
  if (!isObject || Object.keys(rest).length > 0)
    throw usage('an object of "reason" and "kind", or of neither');
  return {
    reason: reason == null ? null : textOrNothing(reason),
    kind: kind == null ? null : blockKind(kind),
  };
}

function unknown(name: string): BoardError {
  const meant = nearestName(name, names);
  const said = JSON.stringify(name.slice(0, 60));
  return usage(`there is no field ${said}${meant === null ? "" : ` (did you mean \`${meant}\`?)`}`);
}

function usage(message: string): BoardError {
  return new BoardError("usage", message);
}
