import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

/** The prompt `break_down`: a goal becomes a plan of tasks on the board. */
export function addBreakDown(server: McpServer): void {
  server.registerPrompt(
    "break_down",
    {
      title: "Break a goal down",
      description: "Turns a goal into tasks with links on the board",
      argsSchema: z.object({ goal: z.string().describe("what is to be reached") }),
    },
    ({ goal }) => ({
      messages: [
        {
          role: "user",
          content: {
            type: "text",
            text: `Break this goal down into tasks of a Kanbun board:

${goal}

1. Look at board_status and task_list, so that nothing is made twice.
2. Write three to twelve tasks. Each is one piece of work for one worker that knows nothing else: its body says what to do, where, and what counts as done.
3. Let what can be done side by side wait for nothing; link the rest with waits_for. End with a task that checks the whole.
4. Show me the plan as a list. When I agree, make it with one call of task_create.`,
          },
        },
      ],
    }),
  );
}
