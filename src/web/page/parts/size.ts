const units = ["B", "kB", "MB", "GB", "TB"];

/** In the largest unit: `1.5 MB`. */
export function formatSize(bytes: number): string {
  const at = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1_000 ** at;
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
}
