import { shownColumns } from "../store/columns.ts";
import { cards } from "../store/current.ts";
import { ColumnView } from "./column-view.tsx";

/** One row of columns. */
export default function BoardView({ board }: { readonly board: string }) {
  const of = cards.value;
  if (of === null || of.board !== board) return null;
  const { isReady, problem } = of.state.value;
  if (problem !== null)
    return (
      <p class="plain-note" role="alert">
        {problem}
      </p>
    );
  if (!isReady) return <p class="plain-note">loading…</p>;
  return (
    <>
      <h1 class="visually-hidden">Board {board}</h1>
      <div class="columns">
        {shownColumns.value.map((column) => (
          <ColumnView key={column.id} column={column} cards={of} />
        ))}
      </div>
    </>
  );
}
