import { useState } from "preact/hooks";
import { Markdown } from "../parts/markdown.tsx";
import { Sign } from "../parts/sign.tsx";
import { formatAgo, formatInstant } from "../parts/time.ts";
import { boardPath, call, describe } from "../store/api.ts";
import { addressOf } from "../store/location.ts";
import { isReader } from "../store/session.ts";
import { toast } from "../store/toasts.ts";
import type { RelatedTask, WholeTask } from "../store/wire.ts";
import { Attachments } from "./attachments.tsx";

interface Props {
  readonly board: string;
  readonly whole: WholeTask;
  readonly again: () => void;
}

/** The body, the result, the links and the comments of a task. */
export function AboutTab({ board, whole, again }: Props) {
  const { task, parents, children, runs } = whole;
  const summary = runs.findLast((run) => run.summary !== null)?.summary ?? null;
  return (
    <>
      <section>
        {task.body === null ? <p class="nothing">It has no text.</p> : <Markdown text={task.body} />}
      </section>
      {task.result === null && summary === null ? null : (
        <section>
          <h3>What came of it</h3>
          {summary === null ? null : <Markdown text={summary} />}
          {task.result === null || task.result === summary ? null : <Markdown text={task.result} />}
        </section>
      )}
      <Related title="Waits for" tasks={parents} board={board} of={whole} again={again} />
      <Related title="What waits for it" tasks={children} board={board} of={null} again={again} />
      <Attachments board={board} whole={whole} again={again} />
      <Comments board={board} whole={whole} again={again} />
    </>
  );
}

interface RelatedProps {
  readonly title: string;
  readonly tasks: readonly RelatedTask[];
  readonly board: string;
  /** The task whose links may be removed here. */
  readonly of: WholeTask | null;
  readonly again: () => void;
}

function Related({ title, tasks, board, of, again }: RelatedProps) {
  if (tasks.length === 0) return null;
  const unlink = async (parent: string) => {
    try {
      await call("DELETE", boardPath(board, "tasks", of?.card.id ?? "", "parents", parent));
      again();
    } catch (error) {
      toast("Still linked", { isBad: true, lines: [describe(error)] });
    }
  };
  return (
    <section>
      <h3>{title}</h3>
      <ul class="related">
        {tasks.map(({ id, title: name, status }) => (
          <li key={id}>
            <Sign of={status} title={status} />
            <a href={addressOf(board, `/t/${id}`)}>{name}</a>
            <code class="id">{id}</code>
            {of === null || isReader() ? null : (
              <button
                type="button"
                class="icon-button"
                aria-label={`Don't wait for ${name}`}
                onClick={() => void unlink(id)}
              >
                <Sign of="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
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
