import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Lazy } from "../parts/lazy.tsx";
import { Loading } from "../parts/loading.tsx";
import { Sign } from "../parts/sign.tsx";
import { shownColumns } from "../store/columns.ts";
import { cards, filter, focused, selected } from "../store/current.ts";
import { addKeys } from "../store/keys.ts";
import { setQuery } from "../store/location.ts";
import { boardKeys } from "./board-keys.ts";
import { focusCard, heir } from "./card-focus.ts";
import { ColumnView } from "./column-view.tsx";
import { withDrags } from "./with-drags.ts";

const loadSelectionBar = () => import("./selection-bar.tsx").then((module) => module.SelectionBar);

const loadNothingHere = () => import("./nothing-here.tsx").then((module) => module.NothingHere);

/** One row of columns. @param board null: of all boards */
export default function BoardView({ board }: { readonly board: string | null }) {
  const row = useRef<HTMLDivElement>(null);
  const of = cards.value;
  const isReady = of !== null && of.board === board && of.state.value.isReady;
  useEffect(() => addKeys("Board", boardKeys), []);
  useEffect(() => withDrags((drag) => drag.watchDrags()), []);
  useEffect(() => {
    const element = row.current;
    return element === null ? undefined : withDrags((drag) => drag.makeScrollable(element));
  }, [isReady]);
  useEffect(() => (of === null ? undefined : of.listen(keepFocus)), [of]);
  if (of === null || of.board !== board) return null;
  const { problem } = of.state.value;
  if (problem !== null && !isReady)
    return (
      <p class="plain-note" role="alert">
        {problem}
      </p>
    );
  if (!isReady) return <Loading />;
  const isEmpty = shownColumns.value.every(({ id }) => of.column(id).value.total === 0);
  return (
    <>
      <h1 class="visually-hidden">{board === null ? "All boards" : `Board ${board}`}</h1>
      {problem === null ? null : (
        <p class="problem not-all" role="alert">
          {problem}
        </p>
      )}
      <FilterNote />
      <div class="columns" ref={row}>
        {shownColumns.value.map((column) => (
          <ColumnView key={column.id} column={column} cards={of} />
        ))}
      </div>
      <Beyond row={row} />
      {isEmpty ? <Lazy load={loadNothingHere} props={{}} /> : null}
      {selected.value.size === 0 ? null : <Lazy load={loadSelectionBar} props={{}} />}
    </>
  );
}

/** Names the filters above the board: they may be why a card is missing. */
function FilterNote() {
  const { q, assignee, tenant } = filter.value;
  const parts = [
    ["q", q === "" ? null : `“${q}”`],
    ["assignee", assignee === null ? null : assignee === "" ? "no assignee" : assignee],
    ["tenant", tenant],
  ].filter((part): part is [string, string] => part[1] !== null);
  if (parts.length === 0) return null;
  return (
    <p class="filters">
      Only
      {parts.map(([name, text]) => (
        <button key={name} type="button" class="chip" onClick={() => setQuery({ [name]: null })}>
          {text} <Sign of="close" title="remove this filter" />
        </button>
      ))}
    </p>
  );
}

/** A card that moves to another column keeps the focus: its element is a new one there. */
function keepFocus(): void {
  if (!hadFocus || document.querySelector("dialog[open], .menu, .sheet") !== null) return;
  refocus(framesMax);
}

/** The old element stays until the next drawing, and nothing tells in which frame that is: the focus may have moved on by then. */
function refocus(frames: number): void {
  requestAnimationFrame(() => {
    const next = heir(focused.peek());
    if (document.activeElement !== document.body) return frames > 0 ? refocus(frames - 1) : undefined;
    if (next !== null) focusCard(next, { isScrolling: false });
  });
}

const framesMax = 12;
let hadFocus = false;
document.addEventListener("focusin", ({ target }) => {
  hadFocus = (target as Element).closest(".card") !== null;
});

/** At the right edge: which columns are out of view, as links to them. */
function Beyond({ row }: { readonly row: { readonly current: HTMLElement | null } }) {
  const hidden = useSignal<readonly string[]>([]);
  useEffect(() => {
    const element = row.current;
    if (element === null) return;
    const look = () => {
      const right = element.getBoundingClientRect().right;
      const beyond = [...element.querySelectorAll<HTMLElement>(".column:not(.empty)")].filter(
        (column) => column.getBoundingClientRect().left > right - 60,
      );
      const ids = beyond.map((column) => column.dataset.column ?? "");
      if (ids.join() !== hidden.peek().join()) hidden.value = ids;
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    for (const column of element.children) observer.observe(column);
    element.addEventListener("scroll", look, { passive: true });
    look();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [shownColumns.value]);
  const names = shownColumns.value.filter(({ id }) => hidden.value.includes(id));
  const of = cards.value;
  if (names.length === 0 || of === null) return null;
  return (
    <div class="beyond">
      {names.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          class="beyond-column"
          aria-label={`Scroll to ${title}`}
          onClick={() =>
            row.current
              ?.querySelector(`[data-column="${id}"]`)
              ?.scrollIntoView({ inline: "end", block: "nearest" })
          }
        >
          <Sign of={id} />
          {of.column(id).value.total}
          <Sign of="right" />
        </button>
      ))}
    </div>
  );
}
