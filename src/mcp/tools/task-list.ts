import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { BoardError } from "../../board/error.ts";
import { taskStatuses } from "../../board/task.ts";
import { listedTask, listedTaskSchema, statusSchema, taskLine } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

const limitMax = 200;
const open = taskStatuses.filter((status) => status !== "archived");

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
      const from = readCursor(cursor);
      const filter = {
        statuses: statuses ?? open,
        ...(assignee === undefined ? {} : { assignee }),
        ...(has_failed === undefined ? {} : { hasFailed: has_failed }),
      };
      const found = await kanbun.tasks.list({ ...filter, limit: from + limit + 1 });
      const page = found.slice(from, from + limit);
      const next = found.length > from + limit ? String(from + limit) : null;
      const lines = page.map(taskLine);
      return {
        data: { tasks: page.map(listedTask), next_cursor: next },
        text: lines.length === 0 ? "no tasks" : lines.join("\n"),
      };
    },
  );
}

function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new BoardError("usage", `${JSON.stringify(cursor)} is no cursor`, {
    hint: "leave it out for the first page, then use next_cursor",
  });
}
