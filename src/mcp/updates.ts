import type { McpServer } from "@modelcontextprotocol/server";
import { followEvents } from "../home/boards/follow-events.ts";
import { describeError } from "../home/failure.ts";
import type { Home } from "../home/session/home.ts";
import { identityOf, placeOf } from "../store/place.ts";
import { wait } from "../system/wait.ts";
import { boardUri, taskUri } from "./resources.ts";

const lookMs = 500;
const troubleMs = 2_000;

/**
 * Tells `tell` of every resource that something happens to, whoever did it, until the signal. A board that can't be read for a
 * while ends nothing: it goes on behind the last event that it told; one that was moved or has taken another one's place is followed
 * from then on.
 * @param onTrouble why the board can't be read; it is tried again
 */
export async function followResources(
  home: Home,
  tell: (uri: string) => void,
  { signal, onTrouble, waitMs = troubleMs }: FollowRules,
): Promise<void> {
  const identify = () => identityOf(placeOf(home.place.paths));
  let followed: string | null = null;
  let afterId = 0;
  while (!signal.aborted) {
    try {
      const identity = identify();
      await using session = await home.open("read");
      const { store } = session;
      if (followed !== identity) {
        afterId = await store.getLastEventId();
        if (followed !== null) tell(boardUri);
        followed = identity;
      }
      const isOver = () => identify() !== identity;
      const events = followEvents(store, { afterId, taskId: null, intervalMs: lookMs, signal, isOver });
      for await (const { id, taskId } of events) {
        afterId = id;
        tell(taskUri(taskId));
        tell(boardUri);
      }
    } catch (error) {
      onTrouble(error);
      await wait(waitMs, signal);
    }
  }
}

interface FollowRules {
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
  readonly waitMs?: number;
}

/** Says on standard error why the board can't be read, each reason once. */
export function sayTrouble(): (error: unknown) => void {
  let last = "";
  return (error) => {
    const { kind, message } = describeError(error);
    if (message !== last) console.error(`kanbun mcp: ${kind}: ${message}; trying again`);
    last = message;
  };
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
