import { resolve, toNamespacedPath } from "node:path";
import { WINDOWS, WINDOWS_ERROR } from "../constants.ts";
import { type FileLock, TakenLock } from "../lock/file-lock.ts";
import { LockError } from "../lock/lock-error.ts";
import { windowsErrorName } from "../process/error-name.ts";
import { kernel32, toWideText } from "./libs.ts";

/**
 * The lock belongs to the handle: a second handle in the same process is refused like a stranger's. Whether the file is
 * still at its path need not be asked: without FILE_SHARE_DELETE no one can remove or rename it while we have it open.
 * @see LockFileEx, CreateFileW
 */
export function tryLockWindowsFile(path: string): FileLock | null {
  const handle = kernel32.CreateFileW(
    toWideText(toNamespacedPath(resolve(path))),
    (WINDOWS.GENERIC_READ | WINDOWS.GENERIC_WRITE) >>> 0, // a DWORD: the topmost bit is not a sign
    WINDOWS.FILE_SHARE_READ | WINDOWS.FILE_SHARE_WRITE,
    null, // no security attributes: the handle is not inherited, so no child keeps the lock
    WINDOWS.OPEN_ALWAYS,
    WINDOWS.FILE_ATTRIBUTE_NORMAL,
    0n,
  );
  if (handle === WINDOWS.INVALID_HANDLE_VALUE) throw lastError("open", path);
  const flags = WINDOWS.LOCKFILE_EXCLUSIVE_LOCK | WINDOWS.LOCKFILE_FAIL_IMMEDIATELY;
  if (kernel32.LockFileEx(handle, flags, 0, 1, 0, atByteZero()) === 0) {
    const error = lastError("lock", path);
    kernel32.CloseHandle(handle);
    if (error.code === WINDOWS_ERROR.ERROR_LOCK_VIOLATION) return null;
    if (error.code === WINDOWS_ERROR.ERROR_IO_PENDING) return null;
    throw error;
  }
  return new TakenLock(path, new WindowsLockHandle(handle, path));
}

/** An OVERLAPPED of zeros: the range begins at byte 0. */
function atByteZero(): Buffer {
  return Buffer.alloc(WINDOWS.OVERLAPPED_SIZE);
}

function lastError(operation: LockError["operation"], path: string): LockError {
  const code = kernel32.GetLastError();
  return new LockError({ operation, path, code, codeName: windowsErrorName(code) });
}

class WindowsLockHandle {
  readonly #handle: bigint;
  readonly #path: string;

  constructor(handle: bigint, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  writeContent(bytes: Buffer): void {
    const written =
      kernel32.SetFilePointerEx(this.#handle, 0n, null, WINDOWS.FILE_BEGIN) !== 0 &&
      kernel32.WriteFile(this.#handle, bytes, bytes.length, Buffer.alloc(4), null) !== 0 &&
      kernel32.SetEndOfFile(this.#handle) !== 0;
    if (written) return;
    throw new Error(`cannot write to ${this.#path}: ${windowsErrorName(kernel32.GetLastError())}`);
  }

  unlock(): void {
    // Closing unlocks too, but only "depending upon available system resources", as the documentation has it.
    const unlocked = kernel32.UnlockFileEx(this.#handle, 0, 1, 0, atByteZero()) !== 0;
    const error = unlocked ? null : lastError("unlock", this.#path);
    kernel32.CloseHandle(this.#handle);
    if (error !== null) throw error;
  }
}
