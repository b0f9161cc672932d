import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { taskArgument } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

/** `task_review`: a reviewer's word about the work of the task that it was given. */
export function addTaskReview(server: McpServer, { kanbun }: BoardFace, ownTask: string): void {
  addTool(
    server,
    {
      name: "task_review",
      title: "Settle the review",
      description:
        "The review is over: the work is accepted, or goes back to its author with what has to change. End your session after it.",
      input: z.object({
        task: taskArgument(ownTask),
        verdict: z.enum(["approved", "changes_requested"]),
        comment: z.string().min(1).describe("why it is accepted, or what has to change"),
      }),
      output: z.object({ task_id: z.string(), status: z.string() }),
      effect: "changes",
    },
    async ({ task, verdict, comment }) => {
      const { moves } = kanbun;
      const { task: now } = await (verdict === "approved"
        ? moves.approve(task, { summary: comment })
        : moves.requestChanges(task, comment));
      return { data: { task_id: now.id, status: now.status }, text: `${now.id} ${now.status}` };
    },
  );
}
