/** A process, not a number: a pid is given to another process sooner or later, with another start time. */
export interface ProcessRef {
  readonly pid: number;
  /** Opaque; equal only for the same process on one boot. "": it is there, but its start time may not be read. */
  readonly startTime: string;
}

/** "unknown": cannot tell, so neither reclaim nor trust. */
export type Liveness = "alive" | "dead" | "unknown";

/** @param startTime what is at the pid now: null for nothing, "" for something that may not be read */
export function livenessOf(ref: ProcessRef, startTime: string | null): Liveness {
  if (startTime === null) return "dead";
  if (startTime === "" || ref.startTime === "") return "unknown";
  return startTime === ref.startTime ? "alive" : "dead";
}

/** kill(2) reads 0 and negative numbers as "my group" and "everyone": no such number may ever reach it. */
export function isPid(pid: number): boolean {
  return Number.isInteger(pid) && pid > 0 && pid <= 0x7fff_ffff;
}

/** null where there is no process. @param startTime as in `Platform` */
export function toRef(pid: number, startTime: string | null): ProcessRef | null {
  return startTime === null ? null : { pid, startTime };
}
