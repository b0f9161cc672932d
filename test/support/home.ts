import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeTree } from "../../src/system/remove-tree.ts";

const made: string[] = [];

/** A fresh, empty directory that is removed after the test. */
export function makeTestHome(): string {
  const home = mkdtempSync(join(tmpdir(), "kanbun-test-"));
  made.push(home);
  return home;
}

export function removeTestHomes(): void {
  for (const home of made.splice(0)) remove(home);
}

/** On Windows nothing goes that is open, such as the database of a store that ends with the test process. */
function remove(home: string): void {
  const left = removeTree(home);
  if (left !== null && process.platform !== "win32") throw new Error(`${left.path} is left: ${left.reason}`);
}
