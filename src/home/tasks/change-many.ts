import { BoardError, type BoardErrorKind } from "../../board/error.ts";
import type { TaskFilter } from "../../store/filters.ts";
import type { Session } from "../session/session.ts";

/** What came of one of many tasks. */
export type ChangeResult<Done> =
  | { readonly id: string; readonly done: Done }
  | { readonly id: string; readonly error: BoardError };

/** Some tasks: by their ids or the beginnings of them, or all that fit. */
export type TaskChoice = { readonly names: readonly string[] } | { readonly filter: TaskFilter };

/** What concerns one task alone. After any other error the rest is not tried. */
const itsOwn: ReadonlySet<BoardErrorKind> = new Set(["not_found", "illegal_move", "conflict", "usage"]);

/**
 * Makes one change after another, each a transaction of its own: what fails for one is its result, and the rest goes on.
 * The results are in the order of the names, each task once.
 */
export async function changeMany<Done>(
  session: Session,
  choice: TaskChoice,
  change: (id: string) => Promise<Done>,
): Promise<readonly ChangeResult<Done>[]> {
  const names =
    "names" in choice ? choice.names : (await session.store.listTasks(choice.filter)).map(({ id }) => id);
  const results = new Map<string, ChangeResult<Done>>();
  let last: BoardError | null = null;
  for (const name of names) {
    let id = name;
    try {
      id = await session.taskId(name);
      if (results.has(id)) continue;
      if (last !== null) results.set(id, { id, error: last });
      else results.set(id, { id, done: await change(id) });
    } catch (error) {
      if (!(error instanceof BoardError)) throw error;
      results.set(id, { id, error });
      if (!itsOwn.has(error.kind)) last = error;
    }
  }
  return [...results.values()];
}
