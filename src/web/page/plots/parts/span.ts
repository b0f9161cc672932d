import { serverNowMs } from "../../store/session.ts";

const hourMs = 3_600_000;

/** Spans that end now, by what the address says. */
const spansMs: Readonly<Record<string, number>> = {
  "1h": hourMs,
  "6h": 6 * hourMs,
  "24h": 24 * hourMs,
  "7d": 7 * 24 * hourMs,
  "30d": 30 * 24 * hourMs,
  "90d": 90 * 24 * hourMs,
};

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The span of this name, up to now; of `otherwise` when the name is unknown. */
export function spanOf(name: string | null, otherwise: string): Span & { readonly name: string } {
  const known = name !== null && Object.hasOwn(spansMs, name) ? name : otherwise;
  const toMs = serverNowMs();
  return { name: known, fromMs: toMs - (spansMs[known] ?? hourMs), toMs };
}

const stepsMs = [1, 5, 15, 30, 60, 180, 360, 720, 1_440, 2_880, 10_080, 43_200].map(
  (minutes) => minutes * 60_000,
);

export interface Tick {
  readonly atMs: number;
  readonly text: string;
}

/** The labelled instants of an axis, at most so many, at round times of the local clock. */
export function ticksOf({ fromMs, toMs }: Span, most: number): readonly Tick[] {
  const stepMs = stepsMs.find((step) => (toMs - fromMs) / step <= most) ?? (stepsMs.at(-1) as number);
  const offsetMs = new Date(fromMs).getTimezoneOffset() * 60_000;
  const ticks: Tick[] = [];
  for (let at = Math.ceil((fromMs - offsetMs) / stepMs) * stepMs + offsetMs; at <= toMs; at += stepMs)
    ticks.push({ atMs: at, text: textOf(new Date(at), stepMs) });
  return ticks;
}

function textOf(date: Date, stepMs: number): string {
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
  if (stepMs >= 24 * hourMs || isMidnight)
    return date.toLocaleDateString([], { day: "numeric", month: "short" });
  return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
