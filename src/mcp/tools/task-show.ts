import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { partCharsMax } from "../../board/cut-text.ts";
import { describeHold, explainTask } from "../../home/tasks/explain.ts";
import { bounded, hasMore, listedTask, listedTaskSchema, taskArgument, taskLine } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

/** So many of each list are told, the newest. */
const partsMax = 20;

/** What a model reads it sees; a schema of every part would cost it more than it tells. */
const parts = z.array(z.looseObject({}).meta(hasMore));

const output = z.object({
  task: listedTaskSchema
    .extend({ body: z.string().optional(), result: z.string().optional() })
    .loose()
    .meta(hasMore),
  why: z.object({
    reason: z.string(),
    detail: z.string(),
    command: z.string().optional().describe("what a person would type about it"),
  }),
  waits_for: parts,
  waited_for_by: parts,
  runs: parts,
  comments: parts,
  questions: parts,
  attachments: parts,
});

/** `task_show`: everything about a task, with long texts cut. */
export function addTaskShow(server: McpServer, { home }: BoardFace, ownTask: string | null): void {
  addTool(
    server,
    {
      name: "task_show",
      title: "Show a task",
      description:
        "Everything about a task, and why it is or is not running. Long texts are cut and say so; of each list the newest 20.",
      input: z.object({ task: taskArgument(ownTask) }),
      output,
      effect: "reads",
    },
    async ({ task: text }) => {
      await using session = await home.open("read", undefined, { asActor: true });
      const id = await session.taskId(text);
      const dossier = await session.store.requireDossier(id, { charsMax: partCharsMax });
      const hold = await explainTask(session, id);
      const { task } = dossier;
      const why = { reason: hold.reason, detail: describeHold(hold), command: hold.command };
      return {
        data: {
          task: {
            ...listedTask(task),
            body: task.body === null ? null : bounded(task.body),
            result: task.result === null ? null : bounded(task.result),
            workspace_kind: task.workspaceKind,
            workspace_path: task.workspacePath,
            branch_name: task.branchName,
            created_at_ms: task.createdAtMs,
            completed_at_ms: task.completedAtMs,
          },
          why,
          waits_for: dossier.parents.slice(-partsMax).map(({ id, title, status, summary }) => {
            return { id, title, status, summary };
          }),
          waited_for_by: dossier.children.slice(-partsMax).map(({ id, title, status }) => {
            return { id, title, status };
          }),
          runs: dossier.runs.slice(-partsMax).map((run) => ({
            id: run.id,
            profile: run.profile,
            outcome: run.outcome,
            summary: run.summary,
            error: run.error,
            started_at_ms: run.startedAtMs,
            ended_at_ms: run.endedAtMs,
          })),
          comments: dossier.comments.slice(-partsMax).map(({ author, body, createdAtMs }) => {
            return { author, body, created_at_ms: createdAtMs };
          }),
          questions: dossier.questions.slice(-partsMax).map((asked) => ({
            question: asked.question,
            answer_kind: asked.answerKind,
            choices: asked.choices,
            answer: asked.answer,
          })),
          attachments: dossier.attachments.slice(-partsMax).map((file) => ({
            filename: file.filename,
            stored_path: file.storedPath,
            size_bytes: file.sizeBytes,
          })),
        },
        text: `${taskLine(task)}: ${why.detail}`,
      };
    },
  );
}
