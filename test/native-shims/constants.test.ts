import { describe, expect, test } from "bun:test";
import { constants } from "node:os";
import {
  DARWIN,
  FLOCK,
  LINUX,
  PROC_BSDINFO,
  TIMESPEC,
  WAIT_STATUS,
  WINDOWS,
  WINDOWS_BOOT_ID_ADDRESS,
  WINDOWS_ERROR,
  WINDOWS_JOB_LIMITS,
  WINDOWS_PROCESS,
} from "../../native-shims/constants.ts";

// Copied from the manuals and headers once more, by hand: a slip of the finger in one of the two does not pass.
describe("the platform constants", () => {
  test("of flock are those of sys/file.h", () => {
    expect<Record<string, number | bigint>>(FLOCK).toEqual({ LOCK_EX: 2, LOCK_NB: 4, LOCK_UN: 8 });
  });

  test("of Linux are those of errno.h, unistd.h, wait.h, time.h, signal.h and fcntl.h", () => {
    expect<Record<string, number | bigint>>(LINUX).toEqual({
      ESRCH: 3,
      EINTR: 4,
      EWOULDBLOCK: 11,
      SYS_PIDFD_SEND_SIGNAL: 424,
      SYS_PIDFD_OPEN: 434,
      WNOHANG: 1,
      WUNTRACED: 2,
      WCONTINUED: 8,
      CLOCK_BOOTTIME: 7,
      SIGURG: 23,
      F_SETSIG: 10,
      F_SETLEASE: 1024,
      F_RDLCK: 0,
      F_UNLCK: 2,
    });
  });

  test("of struct timespec are two 64-bit integers", () => {
    expect<Record<string, number>>(TIMESPEC).toEqual({ SECONDS: 0, NANOSECONDS: 8, SIZE: 8 + 8 });
  });

  test("of a child's state are those of waitstatus.h", () => {
    expect<Record<string, number>>(WAIT_STATUS).toEqual({ STOPPED: 0o177, CONTINUED: 2 ** 16 - 1 });
  });

  test("of macOS are those of the headers of its kernel", () => {
    expect<Record<string, number | bigint>>(DARWIN).toEqual({
      EINTR: 4,
      EWOULDBLOCK: 35,
      PROC_ALL_PIDS: 1,
      PROC_PGRP_ONLY: 2,
      PROC_PIDTBSDINFO: 3,
      SZOMB: 5,
      CTL_KERN: 1,
      KERN_PROCARGS2: 49,
      ARG_MAX: 1024 * 1024,
    });
  });

  test("of struct proc_bsdinfo add up from its fields", () => {
    const ids = 12 * 4; // flags, status, xstatus, pid, ppid, uid, gid, ruid, rgid, svuid, svgid, a reserved one
    const names = 16 + 2 * 16; // pbi_comm[MAXCOMLEN], pbi_name[2 * MAXCOMLEN]
    const rest = 6 * 4; // nfiles, pgid, pjobc, tdev, tpgid, nice
    expect<number>(PROC_BSDINFO.STATUS).toBe(4);
    expect<number>(PROC_BSDINFO.START_SECONDS).toBe(ids + names + rest);
    expect<number>(PROC_BSDINFO.START_MICROSECONDS).toBe(ids + names + rest + 8);
    expect<number>(PROC_BSDINFO.SIZE).toBe(ids + names + rest + 16);
  });

  test("of Windows are those of its SDK", () => {
    expect<Record<string, number | bigint>>(WINDOWS).toEqual({
      GENERIC_READ: 2 ** 31,
      GENERIC_WRITE: 2 ** 30,
      FILE_SHARE_READ: 1,
      FILE_SHARE_WRITE: 2,
      OPEN_ALWAYS: 4,
      FILE_ATTRIBUTE_NORMAL: 128,
      FILE_BEGIN: 0,
      INVALID_HANDLE_VALUE: BigInt.asIntN(64, 0xffff_ffff_ffff_ffffn),
      LOCKFILE_FAIL_IMMEDIATELY: 1,
      LOCKFILE_EXCLUSIVE_LOCK: 2,
      OVERLAPPED_SIZE: 8 + 8 + 4 + 4 + 8, // Internal, InternalHigh, Offset, OffsetHigh, hEvent
      PROCESS_TERMINATE: 1,
      PROCESS_VM_READ: 16,
      PROCESS_QUERY_INFORMATION: 1024,
      PROCESS_QUERY_LIMITED_INFORMATION: 4096,
      SYNCHRONIZE: 2 ** 20,
      WAIT_OBJECT_0: 0,
      FILETIME_SIZE: 8,
      HKEY_LOCAL_MACHINE: BigInt.asIntN(32, 0x8000_0002n), // (ULONG_PTR)(LONG)0x80000002: the sign goes along
      RRF_RT_REG_SZ: 2,
      RRF_SUBKEY_WOW6464KEY: 65536,
      PROCESS_BASIC_INFORMATION: 0,
      JOB_OBJECT_EXTENDED_LIMIT_INFORMATION: 9,
      JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE: 8192,
    });
    expect<number>(WINDOWS_ERROR.ERROR_LOCK_VIOLATION).toBe(33);
    expect<number>(WINDOWS_ERROR.ERROR_IO_PENDING).toBe(997);
    expect<number>(WINDOWS_ERROR.ERROR_INVALID_PARAMETER).toBe(87);
    expect<number>(WINDOWS_ERROR.ERROR_ACCESS_DENIED).toBe(5);
    expect<number>(WINDOWS_ERROR.ERROR_NOT_SUPPORTED).toBe(50);
  });

  test("of Windows's structures add up from their fields", () => {
    const basicLimits = 8 + 8 + 4 + 4 + 8 + 8 + 4 + 4 + 8 + 4 + 4; // two times, flags, working set, count, affinity, classes
    expect<Record<string, number>>(WINDOWS_JOB_LIMITS).toEqual({
      LIMIT_FLAGS: 8 + 8, // behind two LARGE_INTEGERs
      SIZE: basicLimits + 6 * 8 + 4 * 8, // IO_COUNTERS, four memory sizes
    });
    // Behind NtMajorVersion (0x26c), NtMinorVersion, 64 bytes of ProcessorFeatures and four more words.
    expect<number>(WINDOWS_BOOT_ID_ADDRESS).toBe(0x7ffe_0000 + 0x26c + 2 * 4 + 64 + 4 * 4);
    expect<Record<string, number>>(WINDOWS_PROCESS).toEqual({
      BASIC_INFORMATION_SIZE: 6 * 8,
      BASIC_INFORMATION_PEB: 8, // behind ExitStatus and its padding
      PEB_PARAMETERS: 32,
      PARAMETERS_ENVIRONMENT: 128,
      PARAMETERS_ENVIRONMENT_SIZE: 1008,
    });
  });

  test("of the platform at hand agree with what the runtime knows", () => {
    const table = { linux: LINUX, darwin: DARWIN }[process.platform as string];
    const { EINTR, EWOULDBLOCK } = constants.errno;
    if (table !== undefined) expect(table).toMatchObject({ EINTR, EWOULDBLOCK });
  });
});
