import type { Command } from "commander";
import type { Dossier, RelatedTask } from "../../board/context.ts";
import type { Hold } from "../../board/hold.ts";
import type { Task } from "../../board/task.ts";
import { explainTask } from "../../home/tasks/explain.ts";
import type { RepeatOrigin } from "../../store/repeats.ts";
import { formatDuration } from "../../system/text/duration.ts";
import { formatTime } from "../../system/text/when.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { textLimit, wholeHelp } from "../input/text-limit.ts";
import { formatAttachments } from "../text/attachment-text.ts";
import { formatHold } from "../text/hold-text.ts";
import { describeOrigin } from "../text/repeat-text.ts";
import { formatRuns } from "../text/run-text.ts";
import type { Screen } from "../text/screen.ts";
import { formatTable } from "../text/table.ts";
import { formatAge, paintStatus } from "../text/task-text.ts";
import { visibleLine, visibleText } from "../text/visible.ts";
import { wrap } from "../text/wrap.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--whole", wholeHelp)
    .action(async (text: string, { whole }: { whole?: true }) => {
      await using session = await cli.open("read", cli.place.board, { asActor: true });
      const id = await session.taskId(text);
      const dossier = await session.store.requireDossier(id, textLimit(whole));
      const explained = await explainTask(session, id);
      const command = explained.command === null ? null : cli.output.typed(explained.command);
      const hold = { ...explained, command };
      const repeat = await session.store.getRepeatOf(id);
      await cli.output.answer({ ...dossier, hold, repeat }, (screen) =>
        formatDossier({ ...dossier, hold, repeat }, screen),
      );
    });
  addExamples(command, "kanbun show t_0123abcd", "kanbun show 012 --json");
}

/** What the names of facts take. */
const factColumns = 13;

interface ShownTask extends Dossier {
  readonly hold: Hold;
  readonly repeat: RepeatOrigin | null;
}

function formatDossier(dossier: ShownTask, screen: Screen): string {
  const { task, hold, repeat } = dossier;
  const made = describeOrigin(repeat, task, screen);
  const nowMs = Date.now();
  const why = wrap(formatHold(hold), screen.columns - factColumns);
  const facts = [
    ["status", paintStatus(task.status, screen)],
    ...inLines("why", why),
    ...(hold.command === null ? [] : [["do", visibleLine(hold.command)]]),
    ...factsOf(task, nowMs),
    ...(made === null ? [] : inLines("repeats", wrap(made, screen.columns - factColumns))),
  ];
  const parts = [
    `${screen.paint("bold", visibleLine(`${task.id}  ${task.title}`))}\n${formatTable(facts, screen)}`,
    section("body", indentText(task.body)),
    section("result", indentText(task.result)),
    section("waits for", formatRelated(dossier.parents, screen)),
    section("waited for by", formatRelated(dossier.children, screen)),
    section("runs", formatRuns(dossier.runs, screen, nowMs, 2)),
    section("comments", formatComments(dossier, nowMs)),
    section("attachments", formatAttachments(dossier.attachments, screen, 2)),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

/** Only what is set: an empty field says nothing. */
function factsOf(task: Task, nowMs: number): string[][] {
  const at = (ms: number | null) => (ms === null ? null : `${formatTime(ms)} (${formatAge(ms, nowMs)} ago)`);
  const workspace = [task.workspaceKind, task.workspacePath].filter((part) => part !== null).join(":");
  const entries: [string, string | readonly string[] | null][] = [
    ["assignee", task.assignee],
    ["author", task.author],
    ["priority", task.priority === 0 ? null : String(task.priority)],
    ["tenant", task.tenant],
    ["created", `${at(task.createdAtMs)} by ${task.createdBy ?? "unknown"}`],
    ["started", at(task.startedAtMs)],
    ["completed", at(task.completedAtMs)],
    ["due", task.dueAtMs === null ? null : formatTime(task.dueAtMs)],
    ["run", task.currentRunId === null ? null : String(task.currentRunId)],
    ["heartbeat", at(task.lastHeartbeatAtMs)],
    ["failures", task.consecutiveFailures === 0 ? null : `${task.consecutiveFailures} in a row`],
    ["last error", linesOf(task.lastFailureError)],
    ["workspace", workspace === "scratch" ? null : workspace],
    ["branch", task.branchName],
    ["project", task.projectId],
    ["session", task.sessionId],
    ["host", task.host],
    ["labels", task.labels.length === 0 ? null : task.labels.join(", ")],
    ["skills", task.skills.length === 0 ? null : task.skills.join(", ")],
    ["model", task.modelOverride],
    ["provider", task.providerOverride],
    ["max runtime", task.maxRuntimeMs === null ? null : formatDuration(task.maxRuntimeMs)],
    ["max retries", task.maxRetries === null ? null : String(task.maxRetries)],
    ["goal", task.goalMode ? `yes${task.goalMaxTurns === null ? "" : `, ${task.goalMaxTurns} turns`}` : null],
    ["key", task.idempotencyKey],
  ];
  return entries.flatMap(([name, value]) =>
    value === null ? [] : inLines(name, [value].flat().map(visibleLine)),
  );
}

/** The name before the first line alone. */
function inLines(name: string, lines: readonly string[]): string[][] {
  return lines.map((line, at) => [at === 0 ? name : "", line]);
}

/** The last lines of a log are among them. */
function linesOf(error: string | null): readonly string[] | null {
  return error === null ? null : error.trimEnd().replaceAll("\t", "  ").split(/\r?\n/);
}

function section(title: string, text: string): string {
  return text === "" ? "" : `${title}:\n${text}`;
}

function indentText(text: string | null): string {
  if (text === null || text === "") return "";
  const lines = visibleText(text.replace(/\r?\n$/, "")).split("\n");
  return lines.map((line) => `  ${line}\n`).join("");
}

function formatRelated(related: readonly RelatedTask[], screen: Screen): string {
  const rows = related.map((task) => [
    visibleLine(task.id),
    paintStatus(task.status, screen),
    visibleLine(task.title),
  ]);
  return formatTable(rows, screen, { indent: 2 });
}

function formatComments({ comments }: Dossier, nowMs: number): string {
  return comments
    .map(
      (comment) =>
        `  ${visibleLine(comment.author)}, ${formatAge(comment.createdAtMs, nowMs)} ago:\n` +
        indentText(comment.body).replace(/^/gm, "  ").trimEnd(),
    )
    .map((text) => `${text}\n`)
    .join("");
}
