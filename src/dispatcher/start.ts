import { basename, join } from "node:path";
import { renderContext } from "../board/context.ts";
import type { RunEnding } from "../board/retry.ts";
import type { BoardStore } from "../store/store.ts";
import type { Claim, FailedStart, StartedRun } from "../store/tick.ts";
import type { Clock } from "../system/clock.ts";
import type { Config } from "../system/config.ts";
import { createExecutableResolver } from "../system/executable.ts";
import { systemErrorCode } from "../system/system-error.ts";
import { requireNotForEverybody } from "../system/write-access.ts";
import { ensureBinFolder } from "../worker/bin-folder.ts";
import {
  needsContext,
  type SpawnedWorker,
  type WorkerHost as SpawnHost,
  spawnWorker,
} from "../worker/spawn.ts";
import { SpawnError } from "../worker/spawn-error.ts";
import type { DispatchContext } from "./context.ts";
import { explainFileError } from "./file-error.ts";

export interface WorkerHost extends SpawnHost {
  readonly clock: Clock;
}

export interface Starts {
  readonly started: (StartedRun & { readonly worker: SpawnedWorker })[];
  readonly failed: FailedStart[];
}

/** Starts one process per claim. One that can't be started does not keep the others from it. */
export async function startClaimed(
  claims: readonly Claim[],
  store: BoardStore,
  config: Config,
  host: WorkerHost | null,
): Promise<Starts> {
  const starts: Starts = { started: [], failed: [] };
  if (host === null) return starts;
  for (const claim of claims) {
    try {
      const worker = await startOne(claim, store, config, host);
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
  host: WorkerHost,
): Promise<SpawnedWorker> {
  const profile = config.profiles.get(claim.profile);
  if (profile === undefined) throw new SpawnError(`there is no profile ${claim.profile}`, { again: "never" });
  const text = needsContext(profile)
    ? renderContext(await store.requireDossier(claim.task.id), host.clock.nowMs())
    : "";
  return spawnWorker(claim, profile, text, host);
}

/** What the workers of this board have in common. Made before anything is claimed: what fails here, fails there. */
export function prepareWorkerHost(context: DispatchContext): WorkerHost {
  const { home, paths } = context;
  // Whoever can write the board decides what the shell profile runs.
  requireNotForEverybody(paths.root, basename(paths.database));
  return {
    clock: context.clock,
    home,
    board: paths.slug,
    database: paths.database,
    runs: paths.runs,
    workspaces: paths.workspaces,
    defaultWorkdir: context.defaultWorkdir,
    binFolder: makeBinFolder(context),
    // For this tick alone: by the next one another program may stand earlier in PATH.
    resolveExecutable: createExecutableResolver(),
    selfCommand: context.selfCommand,
    environment: context.environment,
  };
}

function makeBinFolder({ home, selfCommand }: DispatchContext): string {
  try {
    return ensureBinFolder(home, selfCommand);
  } catch (error) {
    throw explainFileError(error, join(home, "kanban", "bin"));
  }
}

/** What the machine lacks for the moment: no task's fault. */
const shortages = new Set(["EAGAIN", "ENOMEM", "EMFILE", "ENFILE", "ENOSPC", "EDQUOT"]);

function spawnFailed({ message, again, cause }: SpawnError): RunEnding {
  const isShortage = shortages.has(systemErrorCode(cause) ?? "");
  const next = isShortage ? "later" : again;
  return {
    outcome: next === "later" ? "interrupted" : "spawn_failed",
    error: message,
    exitCode: null,
    protocolViolation: false,
    retryAfterMs: null,
    ...(next === null ? {} : { again: next }),
  };
}
