import { signal } from "@preact/signals";
import { serverNowMs } from "../store/session.ts";

/** Grows each second while the page is visible, so that its readers are drawn again. */
export const second = signal(Math.floor(serverNowMs() / 1_000));

setInterval(() => {
  if (document.visibilityState === "visible") second.value = Math.floor(serverNowMs() / 1_000);
}, 1_000);

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
] as const;

/** The two largest units: `2h 5m`. */
export function formatSpan(ms: number): string {
  let left = Math.max(0, Math.round(ms / 1_000));
  const first = units.findIndex(([, size]) => left >= size);
  if (first === -1) return "0s";
  const parts: string[] = [];
  for (const [unit, size] of units.slice(first, first + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(" ");
}

/** How long ago, in the largest unit: `5m ago`. */
export function formatAgo(ms: number): string {
  const [span = ""] = formatSpan(second.value * 1_000 - ms).split(" ");
  return span === "0s" ? "now" : `${span} ago`;
}

/** In the format of this machine. */
export function formatInstant(ms: number): string {
  return new Date(ms).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });
}
