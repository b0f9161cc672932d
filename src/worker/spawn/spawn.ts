import { closeSync } from "node:fs";
import { type StartedTree, startTree } from "../../../native-shims/index.ts";
import type { LeaseTerm } from "../../board/lease.ts";
import type { Run } from "../../board/run.ts";
import type { StartedAgent } from "../../board/usage.ts";
import type { Claim } from "../../store/tick.ts";
import type { Profile } from "../../system/config/config.ts";
import { noHooks } from "../../system/config/profile-hooks.ts";
import { type HookPlan, hookWord } from "../hooks/hook-plan.ts";
import { RunDirectory } from "../run-directory.ts";
import { copierName, shimArguments } from "../shim/shim.ts";
import { requireFitForWindows } from "../shim/windows-command-line.ts";
import { noteStartedAgent } from "../started-agent.ts";
import { prepareWorkspace, type Workspace, type WorkspaceFolders } from "../workspace/workspace.ts";
import { chooseSession } from "./agent-session.ts";
import { expandCommand, usesPlaceholder } from "./command.ts";
import { workerEnvironment } from "./environment.ts";
import { hermesLine } from "./hermes-worker.ts";
import { handMcpServer } from "./mcp-server.ts";
import type { ProgramSearch } from "./program-search.ts";
import { SpawnError } from "./spawn-error.ts";
import { writeInputs } from "./worker-inputs.ts";

/** The lease that workers live by. */
export interface WorkerLease extends LeaseTerm {
  /** Its file. @see src/worker/lease/lease-file.ts */
  readonly path: string;
}

/** What all workers of a board have in common. */
export interface WorkerHost extends WorkspaceFolders {
  readonly home: string;
  readonly board: string;
  readonly database: string | null;
  /** @see RunIdentity.socket */
  readonly socket: string | null;
  readonly runs: string;
  readonly attachments: string;
  readonly binFolder: string;
  /** Under which they are started; null: the board has none. */
  readonly lease: WorkerLease | null;
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
  readonly agent: StartedAgent | null;
}

/** Of the task, what its worker reads. */
export interface TaskReading {
  /** By where the rest of a body that is cut is said to be, or "whole"; "" where its profile has no use for it. */
  readonly context: (bodyRest: string) => string;
  /** Oldest first; none where its profile has no use for them. */
  readonly runs: readonly Run[];
}

/** The worker's command, below one that runs its hooks where it has any. */
function wrapInHooks(
  command: readonly string[],
  { claim, profile, workspace, directory }: HookedWorker,
  { selfCommand }: WorkerHost,
): readonly string[] {
  const completesOnExit = profile.completes === "on-exit";
  // Who gives a verdict is asked for it then.
  const verify = completesOnExit && !claim.isReview ? profile.verify : null;
  if (profile.hooks === null && verify === null) return command;
  const plan: HookPlan = {
    ...(profile.hooks ?? noHooks),
    verify,
    workspace: workspace.path,
    isOurs: workspace.scratchPath !== null || workspace.worktree !== null,
    repository: workspace.worktree?.repository ?? "",
    completesOnExit,
    run: claim.runId,
  };
  directory.writeFile("hooks.json", JSON.stringify(plan));
  return [...selfCommand, hookWord, directory.filePath("hooks.json"), ...command];
}

interface HookedWorker {
  readonly claim: Claim;
  readonly profile: Profile;
  readonly workspace: Workspace;
  readonly directory: RunDirectory;
}

/** Whether this profile's workers read the task's context, or its runs: only then is that put together. */
export function needsContext(profile: Profile): boolean {
  if (profile.stdin === "prompt" || profile.resume || profile.budget.taskUsd !== null) return true;
  return usesPlaceholder(profile.command, "prompt", "prompt_file", "context_file");
}

/**
 * Starts the worker of a claimed run under its shim, in a session of its own. It outlives this process.
 * @returns null where another dispatcher has given up the run's start, for this one stood still since its claim
 * @throws {SpawnError} with the system's own words; then nothing was started.
 */
export async function spawnWorker(
  claim: Claim,
  profile: Profile,
  reading: TaskReading,
  host: WorkerHost,
): Promise<SpawnedWorker | null> {
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
      socket: host.socket,
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
      lease: host.lease?.path ?? null,
    },
    host.environment,
  );
  const { command: words, session, started } = chooseSession(profile, reading.runs, workspace.path);
  const [program = "", ...rest] = words;
  const executable = await host.programs.find(program, environment.PATH, cwd);
  if ("error" in executable) throw new SpawnError(executable.error, { again: "never" });
  const { inputPath, values } = writeInputs(claim, profile, reading.context, {
    home: host.home,
    board: host.board,
    directory,
    workspace,
    session,
  });
  if (started !== null) noteStartedAgent(directory, started);
  handMcpServer(profile, { environment, directory, selfCommand: host.selfCommand });
  const expand = (args: readonly string[]) => expandCommand(args, values, profile);
  const line = profile.hermes ? hermesLine(rest, task, expand) : expand(rest);
  const command = wrapInHooks([executable.path, ...line], { claim, profile, workspace, directory }, host);
  const { worktree } = workspace;
  const shim = {
    runFolder: directory.path,
    inputPath,
    cwd,
    worktree,
    copier: await findCopier(host),
    command,
  };
  // Its shim would end at once; but on Windows one whose dispatcher is killed just as it makes it stays, and no one looks for it any more.
  if (directory.readStart().fence === "given_up") return null;
  const tree = start(directory, shimArguments(shim, host.selfCommand), environment);
  return { tree, workspace: workspace.path, scratchPath: workspace.scratchPath, agent: started };
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
