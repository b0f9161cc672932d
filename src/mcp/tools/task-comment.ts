import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { taskArgument } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

/** `task_comment`: a comment, or the answer to what a worker has asked. */
export function addTaskComment(server: McpServer, { kanbun }: BoardFace, ownTask: string | null): void {
  addTool(
    server,
    {
      name: "task_comment",
      title: "Comment on a task",
      description:
        ownTask === null
          ? "Adds a comment, which the next worker reads; with `answer` it answers the open question, and the task goes on."
          : "Adds a comment to your task, for people and for the next worker.",
      input: z.object({
        task: taskArgument(ownTask),
        text: z.string(),
        ...(ownTask === null ? { answer: z.boolean().default(false) } : {}),
      }),
      output: z.object({ task_id: z.string(), status: z.string() }),
      effect: "changes",
    },
    async (given) => {
      const { task, text } = given;
      if ("answer" in given && given.answer === true) await kanbun.moves.answer(task, text);
      else await kanbun.tasks.comment(task, text);
      const { id, status } = await kanbun.tasks.get(task);
      return { data: { task_id: id, status }, text: `${id} ${status}` };
    },
  );
}
