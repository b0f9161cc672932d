import { jsonLine } from "../../home/json-document.ts";
import type { BoardFeed, FeedReader } from "./board-feed.ts";

/** A proxy must not take it for dead. */
const aliveMs = 15_000;

/**
 * Server-sent events of a board from `after` on, for `curl` and EventSource: each with its id, which the client sends back
 * as Last-Event-ID when it comes again.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventStream(
  feed: BoardFeed,
  after: number,
  task: string | undefined,
): ReadableStream<string> {
  let reader: FeedReader | null = null;
  let alive: ReturnType<typeof setInterval> | undefined;
  const end = () => {
    clearInterval(alive);
    if (reader !== null) feed.remove(reader);
    reader = null;
  };
  return new ReadableStream<string>(
    {
      start(controller) {
        controller.enqueue(`retry: 1000\n: from ${after}\n\n`);
        reader = {
          position: after,
          isReady: () => (controller.desiredSize ?? 0) > 0,
          give({ events }) {
            const meant = events.filter((event) => task === undefined || event.taskId === task);
            if (meant.length > 0)
              controller.enqueue(
                meant.map((event) => `id: ${event.id}\ndata: ${jsonLine(event)}\n\n`).join(""),
              );
          },
          reset: (lastId) =>
            controller.enqueue(`event: reset\nid: ${lastId}\ndata: {"last_id":${lastId}}\n\n`),
          fail: (failure) => controller.enqueue(`event: trouble\ndata: ${jsonLine(failure)}\n\n`),
        };
        alive = setInterval(() => controller.enqueue(":\n\n"), aliveMs);
        feed.add(reader);
      },
      pull: () => feed.look(),
      cancel: end,
    },
    { highWaterMark: 64 },
  );
}
