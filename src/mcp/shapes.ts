import { z } from "zod";
import { cutText } from "../board/cut-text.ts";
import type { ListedTask, Task } from "../board/task.ts";
import { taskStatuses } from "../board/task.ts";

/** How much of one text an answer has: what a model is given, it has to read. */
export const textCharsMax = 8_000;

/** Of an object that has more than its schema names. Said so: of `{}`, which means the same, strict clients say that it was forgotten. */
export const hasMore = { additionalProperties: true };

export const statusSchema = z.enum(taskStatuses);
export const taskIdSchema = z.string().describe("a task's id, or the beginning of it");

/** The task that a call is about; inside a run its own is the only one. @param ownTask its id, or null elsewhere */
export function taskArgument(ownTask: string | null) {
  if (ownTask === null) return taskIdSchema;
  const error = `this server is for its own task ${ownTask} alone: leave \`task\` out`;
  return z.literal(ownTask, { error }).default(ownTask);
}

/** A task among others. */
export const listedTaskSchema = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  assignee: z.string().optional(),
  priority: z.number(),
  due_at_ms: z.number().optional(),
  last_failure_error: z.string().optional(),
});

export function listedTask(task: ListedTask | Task) {
  const { id, title, status, assignee, priority, dueAtMs, lastFailureError } = task;
  return {
    id,
    title,
    status,
    assignee,
    priority,
    due_at_ms: dueAtMs,
    last_failure_error: lastFailureError === null ? null : bounded(lastFailureError),
  };
}

export function bounded(text: string): string {
  return cutText(text, textCharsMax);
}

/** `t_0123abcd ready "Build"`: a task on one line. */
export function taskLine({ id, status, title }: Pick<Task, "id" | "status" | "title">): string {
  return `${id} ${status} ${JSON.stringify(title)}`;
}
