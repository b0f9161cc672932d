import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { hasMore, taskArgument } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

/** `task_complete`: a worker's word that its task is done, or ready to be looked at. */
export function addTaskComplete(server: McpServer, { kanbun }: BoardFace, ownTask: string | null): void {
  addTool(
    server,
    {
      name: "task_complete",
      title: "Complete a task",
      description:
        "The work is done. `summary` is what the tasks that waited for it read; end your session after it.",
      input: z.object({
        task: taskArgument(ownTask),
        summary: z.string(),
        result: z.string().optional().describe("the result itself, if it is text"),
        metadata: z
          .record(z.string(), z.unknown())
          .meta(hasMore)
          .optional()
          .describe("facts for the tasks that waited for it"),
        artifacts: z.array(z.string()).optional().describe("files of the workspace that are to be kept"),
        review: z.boolean().default(false).describe("hand it in to be looked at, and not done yet"),
        reviewer: z.string().optional().describe("of review: the profile that looks at it"),
      }),
      output: z.object({ task_id: z.string(), status: z.string() }),
      effect: "changes",
    },
    async ({ task, summary, result, metadata, artifacts = [], review, reviewer }) => {
      const facts = { summary, artifacts, ...(metadata === undefined ? {} : { metadata }) };
      const { task: now } = review
        ? await kanbun.moves.requestReview(task, {
            ...facts,
            ...(reviewer === undefined ? {} : { reviewer }),
          })
        : await kanbun.moves.complete(task, { ...facts, ...(result === undefined ? {} : { result }) });
      return { data: { task_id: now.id, status: now.status }, text: `${now.id} ${now.status}` };
    },
  );
}
