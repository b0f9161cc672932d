import { walkPids } from "./pid-walk.ts";
import type { ProcessRef } from "./process-ref.ts";

/** What a platform knows of its processes. */
export interface EnvironSource {
  listPids(): readonly number[];
  /** NUL-separated entries, with one NUL more before the first and after the last; empty when there is nothing to read */
  readEnviron(pid: number): Buffer;
  /** as in `Platform` */
  readStartTime(pid: number): string | null;
}

/** As `findProcessesByEnv`. */
export function searchEnvirons(
  source: EnvironSource,
  name: string,
  values: ReadonlySet<string>,
): Map<string, ProcessRef[]> | null {
  const found = new Map<string, ProcessRef[]>();
  const head = Buffer.from(`\0${name}=`);
  const isComplete = walkPids(source.listPids, (pid) => {
    if (findValues(source.readEnviron(pid), head, values).length === 0) return;
    const startTime = source.readStartTime(pid);
    if (startTime === null) return;
    // Read once more now that the start time is known: the pid may have gone to a stranger between the two.
    for (const value of findValues(source.readEnviron(pid), head, values))
      found.set(value, [...(found.get(value) ?? []), { pid, startTime }]);
  });
  return isComplete || found.size > 0 ? found : null;
}

/** Whole entries only: one that ends in our name, or begins with our value, is another. */
function findValues(environ: Buffer, head: Buffer, values: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (let at = environ.indexOf(head); at !== -1; at = environ.indexOf(head, at + 1)) {
    const start = at + head.length;
    const value = environ.toString("utf8", start, environ.indexOf(0, start));
    if (values.has(value) && !found.includes(value)) found.push(value);
  }
  return found;
}
