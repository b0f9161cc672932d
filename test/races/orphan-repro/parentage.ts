import { readFileSync } from "node:fs";

export interface Parentage {
  readonly parent: number;
  readonly session: number;
}

/** Who a process belongs to; null where there is no /proc that says it. @see proc_pid_stat(5) */
export function readParentage(pid: number): Parentage | null {
  if (process.platform !== "linux") return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(parent), session: Number(session) };
  } catch {
    return null;
  }
}
