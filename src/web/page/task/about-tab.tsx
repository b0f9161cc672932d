import { useState } from "preact/hooks";
import { Markdown } from "../parts/markdown.tsx";
import { formatAgo, formatInstant } from "../parts/time.ts";
import { boardPath, call, describe } from "../store/api.ts";
import { isReader } from "../store/session.ts";
import { toast } from "../store/toasts.ts";
import type { WholeTask } from "../store/wire.ts";
import { Attachments } from "./attachments.tsx";
import { Links } from "./links.tsx";

/** Of more, made for that, the parser of markdown takes minutes, and so does a browser with a word of a megabyte. */
const charsMax = 30_000;

interface Props {
  readonly board: string;
  readonly whole: WholeTask;
  readonly again: () => void;
}

function beginning(text: string): string {
  const left = text.length - charsMax;
  return left > 0 ? `${text.slice(0, charsMax)}\n\n[… ${left} more characters left out]` : text;
}

/** The body, the result, the links and the comments of a task. */
export function AboutTab({ board, whole, again }: Props) {
  const { task, runs } = whole;
  const summary = runs.findLast((run) => run.summary !== null)?.summary ?? null;
  return (
    <>
      <section>
        {task.body === null ? (
          <p class="nothing">It has no text.</p>
        ) : (
          <Markdown text={beginning(task.body)} />
        )}
      </section>
      {task.result === null && summary === null ? null : (
        <section>
          <h3>What came of it</h3>
          {summary === null ? null : <Markdown text={summary} />}
          {task.result === null || task.result === summary ? null : (
            <Markdown text={beginning(task.result)} />
          )}
        </section>
      )}
      <Links board={board} whole={whole} again={again} />
      <Attachments board={board} whole={whole} again={again} />
      <Comments board={board} whole={whole} again={again} />
    </>
  );
}

function Comments({ board, whole, again }: Props) {
  const [text, setText] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    if (text.trim() === "") return;
    try {
      await call("POST", boardPath(board, "tasks", whole.card.id, "comments"), { body: text.trim() });
      setText("");
      again();
    } catch (error) {
      toast("Not sent", { isBad: true, lines: [describe(error)] });
    }
  };
  const said = [
    ...whole.comments.map(({ id, author, body, created_at_ms }) => ({
      key: `c${id}`,
      author,
      body,
      created_at_ms,
    })),
    ...whole.questions.flatMap(({ id, question, answer, answered_by, asked_at_ms, closed_at_ms }) => [
      { key: `q${id}`, author: "asks", body: question, created_at_ms: asked_at_ms },
      ...(answer === null
        ? []
        : [
            {
              key: `a${id}`,
              author: `${answered_by} answered`,
              body: answer,
              created_at_ms: closed_at_ms ?? 0,
            },
          ]),
    ]),
  ].sort((a, b) => a.created_at_ms - b.created_at_ms);
  return (
    <section>
      <h3>Comments</h3>
      <ul class="comments">
        {said.map(({ key, author, body, created_at_ms }) => (
          <li key={key}>
            <p class="by">
              <b>{author}</b>
              <time title={formatInstant(created_at_ms)}>{formatAgo(created_at_ms)}</time>
            </p>
            <Markdown text={body} />
          </li>
        ))}
      </ul>
      {isReader() ? null : (
        <form
          class="comment-form"
          onSubmit={send}
          onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && void send(event)}
        >
          <textarea
            rows={2}
            aria-label="Comment"
            placeholder="Comment: the next run reads it too"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={text.trim() === ""}>
            Comment
          </button>
        </form>
      )}
    </section>
  );
}
