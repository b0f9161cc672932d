import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a test needs of the machine that it runs on, and how that is tried. */
const needs = {
  root: () => process.platform !== "win32" && process.getuid?.() === 0,
  mounts: () => {
    if (process.platform !== "linux") return false;
    const folder = mkdtempSync(join(tmpdir(), "kanbun-mount-"));
    const isMounted = Bun.spawnSync(["mount", "--bind", folder, folder]).exitCode === 0;
    if (isMounted) Bun.spawnSync(["umount", folder]);
    rmdirSync(folder);
    return isMounted;
  },
} as const;

/** For `test.skipIf`: whether this machine lacks what a test needs, which is then said. */
export function leftOutWithout(need: keyof typeof needs): boolean {
  const isHere = needs[need]();
  if (!isHere) console.log(`left out here, without ${need}: ${import.meta.file}`);
  return !isHere;
}
