import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { BoardError } from "../../board/error.ts";
import type { BatchTask } from "../../store/task-batch.ts";
import { taskLine } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

const newTaskSchema = z.object({
  ref: z.string().optional().describe("a name for this task, for `waits_for` of later ones in this call"),
  title: z.string(),
  body: z.string().optional().describe("what is to be done, for a worker that knows nothing else; Markdown"),
  assignee: z.string().optional().describe("a profile of kanbun.toml; without one, no one works on it"),
  run: z.string().optional().describe("a shell command in place of `body` and `assignee`"),
  waits_for: z.array(z.string()).optional().describe("ids of tasks, or refs of earlier ones of this call"),
  priority: z.number().int().optional().describe("higher is first; default 0"),
  folder: z.string().optional().describe("absolute: where it works; default: an empty folder of its own"),
  worktree_of: z
    .string()
    .optional()
    .describe("absolute: a git repository; it works in a worktree of its own"),
  host: z.string().optional().describe("only this host starts it: a machine's name"),
  labels: z.array(z.string()).optional().describe("only a host that has all of these labels starts it"),
  due_at_ms: z.number().int().optional(),
  max_retries: z.number().int().min(1).optional(),
  triage: z.boolean().optional().describe("it waits for a person to make it ready"),
  key: z.string().optional().describe("a task with this key that is not archived is not made again"),
});

/** `task_create`: one task or a whole plan, all of it or nothing. */
export function addTaskCreate(server: McpServer, { kanbun }: BoardFace): void {
  addTool(
    server,
    {
      name: "task_create",
      title: "Create tasks",
      description:
        "Makes one task or a plan of up to 100, in one step: all or none. A task starts when all it waits for is done.",
      input: z.object({ tasks: z.array(newTaskSchema).min(1).max(100) }),
      output: z.object({
        tasks: z.array(
          z.object({ id: z.string(), title: z.string(), status: z.string(), ref: z.string().optional() }),
        ),
        existing: z.number().describe("how many were there already, by their keys"),
      }),
      effect: "changes",
    },
    async ({ tasks }) => {
      const batch: BatchTask[] = [];
      for (const [at, task] of tasks.entries())
        batch.push(await toBatchTask(task, tasks.slice(0, at), (id) => kanbun.tasks.get(id)));
      const { ids, existing } = await kanbun.tasks.createAll(batch);
      const made = await Promise.all(ids.map((id) => kanbun.tasks.get(id)));
      return {
        data: {
          tasks: made.map(({ id, title, status }, at) => ({ id, title, status, ref: tasks[at]?.ref })),
          existing,
        },
        text: made.map(taskLine).join("\n"),
      };
    },
  );
}

/** @param earlier those before it in the call @throws {BoardError} not_found, usage */
async function toBatchTask(
  task: z.infer<typeof newTaskSchema>,
  earlier: readonly { readonly ref?: string | undefined }[],
  find: (id: string) => Promise<{ readonly id: string }>,
): Promise<BatchTask> {
  if (task.run !== undefined && (task.body !== undefined || task.assignee !== undefined))
    throw new BoardError("usage", `${JSON.stringify(task.title)} has a command and a body or an assignee`, {
      hint: "give `run`, or `body` and `assignee`",
    });
  if (task.folder !== undefined && task.worktree_of !== undefined)
    throw new BoardError("usage", `${JSON.stringify(task.title)} has a folder and a repository`, {
      hint: "give `folder` or `worktree_of`",
    });
  const parents: string[] = [];
  const earlierParents: number[] = [];
  for (const name of task.waits_for ?? []) {
    const at = earlier.findIndex(({ ref }) => ref === name);
    if (at >= 0) earlierParents.push(at);
    else parents.push((await find(name)).id);
  }
  return {
    title: task.title,
    body: task.run ?? task.body ?? null,
    ...(task.run === undefined ? {} : { assignee: "shell" }),
    ...(task.assignee === undefined ? {} : { assignee: task.assignee }),
    ...(task.priority === undefined ? {} : { priority: task.priority }),
    ...(task.folder === undefined ? {} : { workspaceKind: "dir", workspacePath: task.folder }),
    ...(task.worktree_of === undefined ? {} : { workspaceKind: "worktree", workspacePath: task.worktree_of }),
    ...(task.host === undefined ? {} : { host: task.host }),
    ...(task.labels === undefined ? {} : { labels: task.labels }),
    dueAtMs: task.due_at_ms ?? null,
    maxRetries: task.max_retries ?? null,
    idempotencyKey: task.key ?? null,
    ...(task.triage ? { triage: true } : {}),
    parents,
    earlierParents,
  };
}
