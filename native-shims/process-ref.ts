/** A process, not a number: a pid is given to somebody else sooner or later, with another start time. */
export interface ProcessRef {
  readonly pid: number;
  /** Opaque; equal only for the same process on one boot. "": it is there, but its start time may not be read. */
  readonly startTime: string;
}

/** "unknown": cannot tell, so neither reclaim nor trust. */
export type Liveness = "alive" | "dead" | "unknown";

/** @param startTime what stands at the pid now: null for nothing, "" for something that may not be read */
export function livenessOf(ref: ProcessRef, startTime: string | null): Liveness {
  if (startTime === null) return "dead";
  if (startTime === "" || ref.startTime === "") return "unknown";
  return startTime === ref.startTime ? "alive" : "dead";
}

/** kill(2) reads 0 and negative numbers as "my group" and "everybody": no such number may ever reach it. */
export function isPid(pid: number): boolean {
  return Number.isInteger(pid) && pid > 0 && pid <= 0x7fff_ffff;
}

/** What a search may leave out, where the platform can tell: then it costs the same on a machine with any number of processes. */
export interface SearchLimits {
  /** Processes that were started before. */
  readonly startedSince?: PidMark | null;
  /**
   * Processes of these sessions. A session can't be entered from outside: whatever is in one was started by its leader, with
   * the leader's environment. Each leader must be a child of this process whose exit code was not taken yet, so that its
   * number is nobody else's.
   * @see setsid(2)
   */
  readonly otherSessions?: ReadonlySet<number>;
}

/** A moment in the life of the process table, by which younger processes can be told from older ones. */
export interface PidMark {
  /** Processes and threads started since boot. */
  readonly forks: number;
  /** The number that was given away last. */
  readonly lastPid: number;
}
