import type { KanbunHome } from "./kanbun-home.ts";
import type { ImportedHomeOptions } from "./session/imported-home.ts";

export type { Comment, Dossier, RelatedTask } from "../board/context.ts";
export { BoardError, type BoardErrorKind } from "../board/error.ts";
export type { BoardEvent } from "../board/event.ts";
export type { Hold, HoldReason } from "../board/hold.ts";
export type { NewQuestion } from "../board/question.ts";
export type { Overlap, Repeat } from "../board/repeat.ts";
export type { Run } from "../board/run.ts";
export type { BlockKind, ListedTask, NewTask, Task, TaskPatch, TaskStatus } from "../board/task.ts";
export type { TickReport } from "../dispatcher/report/report.ts";
export type { TaskFilter } from "../store/filters.ts";
export type { ReviewRequest, Verdict } from "../store/store.ts";
export type { BatchTask, CreatedTasks } from "../store/task-batch.ts";
export { ConfigError } from "../system/config/config-error.ts";
export type { BoardFields } from "./boards/board-making.ts";
export type { ArchivedBoard } from "./boards/board-removal.ts";
export type { ListedBoard, ShownBoard } from "./boards/board-views.ts";
export type { Boards } from "./boards/boards.ts";
export type { BoardStatus } from "./boards/status.ts";
export type { BoardTicks } from "./dispatch/tick-boards.ts";
export type { WorkedOff } from "./dispatch/work-off.ts";
export type { FailedBoard } from "./failed-board.ts";
export type { Failure } from "./failure.ts";
export type { DispatchOptions, KanbunHome, LastingOptions } from "./kanbun-home.ts";
export type { LogPiece } from "./runs/log-reader.ts";
export type { PersonClaim } from "./tasks/claims.ts";
export type { Moved } from "./tasks/move.ts";
export type { CompletedWith, Forced, Moves, RetriedWith, TaskName } from "./tasks/moves.ts";
export type { RepeatInput, Repeats } from "./tasks/repeats.ts";
export type { Tasks } from "./tasks/tasks.ts";

export interface OpenOptions extends ImportedHomeOptions {
  /** Make the home and the board if they are not there. */
  readonly create?: boolean;
}

/**
 * Opens a home: the folder that holds the boards. Nothing of Kanbun is loaded before.
 * @param path as `--home`; default: KANBUN_HOME, else the nearest `.kanbun` from the working directory upwards, else
 *   `~/.kanbun`
 * @throws {BoardError} not_found when there is no such board, unless `create`; unwritable, unsupported for a folder where
 *   there can be none
 * @throws {ConfigError} for a path or a slug that cannot be one
 */
export async function openHome(path?: string, options: OpenOptions = {}): Promise<KanbunHome> {
  const [{ importedHome }, { KanbunHome }] = await Promise.all([
    import("./session/imported-home.ts"),
    import("./kanbun-home.ts"),
  ]);
  const home = importedHome(path, options);
  const opened = new KanbunHome(home);
  if (options.create) await opened.make();
  await using _session = await home.open("read");
  return opened;
}
