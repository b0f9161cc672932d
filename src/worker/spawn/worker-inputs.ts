import { devNull } from "node:os";
import type { Claim } from "../../store/tick.ts";
import type { Profile } from "../../system/config/config.ts";
import type { RunDirectory } from "../run-directory.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type PlaceholderValues, usesPlaceholder } from "./command.ts";
import { mcpFilePath } from "./mcp-server.ts";
import { type PromptParts, renderPrompt } from "./prompt.ts";
import { readPromptTemplate } from "./prompt-template.ts";
import { SpawnError } from "./spawn-error.ts";

/** Where the worker of a run finds what it reads. */
interface InputPlace {
  readonly home: string;
  readonly board: string;
  readonly directory: RunDirectory;
  readonly workspace: Workspace;
  readonly session: string;
}

/**
 * Writes what goes by file, and nothing that this profile has no use for.
 * @param context by where the rest of a body that is cut is said to be, or "whole"
 * @returns the file that the worker's standard input is, and what its command's placeholders stand for
 * @throws {SpawnError} also for a prompt's template that can't be used
 */
export function writeInputs(
  { task, runId, isReview }: Claim,
  profile: Profile,
  context: (bodyRest: string) => string,
  place: InputPlace,
): { readonly inputPath: string; readonly values: PlaceholderValues } {
  const { directory, workspace } = place;
  const maxRuntimeMs = task.maxRuntimeMs ?? profile.maxRuntimeMs;
  const body = textFor(profile, task.body ?? "");
  const bodyFile = directory.filePath("body");
  const isFile = usesPlaceholder(profile.command, "prompt_file");
  // What is read from a pipe or a file has no end that a list of arguments has.
  const shown = context(profile.stdin === "prompt" || isFile ? "whole" : bodyFile);
  const parts: PromptParts = {
    title: task.title,
    body,
    context: shown,
    task: task.id,
    run: String(runId),
    board: place.board,
    workspace: workspace.path,
    branch: workspace.worktree?.branch ?? task.branchName ?? "",
    profile: profile.name,
    model: task.modelOverride ?? profile.model ?? "",
    skills: task.skills.join(","),
    body_file: bodyFile,
  };
  const readsPrompt = profile.stdin === "prompt" || usesPlaceholder(profile.command, "prompt", "prompt_file");
  const prompt = readsPrompt ? renderProfilePrompt(parts, { profile, isReview, home: place.home }) : "";
  const write = (name: Parameters<RunDirectory["filePath"]>[0], text: string, isUsed: boolean) => {
    if (isUsed) directory.writeFile(name, text);
    return directory.filePath(name);
  };
  try {
    const bodyPath = write(
      "body",
      body,
      profile.stdin === "body" ||
        usesPlaceholder(profile.command, "body_file") ||
        shown.includes(bodyFile) ||
        prompt.includes(bodyFile),
    );
    const promptPath = write("prompt.md", prompt, profile.stdin === "prompt" || isFile);
    const contextPath = write("context.md", shown, usesPlaceholder(profile.command, "context_file"));
    const values: PlaceholderValues = {
      body,
      prompt,
      task: task.id,
      title: task.title,
      workspace: workspace.path,
      context_file: contextPath,
      body_file: bodyPath,
      prompt_file: promptPath,
      run: parts.run,
      model: parts.model,
      provider: task.providerOverride ?? profile.provider ?? "",
      skills: parts.skills,
      branch: parts.branch,
      max_runtime_s: maxRuntimeMs === null ? "" : String(Math.ceil(maxRuntimeMs / 1000)),
      max_cost_usd: profile.budget.runUsd === null ? "" : String(profile.budget.runUsd),
      session: place.session,
      usage_file: directory.filePath("usage.json"),
      mcp_file: mcpFilePath(profile.agent, directory),
    };
    const inputs = { none: devNull, body: bodyPath, prompt: promptPath };
    return { inputPath: inputs[profile.stdin], values };
  } catch (error) {
    throw new SpawnError(`cannot write the worker's input: ${(error as Error).message}`, {
      again: "later",
      cause: error,
    });
  }
}

/** What a worker of this profile is told. @throws {SpawnError} for a template that can't be used */
export function renderProfilePrompt(
  parts: PromptParts,
  how: { readonly profile: Profile; readonly isReview: boolean; readonly home: string },
): string {
  const { completes, agent, prompt, command } = how.profile;
  return renderPrompt(parts, {
    completes,
    isReview: how.isReview,
    isAgent: agent !== null,
    hasTools: agent?.mcp != null || usesPlaceholder(command, "mcp_file"),
    template: prompt === null ? null : readPromptTemplate(how.home, prompt),
  });
}

/** To a POSIX shell the CR of a CRLF belongs to the last word of the line. */
function textFor({ name }: Profile, body: string): string {
  return name === "shell" && process.platform !== "win32" ? body.replaceAll("\r\n", "\n") : body;
}
