import { McpServer } from "@modelcontextprotocol/server";
import { KanbunHome } from "../home/kanbun-home.ts";
import { ownRunAt } from "../home/session/actor.ts";
import type { Home } from "../home/session/home.ts";
import { addBreakDown } from "./break-down.ts";
import { instructions, workerInstructions } from "./guide.ts";
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
import { addTaskShow } from "./tools/task-show.ts";
import { addTaskUpdate } from "./tools/task-update.ts";
import { addTaskWait } from "./tools/task-wait.ts";

interface BoardServers {
  /** They have the tools of one run's task alone. */
  readonly isOfRun: boolean;
  make(): McpServer;
}

/**
 * Makes servers of one board for MCP, one for each connection. Inside a run's environment they have the tools of that run's
 * own task alone, guarded by its token; everywhere else those of whoever hands out work.
 * @param version Kanbun's own
 */
export function boardServers(home: Home, version: string): BoardServers {
  const own = ownRunAt(home.place, home.env);
  const face: BoardFace = { home, kanbun: new KanbunHome(home) };
  const make = () => {
    const server = new McpServer(
      { name: "kanbun", title: "Kanbun", version },
      {
        instructions: own === null ? instructions : workerInstructions,
        capabilities: { tools: {}, ...(own === null ? { resources: { subscribe: true }, prompts: {} } : {}) },
      },
    );
    if (own !== null) addOwnTools(server, face, own.taskId);
    else addAllTools(server, face);
    return server;
  };
  return { isOfRun: own !== null, make };
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

function addOwnTools(server: McpServer, face: BoardFace, ownTask: string): void {
  addTaskShow(server, face, ownTask);
  addTaskComment(server, face, ownTask);
  addTaskComplete(server, face, ownTask);
  addTaskAsk(server, face, ownTask);
}
