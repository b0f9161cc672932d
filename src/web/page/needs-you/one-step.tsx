import { useState } from "preact/hooks";
import { boardPath, call } from "../store/api.ts";
import { explainFailure, moveOne } from "../store/moves.ts";
import { isReader } from "../store/session.ts";
import { toast } from "../store/toasts.ts";
import type { VerbName } from "../store/verbs.ts";
import type { Card, WholeTask } from "../store/wire.ts";

interface Props {
  readonly board: string;
  readonly whole: WholeTask;
  /** It was done. */
  readonly onDone: () => void;
}

/** What a person can do about a task that needs one, each in one step: answer, approve, send back, retry, unblock, accept. */
export function OneStep({ board, whole, onDone }: Props) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const card: Card = { ...whole.card, board };
  if (isReader()) return null;
  const act = async (word: string, step: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await step();
      toast(`${card.title}: ${word}`);
      setText("");
      onDone();
    } catch (error) {
      toast(`Not ${word}`, { isBad: true, lines: [await explainFailure(error, card)] });
    } finally {
      setBusy(false);
    }
  };
  const move = (name: VerbName | "answer", word: string, body: object = {}) =>
    void act(word, () => moveOne(card, name, body as Readonly<Record<string, unknown>>));
  /** The comment comes first: the next run is given the comments of its task. */
  const withWord = (name: VerbName, word: string) =>
    void act(word, async () => {
      if (text.trim() !== "")
        await call("POST", boardPath(board, "tasks", card.id, "comments"), { body: text.trim() });
      await moveOne(card, name, {});
    });
  const field = (label: string) => (
    <label>
      {label}
      <textarea rows={2} value={text} onInput={(event) => setText(event.currentTarget.value)} />
    </label>
  );
  const button = (title: string, run: () => void, { isMain = false, isOff = false } = {}) => (
    <button
      type="button"
      class={`button${isMain ? " primary" : ""}`}
      disabled={isBusy || isOff}
      onClick={run}
      key={title}
    >
      {title}
    </button>
  );
  const question = whole.questions.findLast(({ closed_at_ms }) => closed_at_ms === null);
  if (card.status === "blocked" && question !== undefined) {
    const answer = (given: string) => move("answer", "answered", { answer: given });
    const choices = question.answer_kind === "yes_no" ? ["yes", "no"] : question.choices;
    return (
      <div class="one-step">
        {question.answer_kind === "text" ? (
          <>
            {field("Answer")}
            <p class="buttons">
              {button("Answer", () => answer(text.trim()), { isMain: true, isOff: text.trim() === "" })}
            </p>
          </>
        ) : (
          <p class="buttons">
            {choices.map((choice) => button(choice, () => answer(choice), { isMain: true }))}
          </p>
        )}
      </div>
    );
  }
  if (card.status === "blocked")
    return (
      <div class="one-step">
        {field("A word to the next run (may be empty)")}
        <p class="buttons">
          {whole.hold.reason === "gave_up"
            ? button("Retry", () => withWord("retry", "ready again"), { isMain: true })
            : button("Unblock", () => withWord("unblock", "unblocked"), { isMain: true })}
          {button("Cancel for good", () => move("cancel", "cancelled"))}
        </p>
      </div>
    );
  if (card.status === "review")
    return (
      <div class="one-step">
        {field("What is to be changed")}
        <p class="buttons">
          {button("Approve", () => move("approve", "approved"), { isMain: text.trim() === "" })}
          {button("Request changes", () => move("request-changes", "sent back", { comment: text.trim() }), {
            isMain: text.trim() !== "",
            isOff: text.trim() === "",
          })}
        </p>
      </div>
    );
  if (card.status === "triage")
    return (
      <div class="one-step">
        <p class="buttons">
          {button("Accept", () => move("promote", "accepted"), { isMain: true })}
          {button("Cancel for good", () => move("cancel", "cancelled"))}
        </p>
      </div>
    );
  return null;
}
