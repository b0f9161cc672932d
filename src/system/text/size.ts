const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** A number of bytes for people: `17 bytes`, `1.4 MiB`. */
export function formatSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const text = unit === 0 || size >= 100 ? size.toFixed(0) : size.toFixed(1);
  return bytes === 1 ? "1 byte" : `${text} ${units[unit]}`;
}
