import { dlopen, read } from "bun:ffi";
import { DARWIN } from "../constants.ts";
import { DARWIN_LIBRARY, DARWIN_SYMBOLS } from "./symbols.ts";

const { symbols } = dlopen(DARWIN_LIBRARY, DARWIN_SYMBOLS);

export const { flock, proc_pidinfo, gethostuuid } = symbols;

/** Valid only as the very next call after one that failed. */
export function errno(): number {
  const location = symbols.__error();
  if (location === null) throw new Error("__error() is NULL");
  return read.i32(location, 0);
}

/** "" where this kernel has no such name. @see sysctl(3) */
export function readSysctlText(name: string): string {
  const value = Buffer.alloc(256);
  const size = new BigUint64Array([BigInt(value.length)]);
  if (symbols.sysctlbyname(Buffer.from(`${name}\0`), value, size, null, 0) !== 0) return "";
  return value.toString("utf8", 0, value.indexOf(0));
}

const argumentsBuffer = Buffer.alloc(DARWIN.ARG_MAX);

/**
 * What `sliceEnviron` takes apart; empty where the process is gone or not ours to read. Of Apple's own protected programs
 * (/bin/sh among them) the kernel withholds the environment from everyone.
 */
export function readProcessArguments(pid: number): Buffer {
  const address = new Int32Array([DARWIN.CTL_KERN, DARWIN.KERN_PROCARGS2, pid]);
  const size = new BigUint64Array([BigInt(argumentsBuffer.length)]);
  const result = symbols.sysctl(address, address.length, argumentsBuffer, size, null, 0);
  return argumentsBuffer.subarray(0, result === 0 ? Number(size[0]) : 0);
}

/** @param group null: every process. @see sys/proc_info.h */
export function listPids(group: number | null): number[] {
  const kind = group === null ? DARWIN.PROC_ALL_PIDS : DARWIN.PROC_PGRP_ONLY;
  // A full buffer may have been too small a one: what was started since is in the larger one.
  for (let capacity = 4096; ; capacity *= 2) {
    const pids = new Int32Array(capacity);
    const count = symbols.proc_listpids(kind, group ?? 0, pids, pids.byteLength) / pids.BYTES_PER_ELEMENT;
    if (count < capacity) return [...pids.subarray(0, Math.max(count, 0))].filter((pid) => pid > 0);
  }
}
