import { BoardError } from "./error.ts";

export type AnswerKind = "text" | "choice" | "yes_no";

/** What a worker asks a person, and the form that the answer must have. */
export interface NewQuestion {
  readonly question: string;
  readonly answerKind: AnswerKind;
  /** Of kind `choice`: two or more, all different. */
  readonly choices: readonly string[];
}

/** A question of a task. `answer` is null as long as it is open, and when the task went on without one. */
export interface Question extends NewQuestion {
  readonly id: number;
  readonly runId: number | null;
  readonly askedAtMs: number;
  readonly answer: string | null;
  readonly answeredBy: string | null;
  readonly closedAtMs: number | null;
}

/** @throws {BoardError} usage for an empty question, or choices that are none. */
export function validateQuestion({ question, answerKind, choices }: NewQuestion): void {
  if (question.trim() === "")
    throw new BoardError("usage", "the question is empty", { hint: "give a question" });
  if (answerKind !== "choice" && choices.length > 0)
    throw new BoardError("usage", `a question of kind ${answerKind} has no choices`);
  if (answerKind !== "choice") return;
  const folded = new Set(choices.map(fold));
  if (choices.length < 2 || folded.size < choices.length || folded.has(""))
    throw new BoardError("usage", "a choice needs two or more answers that differ", {
      hint: "repeat --choice for each answer",
    });
}

/**
 * The answer as it is recorded: of a choice the choice itself, of a yes/no question `yes` or `no`.
 * @throws {BoardError} usage when it is none of the answers that are possible.
 */
export function acceptAnswer({ answerKind, choices }: NewQuestion, text: string): string {
  if (text.trim() === "") throw new BoardError("usage", "the answer is empty", { hint: "give an answer" });
  if (answerKind === "text") return text;
  const possible = answerKind === "yes_no" ? ["yes", "no"] : choices;
  const short = answerKind === "yes_no" ? ["y", "n"] : choices.map((_, index) => String(index + 1));
  const at = possible.map(fold).indexOf(fold(text));
  const chosen = possible[at === -1 ? short.indexOf(fold(text)) : at];
  if (chosen !== undefined) return chosen;
  throw new BoardError("usage", `${JSON.stringify(text)} is not a possible answer`, {
    hint: `answer with one of: ${describeAnswers({ answerKind, choices })}`,
  });
}

/** The possible answers in words: `yes or no`, `1: red, 2: green`, `any text`. */
export function describeAnswers({
  answerKind,
  choices,
}: Pick<NewQuestion, "answerKind" | "choices">): string {
  if (answerKind === "text") return "any text";
  return answerKind === "yes_no"
    ? "yes or no"
    : choices.map((choice, index) => `${index + 1}: ${choice}`).join(", ");
}

function fold(text: string): string {
  return text.trim().toLowerCase();
}
