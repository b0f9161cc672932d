import { type BlockCount, countBlock } from "../../../board/block-loop.ts";
import type { By } from "../../store.ts";
import { type EventRow, toEvent } from "../rows/rows.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

// Only what a worker stopped for has such a count: a person may block a task as often as they like.
const selectBlocks = `SELECT * FROM task_events WHERE task_id = :taskId
  AND (kind = 'block_loop_detected' OR kind = 'blocked' AND payload LIKE '%"times_asked":%') ORDER BY id DESC`;

/** A block of a worker's own, with how often it has come; null for a person's. */
export function* countWorkersBlock(
  { db }: Scope,
  taskId: string,
  words: string | null,
  by: By,
): Steps<BlockCount | null> {
  if (!by.run) return null;
  const events = (yield* db.all<EventRow>(selectBlocks, { taskId })).map(toEvent);
  const loop = events.findIndex((event) => event.kind === "block_loop_detected");
  const since = loop === -1 ? events : events.slice(0, loop);
  return countBlock(
    words,
    since.map(({ payload }) => (typeof payload?.reason === "string" ? payload.reason : null)),
  );
}

/** Writes the count down; a task that stops for the same thing again and again waits in triage. */
export function* recordBlockCount(
  scope: Scope,
  block: { readonly taskId: string; readonly runId: number | null; readonly words: string | null },
  { count, actor }: { readonly count: BlockCount | null; readonly actor: string },
): Steps<void> {
  if (count === null) return;
  const { taskId, runId, words } = block;
  yield* scope.db.send("UPDATE tasks SET block_recurrences = :recurrences WHERE id = :taskId", {
    taskId,
    recurrences: count.times - 1,
  });
  if (!count.isLoop) return;
  yield* scope.db.send("UPDATE tasks SET status = 'triage' WHERE id = :taskId", { taskId });
  const payload = { reason: words, times: count.times };
  yield* appendEvent(scope, { taskId, runId, kind: "block_loop_detected", actor, payload });
}
