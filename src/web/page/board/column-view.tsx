import { useEffect, useRef } from "preact/hooks";
import { VList, type VListHandle } from "virtua";
import { Sign } from "../parts/sign.tsx";
import type { CardSource } from "../store/card-source.ts";
import type { Column } from "../store/columns.ts";
import { focused } from "../store/current.ts";
import { lists } from "./card-focus.ts";
import { CardView } from "./card-view.tsx";
import { dragged, over, refusal } from "./drag-state.ts";
import { withDrags } from "./with-drags.ts";

/** The next page is asked for when so few cards are left below. */
const aheadPx = 1_500;

/** The cards of a column: only those in view are there as elements. */
export function ColumnView({ column, cards }: { readonly column: Column; readonly cards: CardSource }) {
  const { id, title } = column;
  const { ids, total } = cards.column(id).value;
  const section = useRef<HTMLElement>(null);
  const list = useRef<VListHandle>(null);
  const isEmpty = total === 0 && ids.length === 0;
  useEffect(() => {
    const element = section.current;
    return element === null ? undefined : withDrags((drag) => drag.makeDropTarget(element, id));
  }, [id]);
  useEffect(() => {
    const scroller = section.current?.querySelector<HTMLElement>(".cards");
    if (list.current === null || scroller == null) return;
    lists.set(id, list.current);
    const stop = withDrags((drag) => drag.makeScrollable(scroller));
    return () => {
      stop();
      lists.delete(id);
    };
  }, [id, isEmpty]);
  const reason = dragged.value.length === 0 ? null : refusal(id);
  const isOver = over.value === id;
  const kept = focused.value === null ? -1 : ids.indexOf(focused.value);
  const state =
    reason !== null ? " refuses" : dragged.value.length === 0 ? "" : isOver ? " takes over" : " takes";
  return (
    <section
      ref={section}
      class={`column${isEmpty ? " empty" : ""}${state}`}
      aria-labelledby={`column-${id}`}
      data-column={id}
    >
      <header class="column-head">
        <h2 id={`column-${id}`}>
          <Sign of={id} />
          <span>{title}</span>
          <span class="count">{total}</span>
        </h2>
        <button
          type="button"
          class="icon-button"
          aria-label={`Column ${title}`}
          onClick={({ currentTarget: button }) =>
            void import("./column-menu.ts").then((module) => module.openColumnMenu(column, button))
          }
        >
          <Sign of="menu" />
        </button>
      </header>
      {reason !== null && reason !== "It is here." ? <p class="refusal">{reason}</p> : null}
      {isEmpty ? null : (
        <VList
          ref={list as never}
          class="cards"
          role="list"
          aria-label={title}
          data={ids as string[]}
          itemSize={96}
          bufferSize={400}
          keepMounted={kept === -1 ? [] : [kept]}
          onScroll={(offset) => {
            const { scrollSize = 0, viewportSize = 0 } = list.current ?? {};
            if (offset + viewportSize > scrollSize - aheadPx) void cards.loadMore(id);
          }}
        >
          {(card, at) => <CardView key={card} id={card} cards={cards} at={at} total={total} />}
        </VList>
      )}
    </section>
  );
}
