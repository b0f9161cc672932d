import { dirname } from "node:path";
import { renderContext } from "../../board/context.ts";
import { partCharsMax } from "../../board/cut-text.ts";
import { BoardError } from "../../board/error.ts";
import type { Task } from "../../board/task.ts";
import type { Profile } from "../../system/config/config.ts";
import type { Home } from "../session/home.ts";
import { askProfile, type ProfileAnswer } from "./ask-profile.ts";

/** A task for which a plan is wanted, with who is asked for it. */
export interface Planned {
  readonly task: Task;
  readonly profile: Profile;
}

/**
 * The task, and the profile that plans it: the one that is named, else the task's own.
 * @throws {BoardError} usage without a profile; illegal_move for a task that runs or is over
 */
export async function findPlanned(home: Home, id: string, named: string | undefined): Promise<Planned> {
  await using session = await home.open("read");
  const task = await session.store.requireTask(await session.taskId(id));
  if (["running", "done", "archived", "review"].includes(task.status))
    throw new BoardError("illegal_move", `${task.id} is ${task.status}: it can't be planned any more`, {
      hint: "plan a task before it runs",
    });
  const { profiles } = await home.place.config();
  const name = named ?? task.assignee ?? "";
  const profile = profiles.get(name);
  const others = [...profiles.keys()].filter((one) => one !== "shell");
  if (profile === undefined || name === "shell")
    throw new BoardError(
      "usage",
      name === "" ? "no profile to ask" : `${JSON.stringify(name)} is no profile that can be asked`,
      {
        hint:
          others.length === 0
            ? "make one: `kanbun agents add claude`"
            : `name one with --profile: ${others.join(", ")}`,
      },
    );
  return { task, profile };
}

/** A specification of the task, as Markdown: its new body. @throws {BoardError} as {@link askProfile} */
export function askSpecification(home: Home, planned: Planned, signal: AbortSignal): Promise<ProfileAnswer> {
  return ask(home, planned, specifying, signal);
}

/** Tasks that together come to this one, as lines of JSON. @throws {BoardError} as {@link askProfile}, conflict without such lines */
export async function askDecomposition(
  home: Home,
  planned: Planned,
  signal: AbortSignal,
): Promise<ProfileAnswer> {
  const { profiles } = await home.place.config();
  const names = [...profiles.keys()].filter((name) => name !== "shell");
  const answer = await ask(home, planned, decomposing(names), signal);
  const fenced = /```(?:jsonl|json)?\s*\n([\s\S]*?)\n```/.exec(answer.text)?.[1] ?? answer.text;
  const lines = fenced.split("\n").filter((line) => line.trimStart().startsWith("{"));
  if (lines.length > 0) return { ...answer, text: lines.join("\n") };
  throw new BoardError(
    "conflict",
    `the profile ${planned.profile.name} answered with no tasks: ${answer.text.slice(0, 200)}`,
  );
}

async function ask(
  home: Home,
  { task, profile }: Planned,
  what: string,
  signal: AbortSignal,
): Promise<ProfileAnswer> {
  await using session = await home.open("read");
  const dossier = await session.store.requireDossier(task.id, { charsMax: partCharsMax });
  const prompt = `${renderContext(dossier, Date.now(), "whole")}\n${what}`;
  const isFolder = task.workspaceKind !== "scratch" && task.workspacePath !== null;
  // Its own worktree may not be there yet: it is below the repository.
  const cwd = isFolder ? repositoryOf(task.workspacePath ?? "") : (profile.cwd ?? process.cwd());
  return askProfile(home, profile, { task, prompt, cwd, signal });
}

/** The folder that a worktree of Kanbun's is made in, or the folder itself. */
export function repositoryOf(path: string): string {
  const above = dirname(path);
  return above.endsWith(".worktrees") ? dirname(above) : path;
}

const specifying = `## What to do

Do not do this task. Write its specification, so that someone who knows nothing but it can do it and someone else can check it.
Look at the files here as far as you need; change nothing.

Your final message becomes the task's text as it is: Markdown without a preamble. Say

- the goal, in one or two sentences
- what belongs to it, and what does not
- facts that were found out: files, names, commands
- how it is checked that it is done: commands, and what they must show
- what is still open, as questions
`;

function decomposing(profiles: readonly string[]): string {
  return `## What to do

Do not do this task. Break it down into two to twelve tasks that can each be done and checked by itself. Look at the files here as
far as you need; change nothing.

Your final message must have one block of this form, an object a line, and every parent before its children:

\`\`\`jsonl
{"key": "api", "title": "Add the endpoint", "body": "What to do, and how it is checked"}
{"key": "page", "title": "Show it on the page", "body": "…", "parent": ["api"], "priority": 1}
\`\`\`

\`parent\` has keys of earlier lines that must be done before. ${
    profiles.length === 0
      ? ""
      : `\`assignee\` may be one of ${profiles.join(", ")}; left out, it is that of this task. `
  }No other fields.
`;
}
