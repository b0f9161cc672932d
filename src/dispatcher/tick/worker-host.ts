import { basename, join } from "node:path";
import { BoardError } from "../../board/error.ts";
import { databaseFileOf } from "../../store/place.ts";
import type { BoardStore } from "../../store/store.ts";
import type { Clock } from "../../system/clock.ts";
import { ConfigError } from "../../system/config/config-error.ts";
import { requireNotForEverybody } from "../../system/files/write-access.ts";
import { ensureBinFolder } from "../../worker/spawn/bin-folder.ts";
import { ProgramSearch } from "../../worker/spawn/program-search.ts";
import type { WorkerHost as SpawnHost } from "../../worker/spawn/spawn.ts";
import type { DispatchContext } from "../context.ts";
import { explainFileError } from "../file-error.ts";
import { findClaimLease } from "../lease/claim-lease.ts";
import type { Finding } from "../report/finding.ts";
import { describeNoStart } from "../report/home-findings.ts";

export interface WorkerHost extends SpawnHost {
  readonly clock: Clock;
}

/**
 * What the workers of this board have in common; the finding where the home is not fit for any, everyone can write what
 * decides what is run, or the board asks for a lease that this home does not hold; null: that lease is coming. Then nothing is claimed.
 */
export async function prepareWorkerHost(
  context: DispatchContext,
  store: BoardStore,
): Promise<WorkerHost | Finding | null> {
  const { home, paths } = context;
  const lease = await findClaimLease(context, store);
  if (lease === "coming") return null;
  if (lease !== null && "about" in lease) return lease;
  try {
    // A user who can write the board decides what the shell profile runs.
    requireNotForEverybody(paths.root, basename(paths.database));
    return {
      clock: context.clock,
      home,
      board: paths.slug,
      database: databaseFileOf(context.place),
      socket: context.place.kind === "postgres" ? context.findWorkerSocket() : null,
      runs: paths.runs,
      attachments: paths.attachments,
      workspaces: paths.workspaces,
      defaultWorkdir: context.readDefaultWorkdir(),
      binFolder: ensureBinFolder(home, context.selfCommand),
      lease,
      // For this tick alone: by the next one another program may stand earlier in PATH.
      programs: new ProgramSearch(),
      selfCommand: context.selfCommand,
      environment: context.environment,
    };
  } catch (error) {
    if (error instanceof ConfigError) return { ...describeNoStart(error.message), about: "board" };
    const explained = explainFileError(error, join(home, "kanban", "bin"));
    if (!(explained instanceof BoardError)) throw error;
    return describeNoStart(explained.message);
  }
}
