import { lstatSync, mkdtempSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { removeTree } from "../../src/system/files/remove-tree.ts";
import { endProcessesOf } from "./leftovers.ts";
import { placeOfHomes } from "./place-of-homes.ts";
import { testRunPrefix } from "./test-run.ts";

const made: string[] = [];

/** A fresh, empty directory. After the test it is removed, and what still works in it is ended. */
export function makeTestHome(): string {
  const home = mkdtempSync(join(placeOfHomes(), testRunPrefix));
  made.push(home);
  return home;
}

export async function removeTestHomes(): Promise<void> {
  const homes = made.splice(0);
  await endProcessesOf(homes);
  for (const home of homes) remove(home);
}

/** On Windows nothing goes that is open, such as the database of a store that ends with the test process. */
function remove(home: string): void {
  // Some tests put a link in its place.
  const isLink = lstatSync(home, { throwIfNoEntry: false })?.isSymbolicLink();
  if (isLink) unlinkSync(home);
  const left = removeTree(home);
  if (left !== null && process.platform !== "win32") throw new Error(`${left.path} is left: ${left.reason}`);
}
