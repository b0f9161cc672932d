import { cutText, partCharsMax } from "./cut-text.ts";
import type { Question } from "./question.ts";
import type { Run } from "./run.ts";
import type { Task } from "./task.ts";

/** Everything about a task that a worker may read before it begins, or a person in `show`; other texts than its own may be cut. */
export interface Dossier {
  readonly task: Task;
  readonly parents: readonly RelatedTask[];
  readonly children: readonly RelatedTask[];
  readonly comments: readonly Comment[];
  /** Oldest first. */
  readonly questions: readonly Question[];
  readonly attachments: readonly Attachment[];
  /** Oldest first. */
  readonly runs: readonly Run[];
}

/** A parent or child, with what it handed on if it is finished. */
export interface RelatedTask {
  readonly id: string;
  readonly title: string;
  readonly status: Task["status"];
  readonly result: string | null;
  readonly summary: string | null;
  readonly metadata: unknown;
}

export interface Comment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly createdAtMs: number;
}

export interface Attachment {
  readonly id: number;
  readonly filename: string;
  readonly storedPath: string;
  readonly contentType: string | null;
  readonly sizeBytes: number;
}

const caps = {
  bodyChars: 64_000,
  runs: 5,
  comments: 30,
  questions: 20,
  parents: 20,
  attachments: 50,
};

/**
 * What a worker reads as its context, as Markdown: each part capped, ages relative to `nowMs`.
 * @param bodyRest where the whole body can be read, said where it is cut after 64,000 characters; "whole": it is not cut
 */
export function renderContext(dossier: Dossier, nowMs: number, bodyRest: string | "whole"): string {
  const { task } = dossier;
  const ended = dossier.runs.filter((run) => run.endedAtMs !== null);
  const sections = [
    `# ${oneLine(task.title)}`,
    task.body === null ? "" : renderBody(task.body, bodyRest),
    section("Attachments", newest(dossier.attachments, caps.attachments), (file) => [
      `- ${oneLine(file.filename)} (${file.sizeBytes} bytes): ${oneLine(file.storedPath)}`,
    ]),
    section("Earlier attempts", newest(ended, caps.runs), (run) => [
      `- run ${run.id}, ${ago(run.endedAtMs ?? nowMs, nowMs)}: ${run.outcome}`,
      ...quote(run.summary),
      ...quote(run.error),
    ]),
    section("Questions and answers", newest(dossier.questions, caps.questions), (asked) => [
      `- ${ago(asked.askedAtMs, nowMs)}, asked:`,
      ...quote(asked.question),
      ...(asked.answer === null ? ["  (no answer)"] : [`  ${oneLine(asked.answeredBy ?? "")} answered:`]),
      ...quote(asked.answer),
    ]),
    section("Results of what this builds on", newest(dossier.parents, caps.parents), (parent) => [
      `- ${parent.id} ${oneLine(parent.title)} (${parent.status})`,
      ...quote(parent.summary ?? parent.result),
      ...(parent.metadata === null ? [] : quote(JSON.stringify(parent.metadata))),
    ]),
    section("Comments", newest(dossier.comments, caps.comments), (comment) => [
      `- ${oneLine(comment.author)}, ${ago(comment.createdAtMs, nowMs)}:`,
      ...quote(comment.body),
    ]),
  ];
  return `${sections.filter((part) => part !== "").join("\n\n")}\n`;
}

function renderBody(body: string, rest: string): string {
  if (rest === "whole" || body.length <= caps.bodyChars) return body;
  return `${cutText(body, caps.bodyChars)}\n[the whole text: ${rest}]`;
}

function section<T>(
  title: string,
  part: { entries: readonly T[]; leftOut: number },
  lines: (entry: T) => string[],
): string {
  if (part.entries.length === 0) return "";
  const omitted = part.leftOut > 0 ? [`(${part.leftOut} older left out)`] : [];
  return [`## ${title}`, "", ...omitted, ...part.entries.flatMap(lines)].join("\n");
}

function newest<T>(entries: readonly T[], max: number): { entries: readonly T[]; leftOut: number } {
  const leftOut = Math.max(0, entries.length - max);
  return { entries: entries.slice(leftOut), leftOut };
}

/** Everything that a reader may take for the end of a line: else a quoted text could end its quote by one of them. */
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

function quote(text: string | null): string[] {
  if (text === null || text === "") return [];
  return cutText(text, partCharsMax)
    .split(lineEnd)
    .map((line) => `  > ${line}`);
}

function oneLine(text: string): string {
  return text.replace(/[\s\u0085]+/g, " ").trim();
}

function ago(thenMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.round((nowMs - thenMs) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}
