import { Sign } from "../parts/sign.tsx";
import { formatAgo, formatInstant } from "../parts/time.ts";
import type { Card } from "../store/wire.ts";

/** The small print of a card: id, assignee, and counts of what belongs to it. */
export function CardFacts({ card, isOnBoard }: { readonly card: Card; readonly isOnBoard: boolean }) {
  return (
    <p class="facts-line">
      {isOnBoard ? null : <span class="board-name">{card.board}</span>}
      <code class="id">{card.id}</code>
      {card.assignee === null ? null : <span class="profile">{card.assignee}</span>}
      {card.host === null ? null : `@${card.host} `}
      {card.labels.join(" ")}
      {card.priority === 0 ? null : (
        <span class="fact" title="priority">
          {card.priority > 0 ? "↑" : "↓"}
          {Math.abs(card.priority)}
          <span class="visually-hidden"> priority</span>
        </span>
      )}
      <Fact sign="tries" count={card.tries > 1 ? card.tries : 0} word="tries" />
      <Fact sign="comments" count={card.comments} word="comments" />
      <Fact sign="attachments" count={card.attachments} word="attachments" />
      <Fact sign="children" count={card.children} word="waiting for it" />
      {card.cost_usd === null ? null : (
        <span class="fact" title="cost of its runs">
          {formatCost(card.cost_usd)}
        </span>
      )}
      {card.status === "done" && card.completed_at_ms !== null ? (
        <time class="fact when" title={formatInstant(card.completed_at_ms)}>
          {formatAgo(card.completed_at_ms)}
        </time>
      ) : null}
    </p>
  );
}

function Fact({
  sign,
  count,
  word,
}: {
  readonly sign: string;
  readonly count: number;
  readonly word: string;
}) {
  if (count === 0) return null;
  return (
    <span class="fact" title={`${count} ${word}`}>
      <Sign of={sign} />
      {count}
      <span class="visually-hidden"> {word}</span>
    </span>
  );
}

/** Never 0 where something was spent. */
export function formatCost(usd: number): string {
  return usd > 0 && usd < 0.01 ? "<$0.01" : `$${usd.toFixed(2)}`;
}
