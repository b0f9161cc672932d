import type { McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Home } from "../home/session/home.ts";
import { boardServers } from "./server.ts";
import { followResources, keepSubscriptions, sayTrouble } from "./updates.ts";

/**
 * Serves the board to the client at standard input and output, in both eras of the protocol, until it leaves.
 * @param version Kanbun's own
 * @throws {BoardError} not_found without a board, before anything is said
 */
export async function serveBoard(home: Home, version: string): Promise<void> {
  await using _session = await home.open("read");
  const { isOfRun, make } = boardServers(home, version);
  const told: ((uri: string) => void)[] = [];
  const ended = new AbortController();
  const handle = serveStdio(({ era }) => {
    const server = make();
    if (!isOfRun) told.push(teller(server, era === "legacy" ? keepSubscriptions(server) : () => true));
    return server;
  });
  process.stdin.once("end", () => ended.abort());
  // Of a client that dies between question and answer the library reads no more, so no end of input is seen.
  process.stdout.once("error", () => ended.abort());
  process.once("SIGTERM", () => ended.abort());
  await followResources(
    home,
    (uri) => {
      for (const tell of told) tell(uri);
    },
    { signal: ended.signal, onTrouble: sayTrouble() },
  );
  await handle.close();
}

/** The newer protocol's library knows itself who wants what. */
function teller({ server }: McpServer, isWanted: (uri: string) => boolean): (uri: string) => void {
  return (uri) => {
    // A client that leaves just now is told nothing more, and that is no error.
    if (isWanted(uri)) server.sendResourceUpdated({ uri }).catch(() => {});
  };
}
