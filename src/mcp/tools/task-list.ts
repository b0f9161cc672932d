import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../home/tasks/card-cursor.ts";
import { listedTask, listedTaskSchema, statusSchema, taskLine } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

const limitMax = 200;

/** `task_list`: the tasks of the board, a page at a time. */
export function addTaskList(server: McpServer, { kanbun }: BoardFace): void {
  addTool(
    server,
    {
      name: "task_list",
      title: "List tasks",
      description:
        "Tasks of the board in the order of work. Without `statuses` all but archived ones. Use next_cursor for the next page.",
      input: z.object({
        statuses: z.array(statusSchema).optional(),
        assignee: z.string().optional().describe("a profile or a person"),
        has_failed: z.literal(true).optional().describe("only those whose last run failed"),
        limit: z.number().int().min(1).max(limitMax).default(50),
        cursor: z.string().optional().describe("next_cursor of the page before, with the same filter"),
      }),
      output: z.object({ tasks: z.array(listedTaskSchema), next_cursor: z.string().optional() }),
      effect: "reads",
    },
    async ({ statuses, assignee, has_failed, limit, cursor }) => {
      const after = decodeCursor(cursor);
      const { cards, next } = await kanbun.tasks.cards({
        statuses,
        assignee,
        hasFailed: has_failed,
        limit,
        after,
      });
      return {
        data: { tasks: cards.map(listedTask), next_cursor: encodeCursor(next) },
        text: cards.length === 0 ? "no tasks" : cards.map(taskLine).join("\n"),
      };
    },
  );
}
