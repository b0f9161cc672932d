import { expect, test } from "bun:test";
import { BoardError } from "../../src/board/error.ts";
import { acceptAnswer, type NewQuestion, validateQuestion } from "../../src/board/question.ts";

const yesNo: NewQuestion = { question: "delete it?", answerKind: "yes_no", choices: [] };
const colours: NewQuestion = { question: "which?", answerKind: "choice", choices: ["Red", "Dark green"] };
const open: NewQuestion = { question: "why?", answerKind: "text", choices: [] };

test.each([
  [yesNo, "yes", "yes"],
  [yesNo, " Y ", "yes"],
  [yesNo, "NO", "no"],
  [colours, "red", "Red"],
  [colours, "2", "Dark green"],
  [colours, " dark GREEN", "Dark green"],
  [open, "  as it is \n", "  as it is \n"],
])("an answer to %p that says %p is recorded as %p", (question, text, recorded) => {
  expect(acceptAnswer(question, text)).toBe(recorded);
});

test.each([
  [yesNo, "maybe", "yes or no"],
  [colours, "3", "1: Red, 2: Dark green"],
  [colours, "blue", "1: Red, 2: Dark green"],
  [open, "  ", "give an answer"],
])("an answer to %p that says %p is refused with what is possible", (question, text, hint) => {
  try {
    acceptAnswer(question, text);
    throw new Error("it was accepted");
  } catch (error) {
    expect(error).toBeInstanceOf(BoardError);
    expect((error as BoardError).hint).toContain(hint);
  }
});

test.each([
  { ...open, question: " " },
  { ...open, choices: ["a", "b"] },
  { ...colours, choices: ["only one"] },
  { ...colours, choices: ["same", "SAME "] },
  { ...colours, choices: ["a", ""] },
])("a question is refused that cannot be answered: %p", (question) => {
  expect(() => validateQuestion(question)).toThrow(BoardError);
});
