import type { FFIFunction } from "bun:ffi";

/** libproc is part of it. With its folder: a bare name is looked for in the working directory first. @see dlopen(3) */
export const DARWIN_LIBRARY = "/usr/lib/libSystem.B.dylib";

/**
 * None of these is variadic: arm64 passes variadic arguments where bun:ffi does not.
 * @see flock(2), libproc.h, sysctl(3), gethostuuid(2), errno(2) of macOS
 */
export const DARWIN_SYMBOLS = {
  flock: { args: ["i32", "i32"], returns: "i32" },
  proc_pidinfo: { args: ["i32", "i32", "u64", "ptr", "i32"], returns: "i32" },
  proc_listpids: { args: ["u32", "u32", "ptr", "i32"], returns: "i32" },
  sysctl: { args: ["ptr", "u32", "ptr", "ptr", "ptr", "u64"], returns: "i32" },
  sysctlbyname: { args: ["ptr", "ptr", "ptr", "ptr", "u64"], returns: "i32" },
  gethostuuid: { args: ["ptr", "ptr"], returns: "i32" },
  __error: { args: [], returns: "ptr" },
} as const satisfies Record<string, FFIFunction>;
