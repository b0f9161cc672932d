import type { McpServer, ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import { waitForTasks } from "../../home/tasks/wait-for-tasks.ts";
import { taskIdSchema } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

/** Clients give up on a call after a minute as a rule. */
const secondsMax = 50;
const progressMs = 1_000;

/** `task_wait`: until tasks are done or need a person, or the time is over. */
export function addTaskWait(server: McpServer, { home }: BoardFace): void {
  addTool(
    server,
    {
      name: "task_wait",
      title: "Wait for tasks",
      description:
        "Waits until all the tasks (or `any`) are done or stuck, at most 50 seconds; call it again while some are under_way.",
      input: z.object({
        tasks: z.array(taskIdSchema).min(1).max(100),
        any: z.boolean().default(false),
        timeout_s: z.number().min(0).max(secondsMax).default(45),
      }),
      output: z.object({
        tasks: z.array(
          z.object({
            task_id: z.string(),
            title: z.string(),
            standing: z.enum(["done", "stuck", "under_way"]),
            reason: z.string(),
            detail: z.string(),
            command: z.string().optional(),
          }),
        ),
        note: z.string().optional(),
      }),
      effect: "reads",
    },
    async ({ tasks, any, timeout_s }, context) => {
      await using session = await home.open("read", undefined, { asActor: true });
      let note: string | null = null;
      using _progress = tellProgress(context, timeout_s);
      const waited = await waitForTasks(session, tasks, {
        isAny: any,
        signal: AbortSignal.any([AbortSignal.timeout(timeout_s * 1_000), context.mcpReq.signal]),
        onNoDispatcher: () => {
          note = "no dispatcher is running, so nothing will start: a person runs `kanbun dispatch --watch`";
        },
      });
      const lines = waited.map(
        (one) => `${one.taskId} ${one.standing} ${JSON.stringify(one.title)}: ${one.detail}`,
      );
      const tasksNow = waited.map(({ taskId, ...facts }) => ({ task_id: taskId, ...facts }));
      return {
        data: { tasks: tasksNow, note },
        text: [...lines, ...(note === null ? [] : [note])].join("\n"),
      };
    },
  );
}

/** Says each second that it still waits, to a client that asked to be told. */
function tellProgress({ mcpReq }: ServerContext, seconds: number): Disposable {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return { [Symbol.dispose]() {} };
  let progress = 0;
  const timer = setInterval(() => {
    progress += progressMs / 1_000;
    const params = { progressToken: token, progress, total: seconds, message: "waiting" };
    // A client that has left meanwhile is told nothing more.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => clearInterval(timer));
  }, progressMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
