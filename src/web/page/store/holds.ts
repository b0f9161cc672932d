import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { boardPath, call } from "./api.ts";
import type { Card, Hold } from "./wire.ts";

const holds = new Map<string, Signal<Hold | null>>();
const wanted = new Map<string, { readonly board: string; readonly task: string; count: number }>();
const due = new Set<string>();
const gatherMs = 40;
const everyMs = 8_000;
const atOnceMax = 200;
let timer = 0;

/** Why a task is or is not running; null: not known yet. One request asks for all tasks on the screen, again from time to time. */
export function useHold(board: string, card: Pick<Card, "id" | "revision">): Hold | null {
  const key = `${board} ${card.id}`;
  useEffect(() => {
    const known = wanted.get(key) ?? { board, task: card.id, count: 0 };
    known.count += 1;
    wanted.set(key, known);
    due.add(key);
    askSoon(gatherMs);
    return () => {
      known.count -= 1;
      if (known.count === 0) wanted.delete(key);
    };
  }, [key, card.revision]);
  return of(key).value;
}

function of(key: string): Signal<Hold | null> {
  const known = holds.get(key) ?? signal<Hold | null>(null);
  holds.set(key, known);
  return known;
}

function askSoon(ms: number): void {
  if (timer !== 0) return;
  timer = setTimeout(() => {
    timer = 0;
    void ask();
  }, ms) as unknown as number;
}

async function ask(): Promise<void> {
  const keys = [...due].slice(0, atOnceMax);
  for (const key of keys) due.delete(key);
  const asked = keys.flatMap((key) => wanted.get(key) ?? []);
  const boards = Map.groupBy(asked, ({ board }) => board);
  for (const [board, tasks] of boards) {
    try {
      const query = tasks.map(({ task }) => encodeURIComponent(task)).join();
      const found = await call<{ holds: Record<string, Hold> }>(
        "GET",
        `${boardPath(board, "holds")}?task_id=${query}`,
      );
      for (const [task, hold] of Object.entries(found.holds)) {
        const known = of(`${board} ${task}`);
        if (JSON.stringify(known.value) !== JSON.stringify(hold)) known.value = hold;
      }
    } catch {
      // It is asked again below; a connection that is lost is said elsewhere.
    }
  }
  if (due.size > 0) askSoon(gatherMs);
}

/** Changes of other tasks, of the board or with time are seen by the next request. */
setInterval(() => {
  if (document.visibilityState !== "visible" || wanted.size === 0) return;
  for (const key of wanted.keys()) due.add(key);
  askSoon(gatherMs);
}, everyMs);
