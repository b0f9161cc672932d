import { useEffect, useRef, useState } from "preact/hooks";
import { Sign } from "../parts/sign.tsx";
import { filter } from "../store/current.ts";
import { setQuery } from "../store/location.ts";

const restMs = 150;

/** Searches titles, ids, bodies and comments; what it finds is all that the board shows. */
export function SearchField() {
  const { q } = filter.value;
  const [text, setText] = useState(q);
  const timer = useRef(0);
  useEffect(() => setText(q), [q]);
  const search = (given: string) => {
    setText(given);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery({ q: given.trim() || null }), restMs) as unknown as number;
  };
  return (
    <search class="search">
      <Sign of="search" />
      <input
        id="search"
        type="search"
        aria-label="Search tasks"
        placeholder="Search"
        value={text}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          if (text === "") event.currentTarget.blur();
          else search("");
        }}
      />
      <kbd>/</kbd>
    </search>
  );
}
