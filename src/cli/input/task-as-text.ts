import { BoardError } from "../../board/error.ts";
import type { Task } from "../../board/task.ts";
import { formatDuration } from "../../system/text/duration.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import { duration, orNothing, wholeNumber } from "./option-values.ts";
import type { TaskFieldOptions } from "./task-fields.ts";

const bodyMark = "--- body below this line ---";

interface Field {
  readonly show: (task: Task) => string;
  readonly read: (text: string) => TaskFieldOptions & { readonly title?: string };
}

const fields: Readonly<Record<string, Field>> = {
  title: { show: ({ title }) => title, read: (title) => ({ title }) },
  priority: {
    show: ({ priority }) => String(priority),
    read: (text) => ({ priority: orNothing(wholeNumber())(text) }),
  },
  tenant: { show: ({ tenant }) => tenant ?? "", read: (tenant) => ({ tenant }) },
  workspace: {
    show: ({ workspaceKind, workspacePath }) =>
      workspacePath === null || workspaceKind === "scratch"
        ? workspaceKind
        : `${workspaceKind}:${workspacePath}`,
    read: (workspace) => ({ workspace }),
  },
  branch: { show: ({ branchName }) => branchName ?? "", read: (branch) => ({ branch }) },
  host: { show: ({ host }) => host ?? "", read: (host) => ({ host }) },
  labels: { show: ({ labels }) => labels.join(", "), read: (text) => ({ label: text.split(/\s*,\s*/) }) },
  skills: { show: ({ skills }) => skills.join(", "), read: (text) => ({ skill: text.split(/\s*,\s*/) }) },
  model: { show: ({ modelOverride }) => modelOverride ?? "", read: (model) => ({ model }) },
  provider: { show: ({ providerOverride }) => providerOverride ?? "", read: (provider) => ({ provider }) },
  max_runtime: {
    show: ({ maxRuntimeMs }) => (maxRuntimeMs === null ? "" : formatDuration(maxRuntimeMs)),
    read: (text) => ({ maxRuntime: orNothing(duration)(text) }),
  },
  max_retries: {
    show: ({ maxRetries }) => (maxRetries === null ? "" : String(maxRetries)),
    read: (text) => ({ maxRetries: orNothing(wholeNumber(1))(text) }),
  },
};

/** A task as a person changes it in an editor: a line per field, and the body below. */
export function taskAsText(task: Task): string {
  const lines = Object.entries(fields).map(([name, { show }]) => `${name}: ${oneLine(show(task))}`.trimEnd());
  return [...lines, "", bodyMark, task.body ?? ""].join("\n");
}

/**
 * What has been changed in the text, as the options of `edit`; null: nothing.
 * @throws {BoardError} usage, naming the line that can't be understood
 */
export function readChanges(before: string, after: string): (TaskFieldOptions & { title?: string }) | null {
  const [old, now] = [parse(before), parse(after)];
  const changed = Object.entries(now.fields).filter(([name, value]) => value !== old.fields[name]);
  // Most editors end a file with the end of a line, which the body need not have.
  const hasNewBody = now.body !== old.body && now.body !== `${old.body}\n`;
  if (changed.length === 0 && !hasNewBody) return null;
  const options = changed.map(([name, value]) => readField(name, value));
  return Object.assign({}, ...options, hasNewBody ? { body: now.body } : {});
}

function readField(name: string, value: string): TaskFieldOptions {
  try {
    return fields[name]?.read(value) ?? {};
  } catch (error) {
    throw usage(`${name}: ${JSON.stringify(value)} cannot be used. ${(error as Error).message}`);
  }
}

function parse(text: string): { readonly fields: Readonly<Record<string, string>>; readonly body: string } {
  const plain = text.replaceAll("\r\n", "\n");
  const at = `\n${plain}`.indexOf(`\n${bodyMark}\n`);
  if (at === -1) throw usage(`the line "${bodyMark}" is missing`);
  const found: Record<string, string> = {};
  for (const line of plain.slice(0, at).split("\n")) {
    if (line.trim() === "") continue;
    const [, name = "", value = ""] = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (!Object.hasOwn(fields, name)) throw unknownLine(line, name);
    found[name] = value;
  }
  return { fields: found, body: plain.slice(at + bodyMark.length + 1) };
}

function unknownLine(line: string, name: string): BoardError {
  const meant = nearestName(name, Object.keys(fields));
  return usage(
    `there is no field in the line ${JSON.stringify(line.slice(0, 80))}${meant === null ? "" : `; did you mean ${meant}?`}`,
  );
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}

function usage(message: string): BoardError {
  return new BoardError("usage", message);
}
