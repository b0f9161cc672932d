import { partCharsMax } from "../../board/cut-text.ts";
import type { BoardEvent } from "../../board/event.ts";
import type { BoardStore } from "../../store/store.ts";
import { wait } from "../../system/wait.ts";

/** Read at a time: a reader that was away comes back in steps, not with the whole history in memory. */
const BATCH = 500;

/** Every event after `afterId`, in order, until the signal, or until `isOver` is true at a look: those that are there, then each as it is written. */
export async function* followEvents(
  store: BoardStore,
  from: {
    readonly afterId: number;
    readonly taskId: string | null;
    readonly intervalMs: number;
    readonly signal: AbortSignal;
    readonly isOver?: () => boolean;
  },
): AsyncGenerator<BoardEvent, void, undefined> {
  let { afterId } = from;
  while (!from.signal.aborted && from.isOver?.() !== true) {
    const events = await store.listEvents({
      afterId,
      limit: BATCH,
      charsMax: partCharsMax,
      ...(from.taskId === null ? {} : { taskId: from.taskId }),
    });
    for (const event of events) {
      if (from.signal.aborted) return;
      afterId = event.id;
      yield event;
    }
    if (events.length < BATCH) await wait(from.intervalMs, from.signal);
  }
}
