import { closeSync } from "node:fs";
import { LINUX, WAIT_STATUS } from "../constants.ts";
import { type ProcessRef, toRef } from "../process/process-ref.ts";
import { SpawnedTree } from "../process/spawned-tree.ts";
import type { RootState, StartedTree, TreeStart } from "../process/started-tree.ts";
import { syscall, waitpid } from "./libc.ts";
import { startLinuxRoot, whyNoLinuxStarter } from "./starter.ts";

export { reapAdopted } from "./adopted.ts";
export { findLinuxDescendants } from "./descendants.ts";
export { whyNoLinuxStarter } from "./starter.ts";

/** As in `Platform`: by Bun where our own starter could not be made. */
export function startLinuxTree(start: TreeStart, readStartTime: (pid: number) => string | null): StartedTree {
  if (whyNoLinuxStarter() !== null) return new SpawnedTree(start, readStartTime);
  // First: it may end before we are back.
  listen();
  return new LinuxTree(startLinuxRoot(start), readStartTime);
}

const running = new Set<LinuxTree>();
const status = Buffer.alloc(4);

/** A root that our own starter started: Bun knows nothing of this child, so we take its exit code. */
class LinuxTree implements StartedTree {
  readonly pid: number;
  readonly process: ProcessRef | null;
  #state: RootState = "running";
  #listeners: (() => void)[] = [];

  constructor(pid: number, readStartTime: (pid: number) => string | null) {
    this.pid = pid;
    this.process = toRef(pid, readStartTime(pid));
    running.add(this);
  }

  /** Asks the kernel, also where no one called: signals of one kind come as one, and anyone may take a listener away. */
  state(): RootState {
    if (typeof this.#state === "object") return this.#state;
    const result = waitpid(this.pid, status, LINUX.WNOHANG | LINUX.WUNTRACED | LINUX.WCONTINUED);
    if (result === 0) return this.#state;
    // An error: no child of ours. Someone else has taken its exit code.
    this.#state = result === this.pid ? readState(status.readInt32LE(0)) : { exitCode: null };
    if (typeof this.#state === "object") running.delete(this);
    for (const listener of this.#listeners) listener();
    return this.#state;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

/** @see waitpid(2) */
function readState(word: number): RootState {
  if (word === WAIT_STATUS.CONTINUED) return "running";
  if ((word & 0xff) === WAIT_STATUS.STOPPED) return "stopped";
  return { exitCode: (word & 0x7f) === 0 ? (word >> 8) & 0xff : null };
}

/** How often it is asked where signals can't tell. It takes a microsecond. */
const askEachMs = 25;
let areSignalsOurs: boolean | null = null;
let timer: Timer | null = null;

/** At each start: someone may have taken the listener away. */
function listen(): void {
  areSignalsOurs ??= hasPidfds();
  if (areSignalsOurs) {
    if (!process.listeners("SIGCHLD").includes(askAll)) process.on("SIGCHLD", askAll);
  } else {
    timer ??= setInterval(askAll, askEachMs).unref();
  }
}

function askAll(): void {
  for (const tree of running) tree.state();
  if (running.size > 0 || timer === null) return;
  clearInterval(timer);
  timer = null;
}

/** Without them Bun itself waits for this signal, and would hear of no child's end any more if we listened to it. */
function hasPidfds(): boolean {
  const pidfd = syscall(LINUX.SYS_PIDFD_OPEN, process.pid, 0, null, 0);
  if (pidfd >= 0) closeSync(pidfd);
  return pidfd >= 0;
}
