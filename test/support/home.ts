import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** A fresh, empty directory that is removed after the test. */
export function makeTestHome(): string {
  const home = mkdtempSync(join(tmpdir(), "kanbun-test-"));
  made.push(home);
  return home;
}

export function removeTestHomes(): void {
  for (const home of made.splice(0)) rmSync(home, { recursive: true, force: true });
}
