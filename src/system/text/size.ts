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

const sizeText = /^(\d{1,9}(?:\.\d{1,3})?) *(k|m|g|t)?(?:i?b)?$/i;

/** The bytes of a text such as `500`, `64k`, `100 MiB` or `2GB`, in steps of 1,024; null for any other. */
export function parseSizeBytes(text: string): number | null {
  const [, number, unit = ""] = sizeText.exec(text.trim()) ?? [];
  if (number === undefined) return null;
  const power = unit === "" ? 0 : "kmgt".indexOf(unit.toLowerCase()) + 1;
  const bytes = Math.round(Number(number) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
