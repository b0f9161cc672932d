import { LINUX, WAIT_STATUS } from "./constants.ts";
import { waitpid } from "./linux-libc.ts";
import { startLinuxRoot, whyNoLinuxStarter } from "./linux-starter.ts";
import { type ProcessRef, toRef } from "./process-ref.ts";
import { SpawnedTree } from "./spawned-tree.ts";
import type { RootState, StartedTree, TreeStart } from "./started-tree.ts";

export { reapAdopted } from "./linux-adopted.ts";
export { findLinuxDescendants } from "./linux-descendants.ts";
export { whyNoLinuxStarter } from "./linux-starter.ts";

/** As in `Platform`: by Bun where our own starter could not be made. */
export function startLinuxTree(start: TreeStart, readStartTime: (pid: number) => string | null): StartedTree {
  return whyNoLinuxStarter() === null
    ? new LinuxTree(startLinuxRoot(start), readStartTime)
    : new SpawnedTree(start, readStartTime);
}

const running = new Set<LinuxTree>();
const status = Buffer.alloc(4);
let isListening = false;

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
    listen();
  }

  /** Asks the kernel, also where nobody called: signals of one kind come as one, and anybody may take a listener away. */
  state(): RootState {
    if (typeof this.#state === "object") return this.#state;
    const result = waitpid(this.pid, status, LINUX.WNOHANG | LINUX.WUNTRACED | LINUX.WCONTINUED);
    if (result === 0) return this.#state;
    // An error: no child of ours. Somebody else has taken its exit code.
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

function listen(): void {
  if (isListening) return;
  isListening = true;
  process.on("SIGCHLD", () => {
    for (const tree of running) tree.state();
  });
}
