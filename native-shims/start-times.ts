/**
 * Tells when a child was started by the clock, before and after. To read it from /proc, as is done where the two differ,
 * waits until the child has replaced itself by its program: a millisecond on a busy machine. What the clock says is
 * believed once it was what /proc said; where it was not (a sandbox with a kernel of its own), /proc is read every time.
 */
export class StartTimes {
  readonly #readNow: () => string;
  readonly #read: (pid: number) => string | null;
  #isClockTrue: boolean | null = null;

  constructor(readNow: () => string, read: (pid: number) => string | null) {
    this.#readNow = readNow;
    this.#read = read;
  }

  /** The child of `start`, and its start time; null when it has ended. */
  of<Child extends { readonly pid: number }>(start: () => Child): { child: Child; startTime: string | null } {
    const before = this.#readNow();
    const child = start();
    const isClear = before === this.#readNow();
    if (isClear && this.#isClockTrue) return { child, startTime: before };
    const startTime = this.#read(child.pid);
    if (isClear && startTime) this.#isClockTrue ??= startTime === before;
    return { child, startTime };
  }
}
