import { LINUX } from "../constants.ts";
import { readChildren } from "./descendants.ts";
import { waitpid } from "./libc.ts";
import { readProcessStat } from "./proc.ts";

const status = Buffer.alloc(4);
let seenBefore = new Set<number>();

/**
 * Takes the exit codes of zombies that this process did not start but was given, as the first of a container is. Only of
 * those that were zombies at the call before as well: the own children of a program are waited for by who started them.
 */
export function reapAdopted(): void {
  const zombies = new Set((readChildren(process.pid) ?? []).filter((pid) => readProcessStat(pid)?.isDead));
  for (const pid of zombies) if (seenBefore.has(pid)) waitpid(pid, status, LINUX.WNOHANG);
  seenBefore = zombies;
}
