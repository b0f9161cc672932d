import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { taskArgument } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

/** `task_ask`: a question for a person; the task waits for the answer. */
export function addTaskAsk(server: McpServer, { kanbun }: BoardFace, ownTask: string | null): void {
  addTool(
    server,
    {
      name: "task_ask",
      title: "Ask a person",
      description:
        "Asks a person, and blocks the task until they have answered: end your session after it; the next run has the answer.",
      input: z.object({
        task: taskArgument(ownTask),
        question: z.string(),
        choices: z
          .array(z.string())
          .optional()
          .describe("two or more possible answers; without them: any text"),
        yes_no: z.boolean().default(false),
      }),
      output: z.object({ task_id: z.string(), status: z.string() }),
      effect: "changes",
    },
    async ({ task, question, choices = [], yes_no }) => {
      const answerKind = yes_no ? "yes_no" : choices.length > 0 ? "choice" : "text";
      const { task: now } = await kanbun.moves.ask(task, { question, answerKind, choices });
      return { data: { task_id: now.id, status: now.status }, text: `${now.id} ${now.status}` };
    },
  );
}
