/// <reference path="../text-files.d.ts" />
// For a program that imports the package: it does not have our tsconfig.json, which names that file.
import { cc, ptr } from "bun:ffi";
import { closeSync, openSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { errnoName } from "../process/error-name.ts";
import type { TreeStart } from "../process/started-tree.ts";
import { addressesOf, memfdCreate } from "./libc.ts";
import source from "./starter.c" with { type: "text" };

// Measured on Bun 1.4.5, x64: 4 to 7 ms to compile, once a process; a start 0.28 ms, as one by Bun.spawn. The same from
// source and from a standalone executable, as a plain user, without HOME and PATH.
type Start = (argv: BigUint64Array, envp: BigUint64Array, nullFd: number, logFd: number) => number;

let starter: { readonly start: Start; readonly nullFd: number } | null = null;
let refusal: Error | null = null;

/** null: trees can be started here. Compiles what starts them, at the first call. */
export function whyNoLinuxStarter(): Error | null {
  if (starter === null && refusal === null)
    try {
      starter = { start: compile(), nullFd: openSync("/dev/null", "r+") };
    } catch (error) {
      refusal = error as Error;
    }
  return refusal;
}

/** What starter.c calls of the C library. */
const calledFunctions = [
  "clone",
  "setsid",
  "prctl",
  "chdir",
  "dup2",
  "close",
  "pipe",
  "execve",
  "_exit",
  "waitpid",
  "syscall",
  "sigprocmask",
  "sigaction",
  "__errno_location",
] as const;

/** By a file in memory: inside an executable there is no other that the compiler could open. */
function compile(): Start {
  const fd = memfdCreate(Buffer.from("kanbun-starter\0"), 1);
  if (fd < 0) throw new Error("memfd_create is refused");
  try {
    writeSync(fd, source);
    const { symbols } = cc({
      source: `/proc/self/fd/${fd}`,
      // Without this it looks for a libc.so to link with, which only machines with a C compiler have.
      flags: ["-nostdlib"],
      define: Object.fromEntries(
        Object.entries(addressesOf(calledFunctions)).map(([name, address]) => [
          name,
          `((${name === "__errno_location" ? "int *" : "int "}(*)())${address}L)`,
        ]),
      ),
      symbols: {
        start_tree: { args: ["ptr", "ptr", "i32", "i32"], returns: "i32" },
        ask_subreaper: { args: [], returns: "i32" },
      },
    });
    const asked = symbols.ask_subreaper();
    if (asked < 0) throw new Error(`no child subreapers: ${errnoName(-asked)}`);
    return symbols.start_tree as unknown as Start;
  } finally {
    closeSync(fd);
  }
}

/** The pid of the root, whose exec is through. @throws {Error} with `code`, as Node's own system errors have it */
export function startLinuxRoot({ command, env, logFd }: TreeStart): number {
  if (starter === null) throw refusal ?? new Error("no starter was compiled");
  const argv = toPointers(command);
  const envp = toPointers(Object.entries(env).map(([name, value]) => `${name}=${value}`));
  const pid = starter.start(argv.table, envp.table, starter.nullFd, logFd);
  // Used after the call: nothing of it may be collected before.
  if (argv.bytes.length + envp.bytes.length === 0) throw new Error("nothing to start");
  if (pid > 0) return pid;
  const code = errnoName(-pid);
  const isTooLong = -pid === constants.errno.E2BIG;
  const what = isTooLong ? "its arguments and environment are too long for the system" : code;
  throw Object.assign(new Error(`cannot start ${command[0]}: ${what}`), { code, errno: pid });
}

/** A NULL-terminated list of C strings. */
function toPointers(texts: readonly string[]) {
  // As Bun says it. The kernel would take what is before it for the whole.
  if (texts.some((text) => text.includes("\0")))
    throw Object.assign(new Error("an argument or variable contains a NUL character"), {
      code: "ERR_INVALID_ARG_VALUE",
    });
  const parts = texts.map((text) => Buffer.from(`${text}\0`));
  // In an ArrayBuffer of its own: the address of a small Buffer doesn't stay.
  const bytes = new Uint8Array(
    new ArrayBuffer(
      Math.max(
        8,
        parts.reduce((sum, { length }) => sum + length, 0),
      ),
    ),
  );
  const table = new BigUint64Array(texts.length + 1);
  const first = BigInt(ptr(bytes));
  let at = 0;
  for (const [index, part] of parts.entries()) {
    table[index] = first + BigInt(at);
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, table };
}
