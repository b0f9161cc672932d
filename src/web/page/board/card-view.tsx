import { useEffect, useRef } from "preact/hooks";
import { Sign } from "../parts/sign.tsx";
import type { CardSource } from "../store/card-source.ts";
import { focused, selected } from "../store/current.ts";
import { addressOf } from "../store/location.ts";
import { openMenu } from "../store/menu.ts";
import { CardFacts } from "./card-facts.tsx";
import { isWayIn } from "./card-focus.ts";
import { CardState } from "./card-state.tsx";
import { alsoSelected, dragged } from "./drag-state.ts";
import { select } from "./selection.ts";
import { taskMenu } from "./task-menu.ts";
import { withDrags } from "./with-drags.ts";

interface Props {
  /** Of the card. */
  readonly id: string;
  readonly cards: CardSource;
  readonly at: number;
  readonly total: number;
}

/** A task as the board shows it. */
export function CardView({ id, cards, at, total }: Props) {
  const card = cards.card(id)?.value;
  const article = useRef<HTMLElement>(null);
  const isThere = card !== undefined;
  useEffect(() => {
    const element = article.current;
    return element === null ? undefined : withDrags((drag) => drag.makeDraggable(element, id));
  }, [id, isThere]);
  if (card === undefined) return null;
  const isSelected = selected.value.has(id);
  const isDragged = dragged.value.some((one) => cards.keyOf(one) === id);
  const open = (where: Element | MouseEvent) => openMenu(card.title, taskMenu(alsoSelected(id)), where);
  return (
    // biome-ignore lint/a11y/useSemanticElements: between it and its list is what the list needs to scroll.
    <div role="listitem" class="card-place" aria-posinset={at + 1} aria-setsize={total}>
      <article
        ref={article}
        class={`card status-${card.status}${isSelected ? " selected" : ""}${isDragged ? " dragged" : ""}`}
        data-task={card.id}
        data-key={id}
        onContextMenu={(event) => {
          event.preventDefault();
          open(event);
        }}
        onClickCapture={(event) => {
          if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
          event.preventDefault();
          event.stopPropagation();
          select(id, event.shiftKey);
        }}
      >
        <h3>
          <a
            href={addressOf(card.board, `/t/${card.id}`)}
            draggable={false}
            tabIndex={isWayIn(id) ? 0 : -1}
            onFocus={() => {
              focused.value = id;
            }}
          >
            {card.title}
            {isSelected ? <span class="visually-hidden"> (selected)</span> : null}
          </a>
        </h3>
        <button
          type="button"
          class="icon-button card-menu"
          tabIndex={-1}
          aria-label={`What can be done with ${card.title}`}
          onClick={(event) => open(event.currentTarget)}
        >
          <Sign of="menu" />
        </button>
        <CardState card={card} board={card.board} />
        <CardFacts card={card} isOnBoard={cards.board !== null} />
      </article>
    </div>
  );
}
