import { join } from "node:path";
import { renderContext } from "../../board/context.ts";
import { partCharsMax } from "../../board/cut-text.ts";
import { BoardError } from "../../board/error.ts";
import { describeOddRow } from "../../board/refusal.ts";
import type { Run } from "../../board/run.ts";
import type { RunEnding } from "../../board/run-ending.ts";
import type { BoardStore } from "../../store/store.ts";
import type { Claim, FailedStart, StartedRun } from "../../store/tick.ts";
import type { Config, Profile } from "../../system/config/config.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { needsContext, type SpawnedWorker, spawnWorker } from "../../worker/spawn/spawn.ts";
import { SpawnError } from "../../worker/spawn/spawn-error.ts";
import { prepareWorkspace } from "../../worker/workspace/workspace.ts";
import type { Finding } from "../report/finding.ts";
import { describeNoStart } from "../report/home-findings.ts";
import type { WorkerHost } from "./worker-host.ts";

export interface Starts {
  readonly started: (StartedRun & { readonly worker: SpawnedWorker })[];
  readonly failed: FailedStart[];
  /** Faults of the home, which are no claim's. */
  readonly findings: Finding[];
}

/**
 * Starts one process per claim. Whatever goes wrong with one of them is that claim's failed start, and keeps no other from
 * its own (I13).
 * @throws {BoardError} damaged: then the board is left alone.
 */
export async function startClaimed(
  claims: readonly Claim[],
  store: BoardStore,
  config: Config,
  host: WorkerHost | null,
): Promise<Starts> {
  const starts: Starts = { started: [], failed: [], findings: [] };
  if (host === null) return starts;
  for (const claim of claims) {
    try {
      const worker = await startOne(claim, store, config, host);
      // The next look closes its run.
      if (worker === null) continue;
      const { tree, scratchPath, agent } = worker;
      starts.started.push({ claim, process: tree.process, pid: tree.pid, scratchPath, agent, worker });
    } catch (error) {
      if (error instanceof BoardError && error.kind === "damaged") throw error;
      const ending = spawnFailed(error);
      starts.failed.push({ claim, ending });
      if (ending.again === "later") starts.findings.push(describeNoStart(ending.error ?? ""));
    }
  }
  return starts;
}

async function startOne(
  claim: Claim,
  store: BoardStore,
  config: Config,
  host: WorkerHost,
): Promise<SpawnedWorker | null> {
  // What a query can't ask, reading finds out.
  if (claim.task.oddity !== null) throw new SpawnError(describeOddRow(claim.task).detail, { again: "never" });
  const profile = config.profiles.get(claim.profile);
  if (profile === undefined) throw new SpawnError(`there is no profile ${claim.profile}`, { again: "never" });
  const dossier = needsContext(profile)
    ? await store.requireDossier(claim.task.id, { charsMax: partCharsMax })
    : null;
  if (profile.hermes && host.database === null)
    throw new SpawnError(
      "Hermes works on boards that are files of this machine, and a store keeps this one",
      {
        again: "never",
      },
    );
  requireTaskBudget(profile, dossier?.runs ?? []);
  const nowMs = host.clock.nowMs();
  const context = (bodyRest: string) => (dossier === null ? "" : renderContext(dossier, nowMs, bodyRest));
  const { workspaceKind, workspacePath } = claim.task;
  if (workspaceKind === "worktree") {
    if (workspacePath !== null) await host.programs.requireAnswer(join(workspacePath, ".git"));
    await recordWorktree(claim, store, host);
  }
  return spawnWorker(claim, profile, { context, runs: dossier?.runs ?? [] }, host);
}

/** What its runs have cost is known only when they have ended: the last one may go beyond it. */
function requireTaskBudget({ name, budget }: Profile, runs: readonly Run[]): void {
  const costUsd = runs.reduce((sum, { usage }) => sum + (usage?.costUsd ?? 0), 0);
  if (budget.taskUsd === null || costUsd < budget.taskUsd) return;
  throw new SpawnError(
    `its budget of $${budget.taskUsd.toFixed(2)} is used up ($${costUsd.toFixed(2)}): max_task_cost_usd of the profile ${name}`,
    { again: "never" },
  );
}

/** Where it will be: another program's worker finds by it what it hands over, and on which branch. */
async function recordWorktree(claim: Claim, store: BoardStore, host: WorkerHost): Promise<void> {
  const { task } = claim;
  const { path, worktree } = prepareWorkspace(task, host);
  const branch = worktree?.branch ?? "";
  if (task.workspacePath === path && task.branchName === branch) return;
  await store.recordWorkspace(claim, { path, branch });
}

/** What the machine lacks for the moment: no task's fault. */
const shortages = new Set(["EAGAIN", "ENOMEM", "EMFILE", "ENFILE", "ENOSPC", "EDQUOT"]);

/** A board that can't be read or written, or a shortage, is no task's fault; an error that is not known counts as the task's. */
function spawnFailed(error: unknown): RunEnding {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const again = error instanceof SpawnError ? error.again : null;
  const isShortage = shortages.has(systemErrorCode(cause) ?? systemErrorCode(error) ?? "");
  const next = isShortage || error instanceof BoardError ? "later" : again;
  return {
    outcome: next === "later" ? "interrupted" : "spawn_failed",
    error: message,
    exitCode: null,
    protocolViolation: false,
    retryAfterMs: null,
    ...(next === null ? {} : { again: next }),
  };
}
