import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  inputRequired,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { BoardError } from "../../board/error.ts";
import type { Moved } from "../../home/tasks/move.ts";
import { taskIdSchema, taskLine } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

const moves = [
  ...(["ready", "blocked", "unblocked", "scheduled", "cancelled", "archived", "approved"] as const),
  ...(["changes_requested", "retried", "restored", "done"] as const),
] as const;

const input = z.object({
  task: taskIdSchema,
  to: z.enum(moves),
  reason: z.string().optional().describe("asked for by blocked and changes_requested"),
  at_ms: z.number().int().optional().describe("of scheduled: when it is due"),
  force: z
    .boolean()
    .default(false)
    .describe("even if its worker is at work, which is then stopped, or somebody else holds it"),
});

const confirmation = z.object({ confirm: z.boolean().describe("Give the task up?") });

/** `task_move`: where a task stands. */
export function addTaskMove(server: McpServer, face: BoardFace): void {
  addTool(
    server,
    {
      name: "task_move",
      title: "Move a task",
      description:
        "Changes where a task stands. `ready` starts one that waits or was put aside; `retried` does it again; `cancelled` gives it up.",
      input,
      output: z.object({ task_id: z.string(), status: z.string(), notes: z.array(z.string()) }),
      effect: "destroys",
    },
    async (given, context) => {
      if (given.to === "cancelled" && !given.force && canAsk(server, context)) {
        const answer = acceptedContent(context.mcpReq.inputResponses, "confirm", confirmation);
        if (answer === undefined && context.mcpReq.inputResponses === undefined) {
          const { title } = await face.kanbun.tasks.get(given.task);
          return inputRequired({
            inputRequests: {
              confirm: inputRequired.elicit({
                message: `Give up the task ${JSON.stringify(title)}?`,
                requestedSchema: confirmation,
              }),
            },
          });
        }
        if (answer?.confirm !== true)
          throw new BoardError("conflict", "nothing was done: the person who was asked did not agree");
      }
      const { task, notes } = await move(face, given);
      return {
        data: { task_id: task.id, status: task.status, notes },
        text: [taskLine(task), ...notes].join("\n"),
      };
    },
  );
}

/** The older protocol's client said once what it is able to do; the newer one's says it with each request. */
function canAsk({ server }: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as { [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities } | undefined;
  const stated = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  return stated?.elicitation !== undefined;
}

function move({ kanbun }: BoardFace, given: z.infer<typeof input>): Promise<Moved> {
  const { task, to, reason, at_ms, force } = given;
  const how = { force };
  const { moves } = kanbun;
  switch (to) {
    case "ready":
      return moves.promote(task, { ...how, reason: reason ?? null });
    case "blocked":
      return moves.block(task, requireReason(to, reason), how);
    case "unblocked":
      return moves.unblock(task);
    case "scheduled":
      return moves.schedule(task, { ...how, atMs: at_ms ?? null, reason: reason ?? null });
    case "cancelled":
      return moves.cancel(task, reason ?? null, how);
    case "archived":
      return moves.archive(task, how);
    case "approved":
      return moves.approve(task, { summary: reason ?? null }, how);
    case "changes_requested":
      return moves.requestChanges(task, requireReason(to, reason), how);
    case "retried":
      return moves.retry(task, how);
    case "restored":
      return moves.restore(task);
    case "done":
      return moves.complete(task, { summary: reason ?? null }, how);
  }
}

function requireReason(to: string, reason: string | undefined): string {
  if (reason !== undefined && reason.trim() !== "") return reason;
  throw new BoardError("usage", `${to} needs a reason`, { hint: "give `reason`: a person reads it" });
}
