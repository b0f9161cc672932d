import type { Run } from "../../board/run.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import type { Session } from "../session/session.ts";
import type { Standing } from "../tasks/standing.ts";

/** How a task ended, as an exit code: 0 done; else that of its last worker, or 1 where the worker had none of its own. */
export function exitCodeOf({ place }: Session, standing: Standing, run: Run | null): number {
  if (standing === "done") return 0;
  if (run === null || (run.outcome !== "crashed" && run.outcome !== "gave_up")) return 1;
  const { exit } = new RunDirectory(place.paths.runs, run.id, null).readEnd();
  return exit === null || exit.code === 0 || exit.note === "cwd" || exit.note === "worktree" ? 1 : exit.code;
}
