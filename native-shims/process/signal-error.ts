import type { ProcessRef } from "./process-ref.ts";

export type ProcessSignal = "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT";

interface SignalErrorFacts {
  readonly ref: ProcessRef;
  readonly signal: ProcessSignal;
  readonly code: number;
  readonly codeName: string;
}

/** The process is there, or may be, and the signal was not sent. */
export class SignalError extends Error {
  override readonly name = "SignalError";
  readonly pid: number;
  readonly signal: ProcessSignal;
  /** errno, or GetLastError on Windows */
  readonly code: number;
  /** "EPERM"; "EACCES" where its identity may not be read, so that it can't be told from a stranger */
  readonly codeName: string;

  constructor(facts: SignalErrorFacts) {
    super(`cannot send ${facts.signal} to process ${facts.ref.pid}: ${facts.codeName}`);
    this.pid = facts.ref.pid;
    this.signal = facts.signal;
    this.code = facts.code;
    this.codeName = facts.codeName;
  }
}
