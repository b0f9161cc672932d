import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { boardPath, call, describe } from "./api.ts";
import { cards } from "./current.ts";
import { connection } from "./live.ts";
import type { WholeTask } from "./wire.ts";

export interface Shown {
  /** null: not there yet. */
  readonly whole: WholeTask | null;
  readonly problem: string | null;
}

/** A task with all that belongs to it, as it is now: read anew when something happens to it. */
export function useWholeTask(board: string, task: string): Signal<Shown> & { readonly again: () => void } {
  const shown = useSignal<Shown>({ whole: null, problem: null });
  const read = async () => {
    try {
      shown.value = { whole: await call<WholeTask>("GET", boardPath(board, "tasks", task)), problem: null };
    } catch (error) {
      shown.value = { whole: shown.peek().whole, problem: describe(error) };
    }
  };
  const of = cards.value;
  useEffect(() => {
    void read();
    if (of === null) return;
    const concerned = () => {
      const { whole } = shown.peek();
      return new Set([
        task,
        ...(whole?.parents ?? []).map(({ id }) => id),
        ...(whole?.children ?? []).map(({ id }) => id),
      ]);
    };
    return of.listen(({ board: where, events }) => {
      const ids = concerned();
      if (where === board && events.some(({ task_id }) => ids.has(task_id))) void read();
    });
  }, [board, task, of]);
  useSignalEffect(() => {
    if (connection.value === "live" && shown.peek().problem !== null) void read();
  });
  return Object.assign(shown, { again: () => void read() });
}
