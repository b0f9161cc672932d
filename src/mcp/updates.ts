import type { McpServer } from "@modelcontextprotocol/server";
import { followEvents } from "../home/boards/follow-events.ts";
import type { Home } from "../home/session/home.ts";
import { boardUri, taskUri } from "./resources.ts";

const lookMs = 500;

/** Tells `tell` of every resource that something happens to, whoever did it, until the signal. */
export async function followResources(
  home: Home,
  tell: (uri: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await using session = await home.open("read");
  const { store } = session;
  const afterId = await store.getLastEventId();
  for await (const { taskId } of followEvents(store, { afterId, taskId: null, intervalMs: lookMs, signal })) {
    tell(taskUri(taskId));
    tell(boardUri);
  }
}

/**
 * The subscriptions of a client of the older protocol, which the library leaves to us.
 * @returns whether it wants to be told of this resource
 */
export function keepSubscriptions({ server }: McpServer): (uri: string) => boolean {
  const wanted = new Set<string>();
  server.setRequestHandler("resources/subscribe", ({ params }) => {
    wanted.add(params.uri);
    return {};
  });
  server.setRequestHandler("resources/unsubscribe", ({ params }) => {
    wanted.delete(params.uri);
    return {};
  });
  return (uri) => wanted.has(uri);
}
