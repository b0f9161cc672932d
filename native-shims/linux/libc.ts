import { dlopen, type FFIFunction, read } from "bun:ffi";
import { LINUX } from "../constants.ts";

/** glibc's name, which musl's loader answers to as well; then musl's own names. */
const LIBRARY_NAMES = ["libc.so.6", `libc.musl-${architecture()}.so.1`, `ld-musl-${architecture()}.so.1`];

function architecture(): string {
  return process.arch === "arm64" ? "aarch64" : "x86_64";
}

function openLibrary<Fns extends Record<string, FFIFunction>>(functions: Fns) {
  const failures: unknown[] = [];
  for (const name of LIBRARY_NAMES) {
    try {
      return dlopen(name, functions);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, `no C library under the names ${LIBRARY_NAMES.join(", ")}`);
}

const { symbols } = openLibrary({
  flock: { args: ["i32", "i32"], returns: "i32" },
  // pidfd_open and pidfd_send_signal have wrappers since glibc 2.36 only, and none in musl.
  syscall: { args: ["i64", "i32", "i32", "ptr", "u32"], returns: "i32" },
  sched_yield: { args: [], returns: "i32" },
  kill: { args: ["i32", "i32"], returns: "i32" },
  fcntl: { args: ["i32", "i32", "i64"], returns: "i32" },
  clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
  waitpid: { args: ["i32", "ptr", "i32"], returns: "i32" },
  memfd_create: { args: ["ptr", "u32"], returns: "i32" },
  __errno_location: { args: [], returns: "ptr" },
});

export const flock = symbols.flock;
export const syscall = symbols.syscall;
export const fcntl = symbols.fcntl;
export const clockGettime = symbols.clock_gettime;
export const waitpid = symbols.waitpid;
export const memfdCreate = symbols.memfd_create;
export const yieldProcessor = symbols.sched_yield;

/**
 * Whether there is anything by this number that a signal could go to, also a zombie or another's. As
 * `existsForKill`, at a tenth of its cost where there is nothing: that is an error, which `process.kill` throws.
 * @param target a pid, or a process group's number with a minus
 * @see kill(2)
 */
export function isThere(target: number): boolean {
  return symbols.kill(target, 0) === 0 || errno() !== LINUX.ESRCH;
}

/** Where functions of the C library are in this process, for code that is compiled in it. */
export function addressesOf(names: readonly string[]): Readonly<Record<string, number>> {
  const unused = { args: [], returns: "void" } as const;
  const { symbols } = openLibrary(Object.fromEntries(names.map((name) => [name, unused])));
  return Object.fromEntries(
    Object.entries(symbols).map(([name, symbol]) => [name, (symbol as unknown as { ptr: number }).ptr]),
  );
}

/** Valid only as the very next call after one that failed. */
export function errno(): number {
  const location = symbols.__errno_location();
  if (location === null) throw new Error("__errno_location() is NULL");
  return read.i32(location, 0);
}
