import type { Journal } from "../orphan-repro/journal.ts";

/** Workers that began and never said that they end, though no one but the dispatchers can have ended them. */
export function findUnexplained(
  workers: Journal,
  { killed, kinds }: { readonly killed: ReadonlySet<number>; readonly kinds: ReadonlyMap<string, string> },
): string[] {
  const lines = workers.read();
  const ended = new Set(
    lines.filter(([verb]) => verb === "end").map(([, , , pid, start]) => `${pid} ${start}`),
  );
  return lines
    .filter(([verb, task = "", run, pid, start]) => {
      // This kind kills its own shim, and what is left of it is ended rightly.
      const isExplained = killed.has(Number(run)) || kinds.get(task) === "unshimmed";
      return verb === "begin" && !isExplained && !ended.has(`${pid} ${start}`);
    })
    .map(
      ([, task, run, pid]) => `${task}: run ${run} (pid ${pid}) was ended though nothing had happened to it`,
    );
}
