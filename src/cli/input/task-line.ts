import { BoardError } from "../../board/error.ts";
import { type BlockKind, isTaskId, type NewTask } from "../../board/task.ts";
import type { Place } from "../../home/session/place.ts";
import { requireRepository } from "../../home/tasks/require-repository.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import { text, textOrTexts } from "./json-values.ts";
import { fieldNames, findField } from "./line-fields.ts";
import { requireWorkFolder, resolveFromHere, workPlaceHere } from "./work-folder.ts";

/** One line of a file of tasks. */
export interface TaskLine {
  readonly task: NewTask;
  /** What later lines of the file call it. */
  readonly key: string | null;
  /** Ids of tasks, and keys of earlier lines. */
  readonly parents: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

const ownNames = ["key", "parent", "parents", "run"];

/**
 * A relative folder is one from the current folder on; the command of a `run` runs in the current folder.
 * @throws {BoardError} usage, with what is wrong and which field it is about
 */
export function parseTaskLine(json: string, place: Place): TaskLine {
  const given = parseObject(json);
  const { reason, kind, ...task } = readFields(given);
  if (typeof task.title !== "string") throw usage('there is no "title"');
  if (task.goalMaxTurns != null && !task.goalMode) throw usage('"goal-max-turns" needs "goal": true');
  const line = {
    ...task,
    ...readRun(given),
    ...readPlace(task, given.run != null, place.home),
    ...readBlock(task, { reason, kind }),
  } as NewTask;
  requireRepository(place, line);
  return { task: line, key: readKey(given.key), parents: readParents(given) };
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

function parseObject(json: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw usage(`not valid JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw usage('a task is a JSON object such as {"title": "Run the tests"}');
}

function readFields(given: Json): Partial<NewTask> & { reason?: unknown; kind?: unknown } {
  const said: Record<string, unknown> = {};
  for (const name in given) {
    const value = given[name];
    const read = findField(name);
    if (read === null && !ownNames.includes(name)) throw unknown(name);
    // As if it were left out: programs write all the fields that they know.
    if (read === null || value === null) continue;
    const one = inField(name, () => read(value));
    const twice = Object.keys(one).some((key) => Object.hasOwn(said, key));
    if (twice) throw usage(`"${name}" says again what an earlier field says`);
    Object.assign(said, one);
  }
  return said;
}

/** Short for the command as body and the shell as assignee. */
function readRun(given: Json): Pick<NewTask, "body" | "assignee"> {
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

function readBlock(
  { blocked }: Partial<NewTask>,
  { reason, kind }: { reason?: unknown; kind?: unknown },
): Pick<NewTask, "blocked"> {
  if (reason === undefined && kind === undefined) return {};
  if (blocked === undefined) throw usage('"reason" and "kind" need "blocked": true');
  return {
    blocked: {
      reason: (reason as string | null | undefined) ?? blocked.reason,
      kind: (kind as BlockKind | undefined) ?? blocked.kind,
    },
  };
}

function readKey(value: unknown): string | null {
  if (value == null) return null;
  const key = inField("key", () => text(value));
  if (key === "") throw usage('"key" is empty');
  if (isTaskId(key)) throw usage(`"key" looks like the id of a task: ${key}`);
  return key;
}

/** Under its old name too. */
function readParents({ parent, parents }: Json): readonly string[] {
  return [
    ...(parent == null ? [] : inField("parent", () => textOrTexts(parent))),
    ...(parents == null ? [] : inField("parents", () => textOrTexts(parents))),
  ];
}

function inField<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof BoardError ? usage(`"${name}" must be ${error.message}`) : error;
  }
}

function unknown(name: string): BoardError {
  const meant = nearestName(name, [...fieldNames, ...ownNames]);
  const said = JSON.stringify(name.slice(0, 60));
  return usage(`there is no field ${said}${meant === null ? "" : ` (did you mean \`${meant}\`?)`}`);
}

function usage(message: string): BoardError {
  return new BoardError("usage", message);
}
