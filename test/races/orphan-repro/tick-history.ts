import type { Journal } from "./journal.ts";

export interface TickHistory {
  readonly ticks: number;
  readonly skips: number;
  /** Ticks that began while another one had begun and not ended. */
  readonly overlaps: number;
  readonly errors: readonly string[];
  readonly findings: readonly string[];
}

/** What the dispatchers wrote down of their ticks. */
export function readTickHistory(journal: Journal): TickHistory {
  const inside = new Set<string>();
  const doomed = new Set<string>();
  const errors: string[] = [];
  const findings: string[] = [];
  let [ticks, skips, overlaps] = [0, 0, 0];
  for (const [verb = "", name = "", ...rest] of journal.read()) {
    switch (verb) {
      case "begin":
        ticks++;
        skips += Number(rest[0]);
        if (inside.size > 0) {
          overlaps++;
          findings.push(`tick ${ticks}, of ${name}, began within a tick of ${[...inside].join(", ")}`);
        }
        if (!doomed.has(name)) inside.add(name);
        break;
      case "killing": // when exactly its ticks ended can't be told: not counted
        doomed.add(name);
        inside.delete(name);
        break;
      case "end":
        inside.delete(name);
        break;
      case "bye":
        skips += Number(rest[0]);
        break;
      case "error":
        errors.push(`${name}: ${rest.join(" ")}`);
        break;
    }
  }
  return { ticks, skips, overlaps, errors, findings };
}

/** How many ticks one dispatcher has begun so far. */
export function countTicks(journal: Journal, name: string): number {
  return journal.read().filter(([verb, who]) => verb === "begin" && who === name).length;
}
