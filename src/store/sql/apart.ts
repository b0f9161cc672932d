import type { Refusal } from "../tick.ts";
import type { Attempted } from "./connection.ts";
import type { Scope } from "./scope.ts";
import { each, type Steps } from "./steps.ts";

interface Apart<Item, Result> {
  readonly steps: (items: readonly Item[]) => Steps<readonly Result[]>;
  /** What a person is told by of an item that is refused. */
  readonly of: (item: Item) => Omit<Refusal, "problem">;
}

/**
 * Takes `steps` for all of these at once. Where the tables refuse something of that, each goes alone: what is refused of one is
 * noted, and keeps no other from its own (I13).
 */
export function* apart<Item, Result>(
  scope: Scope,
  items: readonly Item[],
  { steps, of }: Apart<Item, Result>,
): Steps<Result[]> {
  if (items.length === 0) return [];
  const all = yield* attempt(scope, () => steps(items));
  if ("result" in all) return [...all.result];
  const found = yield* each(items, function* (item): Steps<readonly Result[]> {
    const one = yield* attempt(scope, () => steps([item]));
    if ("result" in one) return one.result;
    scope.refusals.push({ ...of(item), problem: one.refusal.message });
    return [];
  });
  return found.flat();
}

/** As `Connection.attempt`; what was noted within steps that are refused themselves is forgotten with them. */
export function* attempt<Result>(scope: Scope, steps: () => Steps<Result>): Steps<Attempted<Result>> {
  const before = scope.refusals.length;
  const attempted = yield* scope.db.attempt(steps);
  if ("refusal" in attempted) scope.refusals.length = before;
  return attempted;
}

/** A run as `apart` names it. @param run.taskId null: it is not known here */
export function ofRun({
  runId,
  taskId,
}: {
  readonly runId: number;
  readonly taskId: string | null;
}): Omit<Refusal, "problem"> {
  return { what: taskId === null ? `run ${runId}` : `run ${runId} of ${taskId}`, taskId, runId };
}

/** A task as `apart` names it. */
export function ofTask(taskId: string): Omit<Refusal, "problem"> {
  return { what: taskId, taskId, runId: null };
}
