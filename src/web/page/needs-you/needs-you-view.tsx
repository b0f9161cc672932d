import { useEffect } from "preact/hooks";
import { Loading } from "../parts/loading.tsx";
import { boards } from "../store/boards.ts";
import { addKeys } from "../store/keys.ts";
import { canNotify, isNotifying, setNotifying } from "../store/notify.ts";
import { NeedsItem } from "./needs-item.tsx";
import { needsKeys } from "./needs-keys.ts";
import { useNeeds } from "./use-needs.ts";

/** The tasks that need a person, of all boards of the home: each can be settled in one step. */
export default function NeedsYouView() {
  const { items, isReady } = useNeeds();
  const isOneBoard = boards.value.length < 2;
  useEffect(() => addKeys("Needs you", needsKeys), []);
  return (
    <div class="needs">
      <header class="needs-head">
        <h1>Needs you</h1>
        {items.length === 0 ? null : (
          <p class="dim">
            {items.length} {items.length === 1 ? "task waits" : "tasks wait"} for a person
          </p>
        )}
        {canNotify() ? (
          <label class="notify">
            <input
              type="checkbox"
              checked={isNotifying.value}
              onChange={({ currentTarget }) => {
                void setNotifying(currentTarget.checked).then(() => {
                  currentTarget.checked = isNotifying.value;
                });
              }}
            />
            Tell me in the browser
          </label>
        ) : null}
      </header>
      {isReady || items.length > 0 ? null : <Loading />}
      {isReady && items.length === 0 ? (
        <p class="all-clear">
          Nothing waits for you. Questions, reviews and what gave up come here by themselves.
        </p>
      ) : null}
      <ol class="needs-list">
        {items.map(({ board, card }) => (
          <NeedsItem key={`${board} ${card.id}`} board={board} card={card} isOneBoard={isOneBoard} />
        ))}
      </ol>
    </div>
  );
}
