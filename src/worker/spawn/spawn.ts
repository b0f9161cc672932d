import { closeSync } from "node:fs";
import { devNull } from "node:os";
import { type StartedTree, startTree } from "../../../native-shims/index.ts";
import type { Claim } from "../../store/tick.ts";
import type { Profile } from "../../system/config/config.ts";
import { RunDirectory } from "../run-directory.ts";
import { copierName, shimArguments } from "../shim/shim.ts";
import { requireFitForWindows } from "../shim/windows-command-line.ts";
import { prepareWorkspace, type Workspace, type WorkspaceFolders } from "../workspace/workspace.ts";
import { expandCommand, usesPlaceholder } from "./command.ts";
import { workerEnvironment } from "./environment.ts";
import { hermesLine } from "./hermes-worker.ts";
import type { ProgramSearch } from "./program-search.ts";
import { renderPrompt } from "./prompt.ts";
import { SpawnError } from "./spawn-error.ts";

/** What all workers of a board have in common. */
export interface WorkerHost extends WorkspaceFolders {
  readonly home: string;
  readonly board: string;
  readonly database: string;
  readonly runs: string;
  readonly attachments: string;
  readonly binFolder: string;
  readonly programs: ProgramSearch;
  /** How to run this very Kanbun. */
  readonly selfCommand: readonly string[];
  /** What the allow-list chooses from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface SpawnedWorker {
  /** Its root is the shim. */
  readonly tree: StartedTree;
  readonly workspace: string;
  readonly scratchPath: string | null;
}

/** Whether this profile's workers read the task's context: only then is it put together. */
export function needsContext(profile: Profile): boolean {
  return profile.stdin === "prompt" || usesPlaceholder(profile.command, "prompt", "context_file");
}

/**
 * Starts the worker of a claimed run under its shim, in a session of its own. It outlives this process.
 * @param context what the worker reads, by where the rest of a body that is cut is said to be, or "whole"; "" where its
 *   profile has no use for it.
 * @throws {SpawnError} with the system's own words; then nothing was started.
 */
export async function spawnWorker(
  claim: Claim,
  profile: Profile,
  context: (bodyRest: string) => string,
  host: WorkerHost,
): Promise<SpawnedWorker> {
  const { task } = claim;
  const workspace = prepareWorkspace(task, host);
  const directory = makeDirectory(claim, host.runs);
  const cwd = profile.cwd ?? workspace.path;
  const environment = workerEnvironment(
    profile,
    {
      home: host.home,
      board: host.board,
      database: host.database,
      task: task.id,
      run: claim.runId,
      token: claim.token,
      claimLock: claim.claimLock,
      profile: profile.name,
      workspace: workspace.path,
      workspacesRoot: host.workspaces,
      branch: workspace.worktree?.branch ?? task.branchName,
      tenant: task.tenant,
      attachmentsRoot: host.attachments,
      goalMode: task.goalMode,
      goalMaxTurns: task.goalMaxTurns,
      maxRuntimeMs: task.maxRuntimeMs ?? profile.maxRuntimeMs,
      binFolder: host.binFolder,
    },
    host.environment,
  );
  const [program = "", ...rest] = profile.command;
  const executable = await host.programs.find(program, environment.PATH, cwd);
  if ("error" in executable) throw new SpawnError(executable.error, { again: "never" });
  const { inputPath, values } = writeInputs(claim, profile, context, {
    directory,
    workspace,
  });
  const expand = (args: readonly string[]) => expandCommand(args, values, profile);
  const line = profile.hermes ? hermesLine(rest, task, expand) : expand(rest);
  const command = [executable.path, ...line];
  const { worktree } = workspace;
  const shim = {
    runFolder: directory.path,
    inputPath,
    cwd,
    worktree,
    copier: await findCopier(host),
    command,
  };
  const tree = start(directory, shimArguments(shim, host.selfCommand), environment);
  return { tree, workspace: workspace.path, scratchPath: workspace.scratchPath };
}

function makeDirectory({ runId, token }: Claim, runs: string): RunDirectory {
  try {
    const directory = new RunDirectory(runs, runId, token);
    directory.make();
    return directory;
  } catch (error) {
    // A fault of the home, as below: no task is to blame for it.
    throw new SpawnError(`cannot make the run folder: ${(error as Error).message}`, {
      again: "later",
      cause: error,
    });
  }
}

/** Writes what goes by file, and nothing that this profile has no use for. */
function writeInputs(
  { task, runId, isReview }: Claim,
  profile: Profile,
  context: (bodyRest: string) => string,
  { directory, workspace }: { directory: RunDirectory; workspace: Workspace },
) {
  const maxRuntimeMs = task.maxRuntimeMs ?? profile.maxRuntimeMs;
  const body = textFor(profile, task.body ?? "");
  const bodyFile = directory.filePath("body");
  // What is read from a pipe has no end that a list of arguments has.
  const isPiped = profile.stdin === "prompt";
  const shown = context(isPiped ? "whole" : bodyFile);
  const prompt = renderPrompt(shown, { completes: profile.completes, isReview });
  const write = (name: Parameters<RunDirectory["filePath"]>[0], text: string, isUsed: boolean) => {
    if (isUsed) directory.writeFile(name, text);
    return directory.filePath(name);
  };
  try {
    const bodyPath = write(
      "body",
      body,
      profile.stdin === "body" || usesPlaceholder(profile.command, "body_file") || shown.includes(bodyFile),
    );
    const promptPath = write("prompt.md", prompt, isPiped);
    const contextPath = write("context.md", shown, usesPlaceholder(profile.command, "context_file"));
    const values = {
      body,
      prompt,
      task: task.id,
      title: task.title,
      workspace: workspace.path,
      context_file: contextPath,
      body_file: bodyPath,
      run: String(runId),
      model: task.modelOverride ?? "",
      provider: task.providerOverride ?? "",
      skills: task.skills.join(","),
      branch: workspace.worktree?.branch ?? task.branchName ?? "",
      max_runtime_s: maxRuntimeMs === null ? "" : String(Math.ceil(maxRuntimeMs / 1000)),
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

/** To a POSIX shell the CR of a CRLF belongs to the last word of the line. */
function textFor({ name }: Profile, body: string): string {
  return name === "shell" && process.platform !== "win32" ? body.replaceAll("\r\n", "\n") : body;
}

/** @throws {SpawnError} with the system's own words. */
function start(directory: RunDirectory, command: string[], env: Record<string, string>): StartedTree {
  if (process.platform === "win32") requireFitForWindows(command);
  try {
    const logFd = directory.openLog();
    try {
      return startTree({ command, env, logFd });
    } finally {
      closeSync(logFd);
    }
  } catch (error) {
    throw new SpawnError((error as Error).message, { cause: error });
  }
}

/** "" where there is none. The system's own is as good as any, and is there at once. */
async function findCopier({ programs, environment }: WorkerHost): Promise<string> {
  const found = await programs.find(copierName, `/usr/bin:/bin:${environment.PATH ?? ""}`, "/");
  return "error" in found ? "" : found.path;
}
