import { useEffect, useRef, useState } from "preact/hooks";
import { Markdown } from "../parts/markdown.tsx";
import { Sign } from "../parts/sign.tsx";
import { formatAgo } from "../parts/time.ts";
import { boardPath, call } from "../store/api.ts";
import { addressOf } from "../store/location.ts";
import type { CardData, WholeTask } from "../store/wire.ts";
import { OneStep } from "./one-step.tsx";

interface Props {
  readonly board: string;
  readonly card: CardData;
  readonly isOneBoard: boolean;
}

/** One task that waits for a person: why, what came before, and what can be done. */
export function NeedsItem({ board, card, isOneBoard }: Props) {
  const [whole, setWhole] = useState<WholeTask | null>(null);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    let isOver = false;
    const read = () =>
      void call<WholeTask>("GET", boardPath(board, "tasks", card.id)).then(
        (found) => !isOver && setWhole(found),
        () => {}, // it is gone: the list is read anew then
      );
    // Read when it comes into view: there may be hundreds.
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting !== true) return;
      observer.disconnect();
      read();
    });
    if (item.current !== null) observer.observe(item.current);
    return () => {
      isOver = true;
      observer.disconnect();
    };
  }, [board, card.id, card.revision]);
  const since = whole?.questions.findLast(({ closed_at_ms }) => closed_at_ms === null)?.asked_at_ms;
  const at = since ?? card.last_run?.ended_at_ms ?? card.created_at_ms;
  return (
    <li ref={item} class="needs-item" data-need={card.id}>
      <p class="needs-line">
        <Sign of={card.status} />
        <b class={`kind kind-${card.status}`}>{kindOf(card, whole)}</b>
        <span>{formatAgo(at)}</span>
        {isOneBoard ? null : <span>{board}</span>}
        <code class="id">{card.id}</code>
        {card.last_run?.profile ? <span>{card.last_run.profile}</span> : null}
      </p>
      <h2>
        <a href={addressOf(board, `/t/${card.id}`)}>{card.title}</a>
      </h2>
      <Why card={card} whole={whole} />
      {whole === null ? <div class="one-step" /> : <OneStep board={board} whole={whole} onDone={() => {}} />}
    </li>
  );
}

function kindOf(card: CardData, whole: WholeTask | null): string {
  if (card.question !== null) return "asks";
  if (card.status === "review") return "to review";
  if (card.status === "triage") return "to accept";
  return whole?.hold.reason === "gave_up" ? "gave up" : "blocked";
}

function Why({ card, whole }: { readonly card: CardData; readonly whole: WholeTask | null }) {
  const question =
    whole?.questions.findLast(({ closed_at_ms }) => closed_at_ms === null)?.question ?? card.question;
  if (question !== null) return <Markdown text={question} />;
  if (whole === null) return <p class="why">…</p>;
  const last = whole.runs.at(-1);
  if (card.status === "review" && last?.summary != null) return <Markdown text={last.summary} />;
  if (card.status === "triage" && whole.task.body !== null)
    return <Markdown text={whole.task.body.slice(0, 2_000)} />;
  if (whole.hold.reason === "gave_up")
    return (
      <>
        <p class="why failure">{whole.hold.detail}</p>
        {last?.error == null ? null : <pre class="why-error">{last.error}</pre>}
      </>
    );
  return <p class="why">{whole.hold.detail}</p>;
}
