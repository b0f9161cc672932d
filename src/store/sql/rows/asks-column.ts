import type { Placement } from "../../../board/placement.ts";
import { toText } from "./odd-values.ts";

/**
 * What a task asks of its host, as `tasks.kanbun_asks` has it: a line each, in order, so that tasks which ask for the same are
 * found, and counted, by one value; empty for nothing.
 */
export function formatAsks({ host = null, labels = [] }: Partial<Placement>): string {
  const lines = [...new Set(labels)].map((label) => `label ${label}`);
  return [...(host === null ? [] : [`host ${host}`]), ...lines].sort().join("\n");
}

export function toPlacement(asks: unknown): Placement {
  if (asks === null || asks === undefined || asks === "") return { host: null, labels: [] };
  // No text, which another program may have written: no host has that.
  if (typeof asks !== "string") return { host: toText(asks), labels: [] };
  const lines = asks.split("\n");
  const of = (kind: string) =>
    lines.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
  return { host: of("host")[0] ?? null, labels: of("label") };
}

/** SQL: true for a task `t` that asks for this among others. @see askedLine */
export const asksFor = (parameter: string) =>
  `(t.kanbun_asks <> '' AND instr(char(10) || t.kanbun_asks || char(10), :${parameter}) > 0)`;

export function askedLine(kind: "host" | "label", value: string): string {
  return `\n${kind} ${value}\n`;
}

/** SQL: true for a task that is not over and asks for something. Said so by an index, `kanbun_tasks_asks`. */
export const isAsked = (table: string) =>
  `${table}kanbun_asks <> '' AND ${table}status NOT IN ('done', 'archived')`;
