import { setQuery } from "../../store/location.ts";

/** Which span is shown; it is kept in the address. */
export function SpanChooser({
  names,
  now,
}: {
  readonly names: readonly string[];
  readonly now: string | null;
}) {
  return (
    <fieldset class="span-chooser">
      <legend class="visually-hidden">Span</legend>
      {names.map((name) => (
        <button
          type="button"
          key={name}
          class="button small"
          aria-pressed={name === now}
          onClick={() => setQuery({ span: name })}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
