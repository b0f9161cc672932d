import { createMcpHandler } from "@modelcontextprotocol/server";
import type { Home } from "../home/session/home.ts";
import { boardServers } from "./server.ts";
import { followResources, sayTrouble } from "./updates.ts";

/**
 * The same board over HTTP, for a server that has checked who asks: host, origin and token are its affair, and that no worker
 * serves.
 * @param signal ends what it follows
 */
export function mcpHandler(
  home: Home,
  version: string,
  signal: AbortSignal,
): (request: Request) => Promise<Response> {
  const make = boardServers(home, version, null);
  // The older protocol has no way here to a client that does not ask.
  const handler = createMcpHandler(({ era }) => make({ canTell: era !== "legacy" }));
  let isFollowing = false;
  return (request) => {
    if (!isFollowing)
      void followResources(home, (uri) => handler.notify.resourceUpdated(uri), {
        signal,
        onTrouble: sayTrouble(),
      });
    isFollowing = true;
    return handler.fetch(request);
  };
}
