import type { AnswerKind, NewQuestion, Question } from "../../../board/question.ts";
import type { Connection } from "../connection.ts";
import { cutColumns } from "../rows/cut-columns.ts";
import { toJson } from "../rows/json-column.ts";
import { toText, toTextOrNull, toWhole } from "../rows/odd-values.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

interface QuestionRow {
  readonly id: number;
  readonly run_id: number | null;
  readonly question: string;
  readonly answer_kind: AnswerKind;
  readonly choices: string;
  readonly asked_at_ms: number;
  readonly answer: string | null;
  readonly answered_by: string | null;
  readonly closed_at_ms: number | null;
}

export function* insertQuestion(
  scope: Scope,
  ids: { taskId: string; runId: number | null },
  asked: NewQuestion,
): Steps<void> {
  yield* scope.db.send(
    `INSERT INTO kanbun_questions (task_id, run_id, question, answer_kind, choices, asked_at_ms)
     VALUES (:taskId, :runId, :question, :answerKind, :choices, :nowMs)`,
    {
      ...ids,
      question: asked.question,
      answerKind: asked.answerKind,
      choices: JSON.stringify(asked.choices),
      nowMs: scope.nowMs,
    },
  );
}

const shortColumns = ["id", "run_id", "answer_kind", "choices", "asked_at_ms", "answered_by", "closed_at_ms"];

/** Oldest first. */
export function* listQuestions(db: Connection, taskId: string, charsMax: number): Steps<Question[]> {
  return (yield* db.all<QuestionRow>(
    `SELECT ${cutColumns("q", shortColumns, ["question", "answer"])} FROM kanbun_questions q
       WHERE q.task_id = :taskId ORDER BY q.id`,
    { taskId, charsMax },
  )).map((row) => ({
    id: row.id,
    runId: row.run_id,
    question: toText(row.question),
    ...toForm(row),
    askedAtMs: toWhole(row.asked_at_ms) ?? 0,
    answer: toTextOrNull(row.answer),
    answeredBy: toTextOrNull(row.answered_by),
    closedAtMs: row.closed_at_ms === null ? null : (toWhole(row.closed_at_ms) ?? 0),
  }));
}

/** Of an answer whose form can't be read any text will do: a person must be able to give one. */
function toForm({ answer_kind: kind, choices: json }: QuestionRow): Pick<Question, "answerKind" | "choices"> {
  const choices = toJson(json);
  if (kind === "yes_no") return { answerKind: kind, choices: [] };
  return kind === "choice" && Array.isArray(choices)
    ? { answerKind: kind, choices: choices.map(toText) }
    : { answerKind: "text", choices: [] };
}

/** The question that the task waits for; null when it waits for none. */
export function* getOpenQuestion(db: Connection, taskId: string): Steps<Question | null> {
  return (
    (yield* listQuestions(db, taskId, Number.MAX_SAFE_INTEGER)).findLast(
      (question) => question.closedAtMs === null,
    ) ?? null
  );
}

/** Closes what is open: with an answer, or because the task goes on without one. */
export function* closeQuestions(
  scope: Scope,
  taskId: string,
  answer: string | null,
  answeredBy: string | null,
): Steps<void> {
  yield* scope.db.send(
    `UPDATE kanbun_questions SET closed_at_ms = :nowMs, answer = :answer, answered_by = :answeredBy
     WHERE task_id = :taskId AND closed_at_ms IS NULL`,
    { taskId, answer, answeredBy, nowMs: scope.nowMs },
  );
}
