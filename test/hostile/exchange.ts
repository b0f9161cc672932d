import type { Invocation } from "./invocation.ts";

/** What the answering program is sent, and what it says; between them an IPC channel, so that its streams are free. */
export type Request = Invocation;

export interface Answer {
  /** null: the process ended, or had to be ended, before it had answered. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
