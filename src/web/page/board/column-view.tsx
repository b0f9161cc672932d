import { useRef } from "preact/hooks";
import { VList, type VListHandle } from "virtua";
import { Sign } from "../parts/sign.tsx";
import type { BoardCards } from "../store/cards.ts";
import type { Column } from "../store/columns.ts";
import { CardView } from "./card-view.tsx";

/** So far before the end the next page is asked for. */
const aheadPx = 1_500;

/** The cards of a column: only those in view are there as elements. */
export function ColumnView({ column, cards }: { readonly column: Column; readonly cards: BoardCards }) {
  const { ids, total } = cards.column(column.id).value;
  const list = useRef<VListHandle>(null);
  const isEmpty = total === 0 && ids.length === 0;
  return (
    <section
      class={`column column-${column.id}${isEmpty ? " empty" : ""}`}
      aria-labelledby={`column-${column.id}`}
      data-column={column.id}
    >
      <h2 id={`column-${column.id}`}>
        <Sign of={column.id} />
        <span class="column-title">{column.title}</span>
        <span class="count">{total}</span>
      </h2>
      {isEmpty ? null : (
        <VList
          ref={list as never}
          class="cards"
          role="list"
          data={ids as string[]}
          itemSize={96}
          bufferSize={400}
          onScroll={(offset) => {
            const { scrollSize = 0, viewportSize = 0 } = list.current ?? {};
            if (offset + viewportSize > scrollSize - aheadPx) void cards.loadMore(column.id);
          }}
        >
          {(id, at) => <CardView key={id} id={id} cards={cards} at={at} total={total} />}
        </VList>
      )}
    </section>
  );
}
