import type { Placement } from "../../../board/placement.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";
import { toText } from "./odd-values.ts";
import { RowInserts } from "./row-inserts.ts";

/** SQL: what a task `t` asks of its host, a line each; NULL for nothing. @see toPlacement */
export const placement =
  "(SELECT group_concat(w.kind || ' ' || w.value, char(10)) FROM kanbun_placements w WHERE w.task_id = t.id)";

export function toPlacement(lines: unknown): Placement {
  if (lines == null) return { host: null, labels: [] };
  // What another program wrote may have line ends of its own.
  const all = toText(lines)
    .split(/\n(?=(?:host|label) )/)
    .sort();
  const of = (kind: string) =>
    all.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
  return { host: of("host")[0] ?? null, labels: of("label") };
}

const rows = new RowInserts("kanbun_placements", ["task_id", "kind", "value"]);

/** Writes what tasks that have none yet ask for. */
export function* insertPlacements(
  db: Connection,
  tasks: readonly ({ readonly id: string } & Partial<Placement>)[],
): Steps<void> {
  const asked = tasks.flatMap(({ id, host, labels = [] }) => [
    ...(host == null ? [] : [[id, "host", host]]),
    ...[...new Set(labels)].map((label) => [id, "label", label]),
  ]);
  if (asked.length > 0) yield* rows.insert(db, asked);
}
