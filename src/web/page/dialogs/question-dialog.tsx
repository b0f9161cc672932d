import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Asked, asked } from "../store/ask.ts";
import { board } from "../store/current.ts";
import { useProfiles } from "../store/use-profiles.ts";

/** What the page asks before it does something. */
export function QuestionDialog() {
  const now = asked.value;
  return now === null ? null : <Question key={now.title} of={now} />;
}

function Question({ of }: { readonly of: Asked }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const names = useProfiles(of.isProfile ? board.peek() : null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus({ preventScroll: true });
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (of.isOptional || text.trim() !== "") of.answer(text.trim());
  };
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="question-title"
      onClose={() => of.answer(null)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
      }}
    >
      <form onSubmit={submit}>
        <h2 id="question-title">{of.title}</h2>
        {of.note === null ? null : <p class="note">{of.note}</p>}
        {of.label === null ? null : (
          <label for="question-text">
            {of.label}
            {of.isProfile ? (
              <input
                id="question-text"
                value={text}
                list="profiles"
                onInput={(event) => setText(event.currentTarget.value)}
              />
            ) : (
              <textarea
                id="question-text"
                rows={3}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
            )}
          </label>
        )}
        <datalist id="profiles">
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <p class="buttons end">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Leave it
          </button>
          <button type="submit" class="button primary">
            {of.submit}
          </button>
        </p>
      </form>
    </dialog>
  );
}
