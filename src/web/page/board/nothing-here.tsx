import { filter } from "../store/current.ts";

/** An empty board says how to begin. */
export function NothingHere() {
  const { q, assignee, tenant } = filter.value;
  return (
    <p class="plain-note nothing-here">
      {q !== "" || assignee !== null || tenant !== null ? (
        "No task fits."
      ) : (
        <>
          No tasks yet. Make one with <kbd>c</kbd>, or with <code>kanbun create "What to do"</code>.
        </>
      )}
    </p>
  );
}
