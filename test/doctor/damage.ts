import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const pageBytes = 4_096;
/** The first byte of a page says what it is. */
const kinds = { index: 0x0a, table: 0x0d } as const;

/** How pages are damaged: one word of the content, the number of cells, or all of it. */
export type Damage = "content" | "count" | "garbage";

/** Damages the first page of a kind, in a database that no one has open, on which `word` stands. */
export function damagePage(path: string, kind: keyof typeof kinds, word: string, damage: Damage): void {
  const bytes = readFileSync(path);
  for (let at = pageBytes; at < bytes.length; at += pageBytes) {
    const page = bytes.subarray(at, at + pageBytes);
    const found = page.lastIndexOf(word);
    if (page[0] !== kinds[kind] || found === -1) continue;
    if (damage === "content") writeAt(path, at + found, Buffer.from("y"));
    if (damage === "count") writeAt(path, at + 3, Buffer.from([0, (page[4] ?? 0) - 1]));
    if (damage === "garbage") writeAt(path, at, Buffer.alloc(pageBytes, 0xff));
    return;
  }
  throw new Error(`no page of an ${kind} has ${word}`);
}

/** Adds a page that belongs to nothing: no index has it, and building indexes anew does not take it away. */
export function leakPage(path: string): void {
  const bytes = readFileSync(path);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(bytes.readUInt32BE(28) + 1);
  writeAt(path, bytes.length, Buffer.alloc(pageBytes));
  writeAt(path, 28, count);
}

function writeAt(path: string, position: number, bytes: Buffer): void {
  const fd = openSync(path, "r+");
  writeSync(fd, bytes, 0, bytes.length, position);
  closeSync(fd);
}
