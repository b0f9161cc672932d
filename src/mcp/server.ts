import { McpServer } from "@modelcontextprotocol/server";
import { KanbunHome } from "../home/kanbun-home.ts";
import type { Home } from "../home/session/home.ts";
import { addBreakDown } from "./break-down.ts";
import { instructions, reviewerInstructions, workerInstructions } from "./guide.ts";
import { addResources } from "./resources.ts";
import type { BoardFace } from "./tool.ts";
import { addBoardStatus } from "./tools/board-status.ts";
import { addRunLog } from "./tools/run-log.ts";
import { addTaskAsk } from "./tools/task-ask.ts";
import { addTaskComment } from "./tools/task-comment.ts";
import { addTaskComplete } from "./tools/task-complete.ts";
import { addTaskCreate } from "./tools/task-create.ts";
import { addTaskList } from "./tools/task-list.ts";
import { addTaskMove } from "./tools/task-move.ts";
import { addTaskReview } from "./tools/task-review.ts";
import { addTaskShow } from "./tools/task-show.ts";
import { addTaskUpdate } from "./tools/task-update.ts";
import { addTaskWait } from "./tools/task-wait.ts";

/** The one task of a server inside a run. */
export interface OwnTask {
  readonly id: string;
  /** The run reviews what another has done. */
  readonly isReview: boolean;
}

/**
 * Makes servers of one board for MCP, one for each connection: with the tools of a run's own task alone, guarded by its token;
 * or with those for handing out work.
 * @param version Kanbun's own
 * @param own null: outside of any run
 * @returns makes one; `canTell: false` where nothing reaches the client but answers
 */
export function boardServers(
  home: Home,
  version: string,
  own: OwnTask | null,
): (client?: { readonly canTell: boolean }) => McpServer {
  const face: BoardFace = { home, kanbun: new KanbunHome(home) };
  return ({ canTell } = { canTell: true }) => {
    const server = new McpServer(
      { name: "kanbun", title: "Kanbun", version },
      {
        instructions: own === null ? instructions : own.isReview ? reviewerInstructions : workerInstructions,
        capabilities: {
          tools: {},
          ...(own === null ? { resources: { subscribe: canTell }, prompts: {} } : {}),
        },
      },
    );
    if (own !== null) addOwnTools(server, face, own);
    else addAllTools(server, face);
    return server;
  };
}

function addAllTools(server: McpServer, face: BoardFace): void {
  addBoardStatus(server, face);
  addTaskList(server, face);
  addTaskShow(server, face, null);
  addTaskCreate(server, face);
  addTaskUpdate(server, face);
  addTaskMove(server, face);
  addTaskComment(server, face, null);
  addTaskComplete(server, face, null);
  addTaskAsk(server, face, null);
  addTaskWait(server, face);
  addRunLog(server, face);
  addResources(server, face);
  addBreakDown(server);
}

function addOwnTools(server: McpServer, face: BoardFace, { id, isReview }: OwnTask): void {
  addTaskShow(server, face, id);
  addTaskComment(server, face, id);
  if (isReview) addTaskReview(server, face, id);
  else addTaskComplete(server, face, id);
  addTaskAsk(server, face, id);
}
