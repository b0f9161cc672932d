import type { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { isWithReviewer } from "../board/task.ts";
import { ownRunAt } from "../home/session/actor.ts";
import type { Home } from "../home/session/home.ts";
import type { Session } from "../home/session/session.ts";
import { BoundedMessages, messageBytesMax } from "./bounded-messages.ts";
import { boardServers, type OwnTask } from "./server.ts";
import { followResources, keepSubscriptions, sayTrouble } from "./updates.ts";

/**
 * Serves the board to the client at standard input and output, in both eras of the protocol, until it leaves.
 * @param version Kanbun's own
 * @throws {BoardError} not_found without a board, before anything is said
 */
export async function serveBoard(home: Home, version: string): Promise<void> {
  await using session = await home.open("read");
  const own = await findOwnTask(home, session);
  const make = boardServers(home, version, own);
  const told: ((uri: string) => void)[] = [];
  const ended = new AbortController();
  const input = process.stdin.pipe(new BoundedMessages({ onTooLong: refuse }));
  const transport = new StdioServerTransport(input, process.stdout, { maxBufferSize: 2 * messageBytesMax });
  const makeFor = ({ era }: { readonly era: string }) => {
    const server = make();
    if (own === null) told.push(teller(server, era === "legacy" ? keepSubscriptions(server) : () => true));
    return server;
  };
  const handle = serveStdio(makeFor, { transport });
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
  // Else an input that stays open keeps this process.
  process.stdin.unpipe(input);
  process.stdin.pause();
}

/** The newer protocol's library knows itself who wants what. */
function teller({ server }: McpServer, isWanted: (uri: string) => boolean): (uri: string) => void {
  return (uri) => {
    // A client that leaves just now is told nothing more, and that is no error.
    if (isWanted(uri)) server.sendResourceUpdated({ uri }).catch(() => {});
  };
}

/** The task of the run in whose environment we are; null: there is none. */
async function findOwnTask(home: Home, { store }: Session): Promise<OwnTask | null> {
  const run = ownRunAt(home.place, home.env);
  if (run === null) return null;
  const task = await store.getTask(run.taskId);
  return { id: run.taskId, isReview: task !== null && isWithReviewer(task) };
}

/** Past the library, which would have to read the message first. */
function refuse(id: string | number | null): void {
  const message = `the message is too long: at most ${messageBytesMax} bytes are read`;
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32600, message } })}\n`);
}
