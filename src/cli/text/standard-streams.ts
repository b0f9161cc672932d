import { fstatSync, statSync, writeSync } from "node:fs";
import { OutputQueue } from "./output-queue.ts";

let isStdoutClosed = false;
let queues: { readonly stdout: OutputQueue; readonly stderr: OutputQueue } | null = null;

/** Whether no one reads standard output any more, as after `| head -1`. */
export function stdoutIsClosed(): boolean {
  return isStdoutClosed || queues?.stdout.isClosed === true;
}

/** From now on no write waits for its reader: for a caller that has more to do than to be read. */
export function writeWithoutWaiting(describeDropped: (count: number) => string): void {
  queues = { stdout: new OutputQueue(1, describeDropped), stderr: new OutputQueue(2, describeDropped) };
}

/** Writes all of it before it returns, but after `writeWithoutWaiting`. A reader that is gone is no error: the rest is dropped. */
export function writeStdout(chunk: string | Uint8Array): void {
  if (queues !== null) queues.stdout.push(chunk);
  else if (!isStdoutClosed) isStdoutClosed = !writeAll(1, chunk);
}

/** To standard error; where that is closed, nowhere. */
export function writeStderr(text: string): void {
  if (queues !== null) queues.stderr.push(text);
  else writeAll(2, text);
}

function writeAll(descriptor: 1 | 2, chunk: string | Uint8Array): boolean {
  const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A pipe that its other end made non-blocking, and that is full: the reader needs a moment.
      if (code === "EAGAIN") Bun.sleepSync(2);
      else if (code === "EPIPE") return false;
      else throw error;
    }
  }
  return true;
}

/** Whether a descriptor leads to a terminal. Asked by fstat first: loading node:tty takes 8 ms, a quarter of a command. */
export async function isTerminal(descriptor: 0 | 1 | 2): Promise<boolean> {
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isCharacterDevice()) return false;
    // Where timers and services send what no one reads.
    if (stats.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev) return false;
  } catch {
    return false; // it is closed
  }
  return (await import("node:tty")).isatty(descriptor);
}
