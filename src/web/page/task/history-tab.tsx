import { useEffect, useState } from "preact/hooks";
import { formatInstant } from "../parts/time.ts";
import { boardPath, call } from "../store/api.ts";
import { cards } from "../store/current.ts";
import type { BoardEvent } from "../store/wire.ts";

const shownMax = 500;

/** What has happened to a task, the newest first, live. */
export function HistoryTab({ board, task }: { readonly board: string; readonly task: string }) {
  const [events, setEvents] = useState<readonly BoardEvent[]>([]);
  useEffect(() => {
    const query = `?task_id=${encodeURIComponent(task)}&limit=${shownMax}`;
    const read = () =>
      void call<{ events: readonly BoardEvent[] }>("GET", boardPath(board, "events") + query).then(
        (found) => setEvents(found.events.toReversed()),
        () => {}, // it is read again with the next event; a connection that is lost is said elsewhere
      );
    read();
    return cards.peek()?.listen((batch) => batch.events.some(({ task_id }) => task_id === task) && read());
  }, [board, task]);
  return (
    <ol class="history">
      {events.map(({ id, kind, run_id, payload, created_at_ms }) => (
        <li key={id}>
          <time>{formatInstant(created_at_ms)}</time>
          <p>
            <b>{kind.replaceAll("_", " ")}</b>
            {run_id === null ? null : <span class="dim"> run {run_id}</span>}
            <span class="payload">{describePayload(payload)}</span>
          </p>
        </li>
      ))}
    </ol>
  );
}

function describePayload(payload: BoardEvent["payload"]): string {
  return Object.entries(payload ?? {})
    .filter(([, value]) => value !== null && value !== "")
    .map(
      ([name, value]) =>
        `${name.replaceAll("_", " ")}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    )
    .join(" · ");
}
