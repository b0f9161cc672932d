import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { taskIdSchema, taskLine } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

/** `task_update`: what a task is, who works on it and what it waits for; where it stands is `task_move`'s. */
export function addTaskUpdate(server: McpServer, { kanbun }: BoardFace): void {
  addTool(
    server,
    {
      name: "task_update",
      title: "Update a task",
      description: "Changes the fields that are given, and leaves the others. An empty assignee: no one.",
      input: z.object({
        task: taskIdSchema,
        title: z.string().optional(),
        body: z.string().optional(),
        priority: z.number().int().optional(),
        assignee: z.string().optional(),
        waits_for: z.array(taskIdSchema).optional().describe("further tasks to wait for"),
        waits_no_more_for: z.array(taskIdSchema).optional(),
      }),
      output: z.object({ task_id: z.string(), status: z.string() }),
      effect: "changes",
      isIdempotent: true,
    },
    async ({ task: text, title, body, priority, assignee, waits_for = [], waits_no_more_for = [] }) => {
      const { id } = await kanbun.tasks.get(text);
      const patch = {
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { body }),
        ...(priority === undefined ? {} : { priority }),
      };
      if (Object.keys(patch).length > 0) await kanbun.tasks.edit(id, patch);
      if (assignee !== undefined) await kanbun.moves.assign(id, assignee === "" ? null : assignee);
      for (const parentId of waits_for) await kanbun.tasks.link({ parentId, childId: id });
      for (const parentId of waits_no_more_for) await kanbun.tasks.unlink({ parentId, childId: id });
      const task = await kanbun.tasks.get(id);
      return { data: { task_id: id, status: task.status }, text: taskLine(task) };
    },
  );
}
