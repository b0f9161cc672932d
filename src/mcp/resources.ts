import { type McpServer, ResourceNotFoundError, ResourceTemplate } from "@modelcontextprotocol/server";
import { partCharsMax } from "../board/cut-text.ts";
import { BoardError } from "../board/error.ts";
import { successDocument } from "../home/json-document.ts";
import { explainTask } from "../home/tasks/explain.ts";
import { guide } from "./guide.ts";
import type { BoardFace } from "./tool.ts";

export const boardUri = "kanbun://board";
const listedMax = 200;

export function taskUri(id: string): string {
  return `kanbun://task/${id}`;
}

/** The board, each of its tasks, and what a board is, for clients that attach texts to a conversation. */
export function addResources(server: McpServer, { home, kanbun }: BoardFace): void {
  server.registerResource(
    "board",
    boardUri,
    { title: "The board", description: "Its status and its open tasks", mimeType: "application/json" },
    async () => {
      const status = await kanbun.status();
      const open = await kanbun.tasks.list({ limit: listedMax });
      const tasks = open.filter((task) => task.status !== "done");
      return json(boardUri, { status, tasks });
    },
  );
  server.registerResource(
    "guide",
    "kanbun://guide",
    { title: "How a board works", mimeType: "text/markdown" },
    () => ({ contents: [{ uri: "kanbun://guide", mimeType: "text/markdown", text: guide }] }),
  );
  server.registerResource(
    "task",
    new ResourceTemplate(taskUri("{id}"), {
      list: async () => {
        const tasks = await kanbun.tasks.list({ limit: listedMax });
        return { resources: tasks.map(({ id, title }) => ({ uri: taskUri(id), name: title })) };
      },
    }),
    { title: "A task", mimeType: "application/json" },
    async (uri, { id }) => {
      if (typeof id !== "string") throw new BoardError("usage", `${uri} names no task`);
      await using session = await home.open("read", undefined, { asActor: true });
      const full = await session.taskId(id).catch((error) => {
        const isMissing = error instanceof BoardError && error.kind === "not_found";
        throw isMissing ? new ResourceNotFoundError(uri.href, error.message) : error;
      });
      const dossier = await session.store.requireDossier(full, { charsMax: partCharsMax });
      return json(uri.href, { ...dossier, hold: await explainTask(session, full) });
    },
  );
}

function json(uri: string, data: unknown) {
  return { contents: [{ uri, mimeType: "application/json", text: successDocument(data) }] };
}
