import type { BoardCards } from "../store/cards.ts";
import { addressOf } from "../store/location.ts";
import { CardFacts } from "./card-facts.tsx";
import { CardState } from "./card-state.tsx";

interface Props {
  readonly id: string;
  readonly cards: BoardCards;
  readonly at: number;
  readonly total: number;
}

/** A task as the board shows it. */
export function CardView({ id, cards, at, total }: Props) {
  const card = cards.card(id)?.value;
  if (card === undefined) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: between it and its list is what the list needs to scroll.
    <div role="listitem" class="card-place" aria-posinset={at + 1} aria-setsize={total}>
      <article class={`card status-${card.status}`} data-task={id}>
        <h3>
          <a href={addressOf(cards.board, `/t/${id}`)}>{card.title}</a>
        </h3>
        <CardState card={card} board={cards.board} />
        <CardFacts card={card} />
      </article>
    </div>
  );
}
