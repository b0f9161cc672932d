import { existsSync } from "node:fs";
import { join } from "node:path";
import { isFileWritten } from "../../../native-shims/index.ts";
import type { LiveRun } from "../../board/claim.ts";
import { type HostMark, homeOfHost, knowsItsNamespace, relateHosts } from "../../board/host.ts";
import type { Sighting } from "../../board/sighting.ts";
import { isOfOneMachine } from "../../system/files/file-system.ts";
import { RunDirectory } from "../run-directory.ts";

interface Place extends HostMark {
  readonly hostname: string;
  /** The board's folder of runs. */
  readonly runs: string;
}

/**
 * Where a run's processes are, seen from `place`. What can't be seen from there is `elsewhere` until it is known to be over:
 *
 * A run of another boot is over when the home lies on a disk that one machine alone can have, so that the other boot must have been
 * before this one; a machine that was cloned from the same image shares a home by a network. On a board of a server it must have
 * left its folder here too: a clone of the image never had it.
 *
 * A run of another pid namespace of this boot is over when no one has its `start` open for writing, as its shim does for as long
 * as it lives, and whatever the worker starts that doesn't close what it inherits. That a shim was killed alone, in a container that
 * goes on without a dispatcher, and all that its worker left has closed its files, can't be seen.
 */
export function sightWhere(run: LiveRun, place: Place): Sighting["where"] {
  if (run.holder === "foreign") return run.host === place.hostname ? "here" : "elsewhere";
  const relation = relateHosts(run, place);
  if (relation === "here" || relation === "elsewhere") return relation;
  const directory = new RunDirectory(place.runs, run.runId, run.token);
  const isOpenForWriting = isFileWritten(join(directory.path, "start"));
  if (relation === "maybe_earlier") {
    const wasHere = homeOfHost(run) === "" || directory.exists();
    return wasHere && isOpenForWriting !== true && isOfOneMachine(place.runs) ? "rebooted" : "elsewhere";
  }
  // A shim of a claimer that didn't know its namespace may be one that doesn't hold its start open.
  if (!knowsItsNamespace(run)) return "elsewhere";
  // Not started, and not recorded either: the start can still be won from here.
  if (isOpenForWriting === "absent")
    return existsSync(directory.path) && run.process === null ? "restarted" : "elsewhere";
  return isOpenForWriting === false ? "restarted" : "elsewhere";
}
