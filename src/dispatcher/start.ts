import { renderContext } from "../board/context.ts";
import type { RunEnding } from "../board/retry.ts";
import type { BoardStore, Claim, FailedStart, StartedRun } from "../store/store.ts";
import type { Config } from "../system/config.ts";
import { ensureBinFolder } from "../worker/bin-folder.ts";
import { needsContext, type SpawnedWorker, spawnWorker, type WorkerHost } from "../worker/spawn.ts";
import { SpawnError } from "../worker/spawn-error.ts";
import type { DispatchContext } from "./context.ts";

export interface Starts {
  readonly started: (StartedRun & { readonly worker: SpawnedWorker })[];
  readonly failed: FailedStart[];
}

/** Starts one process per claim. One that can't be started does not keep the others from it. */
export async function startClaimed(
  claims: readonly Claim[],
  store: BoardStore,
  config: Config,
  context: DispatchContext,
): Promise<Starts> {
  const starts: Starts = { started: [], failed: [] };
  if (claims.length === 0) return starts;
  const host = workerHost(context);
  for (const claim of claims) {
    try {
      const worker = await startOne(claim, store, config, { context, host });
      const { process, pid, scratchPath } = worker;
      starts.started.push({ claim, process, pid, scratchPath, worker });
    } catch (error) {
      if (!(error instanceof SpawnError)) throw error;
      starts.failed.push({ claim, ending: spawnFailed(error) });
    }
  }
  return starts;
}

async function startOne(
  claim: Claim,
  store: BoardStore,
  config: Config,
  { context, host }: { context: DispatchContext; host: WorkerHost },
): Promise<SpawnedWorker> {
  const profile = config.profiles.get(claim.task.assignee ?? "");
  if (profile === undefined) throw new SpawnError(`there is no profile ${claim.task.assignee}`);
  const text = needsContext(profile)
    ? renderContext(await store.requireDossier(claim.task.id), context.clock.nowMs())
    : "";
  return spawnWorker(claim, profile, text, host);
}

function workerHost(context: DispatchContext): WorkerHost {
  const { home, paths } = context;
  return {
    home,
    board: paths.slug,
    database: paths.database,
    runs: paths.runs,
    workspaces: paths.workspaces,
    defaultWorkdir: context.defaultWorkdir,
    binFolder: ensureBinFolder(home, context.selfCommand),
    environment: context.environment,
  };
}

function spawnFailed(error: SpawnError): RunEnding {
  return {
    outcome: "spawn_failed",
    error: error.message,
    exitCode: null,
    protocolViolation: false,
    retryAfterMs: null,
  };
}
