import type { AgentReport } from "./agent-report.ts";

/** What the shim wrote down at its end: the worker's exit code, and what kept the worker from starting if it never did. */
export interface ExitRecord {
  readonly code: number;
  /**
   * `signalled`: the shim itself was told to end, as by a service that is torn down. `lease`: its host's lease was over, and so it
   * was not started, or was killed. `fork`: the system refused a process that it needed.
   */
  readonly note: "signalled" | "cwd" | "worktree" | "lease" | "fork" | null;
}

/** Who won the right to start this run: no one yet, the shim, or a dispatcher that gave up on it. */
export type StartFence = "open" | "won" | "given_up";

/** What can be known of a run's processes from outside. Gathered before it is judged, never during. */
export interface Sighting {
  /**
   * `here`: this machine, boot and pid namespace; `rebooted`: this machine, an earlier boot; `restarted`: another pid namespace
   * of this boot in which nothing of the run is left, or nothing has begun; else `elsewhere`.
   */
  readonly where: "here" | "rebooted" | "restarted" | "elsewhere";
  readonly start: StartFence;
  readonly exit: ExitRecord | null;
  /** When `exit` was written, by the wall clock; null where that is not known. */
  readonly exitAtMs: number | null;
  /** The shim, which leads the run's processes; also `dead`: it is stopped, and its worker has ended without a word from it. */
  readonly leader: "alive" | "dead" | "unknown";
  /**
   * What belongs to the run. `ending`: its worker has ended, and all that is left is a shim which is about to. `dead`: nothing that
   * does anything; its shim may be there still, stopped for good.
   */
  readonly tree: "alive" | "ending" | "dead" | "unknown";
  /** The dispatcher that spawned it. */
  readonly dispatcher: "alive" | "dead" | "unknown";
  /** The log's last lines: shown, never read by a rule. */
  readonly logTail: string;
  /** False: its shim found no room to write down how it would end, and started nothing. */
  readonly hasBegun: boolean;
  /** Why its record can't be read, in words; null: it can, as far as there is one. */
  readonly flaw: string | null;
  /** KILL was sent longer ago than a process takes to die. */
  readonly survivedKill: boolean;
  /** What its agent said at its end; null or absent: nothing, or it has not ended. */
  readonly report?: AgentReport | null;
  /** When something was last written to its log, by the wall clock; null or absent: it is not asked for. */
  readonly loggedAtMs?: number | null;
}

type ExitMeanings = Readonly<Record<number, { readonly meaning: string; readonly again?: "never" }>>;

/** The profile's part in the judgement. */
export interface SupervisionRules {
  /** null: its configuration can't be read, and never was. */
  readonly completes: "on-exit" | "by-verdict" | null;
  readonly staleAfterMs: number | null;
  /** Without a byte in the log for longer than this it is stale; null or absent = never. */
  readonly stallAfterMs?: number | null;
  /** What exit codes of its agent mean. */
  readonly exitCodes?: ExitMeanings;
  /** Its agent always says something at its end. */
  readonly tellsEnd?: boolean;
  readonly leaseMs: number;
  readonly launchGraceMs: number;
}

/** Wall clock for what people and other programs write, monotonic clock (since boot) for how long things took. */
export interface Instant {
  readonly nowMs: number;
  readonly monotonicMs: number;
}
