/**
 * The candidate that a mistyped name most likely means, or null when none is close: at most two letters inserted, left
 * out or replaced, and fewer than half of them. Case, `_` and `-` do not count: "maxRetries" means "max_retries".
 */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = 3;
  for (const candidate of candidates) {
    const [typed, meant] = [plain(name), plain(candidate)];
    if (Math.abs(typed.length - meant.length) >= least) continue;
    const distance = editDistance(typed, meant);
    if (distance < least && distance * 2 < meant.length) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
