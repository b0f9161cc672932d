// The numbers that the kernels document. Nothing else in native-shims spells one out; test/native-shims/constants.test.ts
// holds this table against the literal documented values, because two of the three platforms are not the one at hand.

/** @see flock(2) on Linux and macOS: the same three values */
export const FLOCK = { LOCK_EX: 2, LOCK_NB: 4, LOCK_UN: 8 } as const;

/** @see errno(3), waitpid(2), clock_gettime(2), signal(7), fcntl(2); pidfd_open(2) and pidfd_send_signal(2) have one number on every architecture */
export const LINUX = {
  ESRCH: 3,
  EINTR: 4,
  EWOULDBLOCK: 11,
  SYS_PIDFD_SEND_SIGNAL: 424,
  SYS_PIDFD_OPEN: 434,
  WNOHANG: 0x1,
  WUNTRACED: 0x2,
  WCONTINUED: 0x8,
  CLOCK_BOOTTIME: 7,
  SIGURG: 23,
  F_SETSIG: 10,
  F_SETLEASE: 1024,
  F_RDLCK: 0,
  F_UNLCK: 2,
} as const;

/** Byte offsets in struct timespec, on 64-bit machines. @see timespec(3type) */
export const TIMESPEC = { SECONDS: 0, NANOSECONDS: 8, SIZE: 16 } as const;

/** The words of waitpid(2) that are no end: a stop's low byte, and all of the other. @see wait.h */
export const WAIT_STATUS = { STOPPED: 0x7f, CONTINUED: 0xffff } as const;

/** @see sys/errno.h, sys/proc_info.h, sys/proc.h, sys/sysctl.h and sys/syslimits.h of macOS (arm64 and x86_64 alike) */
export const DARWIN = {
  EINTR: 4,
  EWOULDBLOCK: 35,
  PROC_ALL_PIDS: 1,
  PROC_PGRP_ONLY: 2,
  PROC_PIDTBSDINFO: 3,
  SZOMB: 5,
  CTL_KERN: 1,
  KERN_PROCARGS2: 49,
  ARG_MAX: 1_048_576,
} as const;

/** Byte offsets in struct proc_bsdinfo. @see sys/proc_info.h of macOS */
export const PROC_BSDINFO = {
  STATUS: 4,
  START_SECONDS: 120,
  START_MICROSECONDS: 128,
  SIZE: 136,
} as const;

/** @see fileapi.h, minwinbase.h, winnt.h, winreg.h, winternl.h and processthreadsapi.h of the Windows SDK */
export const WINDOWS = {
  GENERIC_READ: 0x80000000,
  GENERIC_WRITE: 0x40000000,
  FILE_SHARE_READ: 0x1,
  FILE_SHARE_WRITE: 0x2,
  OPEN_ALWAYS: 4,
  FILE_ATTRIBUTE_NORMAL: 0x80,
  FILE_BEGIN: 0,
  INVALID_HANDLE_VALUE: -1n,
  LOCKFILE_FAIL_IMMEDIATELY: 0x1,
  LOCKFILE_EXCLUSIVE_LOCK: 0x2,
  OVERLAPPED_SIZE: 32,
  PROCESS_TERMINATE: 0x1,
  PROCESS_VM_READ: 0x10,
  PROCESS_QUERY_INFORMATION: 0x400,
  PROCESS_QUERY_LIMITED_INFORMATION: 0x1000,
  SYNCHRONIZE: 0x100000,
  WAIT_OBJECT_0: 0,
  FILETIME_SIZE: 8,
  HKEY_LOCAL_MACHINE: -0x7ffffffen,
  RRF_RT_REG_SZ: 0x2,
  RRF_SUBKEY_WOW6464KEY: 0x10000,
  PROCESS_BASIC_INFORMATION: 0,
  JOB_OBJECT_EXTENDED_LIMIT_INFORMATION: 9,
  JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE: 0x2000,
} as const;

/** Where every process of Windows finds the number of this boot. @see KUSER_SHARED_DATA.BootId in ntddk.h */
export const WINDOWS_BOOT_ID_ADDRESS = 0x7ffe_0000 + 0x2c4;

/** Byte offsets and sizes of 64-bit processes. @see PROCESS_BASIC_INFORMATION, PEB and RTL_USER_PROCESS_PARAMETERS */
export const WINDOWS_PROCESS = {
  BASIC_INFORMATION_SIZE: 48,
  BASIC_INFORMATION_PEB: 8,
  PEB_PARAMETERS: 0x20,
  PARAMETERS_ENVIRONMENT: 0x80,
  PARAMETERS_ENVIRONMENT_SIZE: 0x3f0,
} as const;

/** Byte offsets in JOBOBJECT_EXTENDED_LIMIT_INFORMATION of 64-bit processes. @see winnt.h of the Windows SDK */
export const WINDOWS_JOB_LIMITS = { LIMIT_FLAGS: 16, SIZE: 144 } as const;

/** @see "System Error Codes" of the Windows documentation */
export const WINDOWS_ERROR = {
  ERROR_FILE_NOT_FOUND: 2,
  ERROR_PATH_NOT_FOUND: 3,
  ERROR_TOO_MANY_OPEN_FILES: 4,
  ERROR_ACCESS_DENIED: 5,
  ERROR_INVALID_HANDLE: 6,
  ERROR_WRITE_PROTECT: 19,
  ERROR_SHARING_VIOLATION: 32,
  ERROR_LOCK_VIOLATION: 33,
  ERROR_NOT_SUPPORTED: 50,
  ERROR_INVALID_PARAMETER: 87,
  ERROR_DISK_FULL: 112,
  ERROR_INVALID_NAME: 123,
  ERROR_NOT_LOCKED: 158,
  ERROR_IO_PENDING: 997,
} as const;
