import { Sign } from "../parts/sign.tsx";
import { formatSpan, second } from "../parts/time.ts";
import { useHold } from "../store/holds.ts";
import { useLastLine } from "../store/last-lines.ts";
import { addressOf } from "../store/location.ts";
import { isFailed } from "../store/trouble.ts";
import type { Card } from "../store/wire.ts";

/** Why a card is where it is: what it waits for, what its worker writes, what went wrong, or what it asks. */
export function CardState({ card, board }: { readonly card: Card; readonly board: string }) {
  return (
    <>
      <WaitsFor card={card} board={board} />
      {card.status === "running" ? <Running card={card} board={board} /> : null}
      {["ready", "scheduled", "review"].includes(card.status) ? <Held card={card} board={board} /> : null}
      {card.status === "blocked" ? <Blocked card={card} board={board} /> : null}
      {isFailed(card) && card.status !== "blocked" ? <Failure text={card.last_failure_error} /> : null}
      {card.oddity === null ? null : <Failure text={card.oddity} />}
    </>
  );
}

function WaitsFor({ card, board }: { readonly card: Card; readonly board: string }) {
  const { open_parents: count, first_open_parents: first } = card;
  if (count === 0) return null;
  return (
    <ul class="waits" aria-label="waits for">
      {first.map(({ id, title, status }) => (
        <li key={id}>
          <a
            class="chip"
            href={addressOf(board, `/t/${id}`)}
            tabIndex={-1}
            title={`waits for ${id}: ${title}`}
          >
            <Sign of={status} />
            <span class="by-itself">{title}</span>
          </a>
        </li>
      ))}
      {count > first.length ? <li class="more">and {count - first.length} more</li> : null}
    </ul>
  );
}

function Running({ card, board }: { readonly card: Card; readonly board: string }) {
  const line = useLastLine(board, card);
  const hold = useHold(board, card);
  const since = card.last_run?.started_at_ms ?? card.started_at_ms;
  // A worker that is gone is not said to be at work.
  if (hold !== null && hold.reason !== "running") return <p class="now held">{hold.detail}</p>;
  return (
    <p class="now running">
      <Sign of="running" title="running for" />
      {since === null ? null : <span class="elapsed">{formatSpan(second.value * 1_000 - since)}</span>}
      <code class="last-line">{line ?? ""}</code>
    </p>
  );
}

function Held({ card, board }: { readonly card: Card; readonly board: string }) {
  const hold = useHold(board, card);
  if (hold === null || hold.reason === "waiting_for_parents") return null;
  const until = hold.until_at_ms === null ? null : formatSpan(hold.until_at_ms - second.value * 1_000);
  if (hold.reason === "scheduled" && until !== null) return <p class="now held">due in {until}</p>;
  return (
    <p class="now held">
      {hold.detail}
      {until === null ? null : `, for ${until}`}
    </p>
  );
}

function Blocked({ card, board }: { readonly card: Card; readonly board: string }) {
  const hold = useHold(board, card);
  if (card.question !== null)
    return (
      <p class="now asks">
        <Sign of="blocked" title="asks" />
        <span class="clamped">{card.question}</span>
      </p>
    );
  if (hold?.reason === "gave_up") return <Failure text={hold.detail} />;
  return (
    <p class="now asks">
      <Sign of="blocked" title="blocked" />
      <span class="clamped">{hold?.detail ?? ""}</span>
    </p>
  );
}

function Failure({ text }: { readonly text: string | null }) {
  const lines = (text ?? "failed").split("\n").filter((line) => line.trim() !== "");
  return (
    <p class="now failure">
      <Sign of="failed" title="failed" />
      <span class="clamped">{lines.length > 1 ? `${lines[0]} … ${lines.at(-1)}` : lines[0]}</span>
    </p>
  );
}
