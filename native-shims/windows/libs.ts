import { dlopen } from "bun:ffi";

// A HANDLE is 64 bits wide and INVALID_HANDLE_VALUE is -1: a bigint keeps both as they are.
export const { symbols: kernel32 } = dlopen("kernel32.dll", {
  CreateFileW: { args: ["ptr", "u32", "u32", "ptr", "u32", "u32", "i64"], returns: "i64" },
  LockFileEx: { args: ["i64", "u32", "u32", "u32", "u32", "ptr"], returns: "i32" },
  UnlockFileEx: { args: ["i64", "u32", "u32", "u32", "ptr"], returns: "i32" },
  SetFilePointerEx: { args: ["i64", "i64", "ptr", "u32"], returns: "i32" },
  WriteFile: { args: ["i64", "ptr", "u32", "ptr", "ptr"], returns: "i32" },
  SetEndOfFile: { args: ["i64"], returns: "i32" },
  CloseHandle: { args: ["i64"], returns: "i32" },
  OpenProcess: { args: ["u32", "i32", "u32"], returns: "i64" },
  GetProcessTimes: { args: ["i64", "ptr", "ptr", "ptr", "ptr"], returns: "i32" },
  WaitForSingleObject: { args: ["i64", "u32"], returns: "u32" },
  TerminateProcess: { args: ["i64", "u32"], returns: "i32" },
  K32EnumProcesses: { args: ["ptr", "u32", "ptr"], returns: "i32" },
  ReadProcessMemory: { args: ["i64", "u64", "ptr", "u64", "ptr"], returns: "i32" },
  CreateJobObjectW: { args: ["ptr", "ptr"], returns: "i64" },
  SetInformationJobObject: { args: ["i64", "i32", "ptr", "u32"], returns: "i32" },
  AssignProcessToJobObject: { args: ["i64", "i64"], returns: "i32" },
  GetCurrentProcess: { args: [], returns: "i64" },
  /** Valid only as the very next call after one that failed. */
  GetLastError: { args: [], returns: "u32" },
});

export const { symbols: advapi32 } = dlopen("advapi32.dll", {
  RegGetValueW: { args: ["i64", "ptr", "ptr", "u32", "ptr", "ptr", "ptr"], returns: "i32" },
});

export const { symbols: ntdll } = dlopen("ntdll.dll", {
  NtQueryInformationProcess: { args: ["i64", "i32", "ptr", "u32", "ptr"], returns: "i32" },
});

/** As the functions that end in W want it: UTF-16, ended by a NUL. */
export function toWideText(text: string): Buffer {
  return Buffer.from(`${text}\0`, "utf16le");
}
