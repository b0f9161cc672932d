import type { BoardEvent } from "../board/event.ts";
import { pause } from "../cli/input/until-interrupted.ts";
import { stdoutIsClosed } from "../cli/text/standard-streams.ts";
import type { BoardStore } from "../store/store.ts";

/** Read at a time: a reader that was away comes back in steps, not with the whole history in memory. */
const BATCH = 500;

/** Gives every event after `afterId` to `onEvent`, in order, until the signal or until nobody reads. */
export async function followEvents(
  store: BoardStore,
  from: {
    readonly afterId: number;
    readonly taskId: string | null;
    readonly intervalMs: number;
    readonly signal: AbortSignal;
  },
  onEvent: (event: BoardEvent) => Promise<void>,
): Promise<void> {
  let { afterId } = from;
  while (!from.signal.aborted && !stdoutIsClosed()) {
    const events = await store.listEvents({
      afterId,
      limit: BATCH,
      ...(from.taskId === null ? {} : { taskId: from.taskId }),
    });
    for (const event of events) {
      await onEvent(event);
      afterId = event.id;
    }
    if (events.length < BATCH) await pause(from.intervalMs, from.signal);
  }
}
