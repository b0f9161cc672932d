import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The bytes of all files below a folder, links not followed; what can't be read counts as nothing. */
export function sizeOfTree(path: string): number {
  let sizeBytes = 0;
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of listEntries(folder)) {
      const inside = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(inside);
      else sizeBytes += lstatSync(inside, { throwIfNoEntry: false })?.size ?? 0;
    }
  return sizeBytes;
}

function listEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // as is said above
  }
}
