import type { ProcessRef } from "./process-ref.ts";

/** A command to be started as the root of a tree of processes. */
export interface TreeStart {
  /** The program, absolute, and its arguments. */
  readonly command: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Standard output and error; stays the caller's to close. Standard input is empty. */
  readonly logFd: number;
}

/** Where the root of a tree is. An exit code of null: it was ended by a signal. */
export type RootState = "running" | "stopped" | { readonly exitCode: number | null };

/** The root of a tree, a child of this process. */
export interface StartedTree {
  readonly pid: number;
  /** null when it was gone before it could be looked at. */
  readonly process: ProcessRef | null;
  /** As it is now: a microsecond. */
  state(): RootState;
  /** Calls back each time that it has stopped or ended, as soon as the kernel says so. */
  onChange(listener: () => void): void;
}

/** One process of a tree, below its root. */
export interface TreeMember extends ProcessRef {
  readonly parentPid: number;
  /** The program's name as the kernel has it, at most 15 bytes. */
  readonly name: string;
  readonly isSessionLeader: boolean;
}
