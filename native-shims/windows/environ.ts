import { WINDOWS, WINDOWS_PROCESS } from "../constants.ts";
import { kernel32, ntdll } from "./libs.ts";

/** An environment has at most 32,767 characters by rule, and more in practice; beyond this it is no environment. */
const ENVIRON_SIZE_MAX = 4 * 1024 * 1024;

/** Every process there is. @see EnumProcesses */
export function listWindowsPids(): number[] {
  const needed = new Uint32Array(1);
  // A full buffer may have been too small a one.
  for (let capacity = 1024; ; capacity *= 2) {
    const pids = new Uint32Array(capacity);
    if (kernel32.K32EnumProcesses(pids, pids.byteLength, needed) === 0) return [];
    const count = (needed[0] ?? 0) / pids.BYTES_PER_ELEMENT;
    if (count < capacity) return [...pids.subarray(0, count)].filter((pid) => pid > 0);
  }
}

/**
 * Empty where the process is gone, has not yet begun, or is not for our eyes.
 * @see `EnvironSource`; NtQueryInformationProcess, ReadProcessMemory
 */
export function readWindowsEnviron(pid: number): Buffer {
  const access = WINDOWS.PROCESS_QUERY_INFORMATION | WINDOWS.PROCESS_VM_READ;
  const handle = kernel32.OpenProcess(access, 0, pid);
  if (handle === 0n) return Buffer.alloc(0);
  try {
    const text = readEnvironBlock(handle);
    return text === null ? Buffer.alloc(0) : Buffer.from(`\0${text.toString("utf16le")}\0`);
  } finally {
    kernel32.CloseHandle(handle);
  }
}

function readEnvironBlock(handle: bigint): Buffer | null {
  const basic = Buffer.alloc(WINDOWS_PROCESS.BASIC_INFORMATION_SIZE);
  const status = ntdll.NtQueryInformationProcess(
    handle,
    WINDOWS.PROCESS_BASIC_INFORMATION,
    basic,
    basic.length,
    null,
  );
  if (status !== 0) return null;
  const peb = basic.readBigUInt64LE(WINDOWS_PROCESS.BASIC_INFORMATION_PEB);
  const parameters = readNumber(handle, peb, WINDOWS_PROCESS.PEB_PARAMETERS);
  const start = readNumber(handle, parameters, WINDOWS_PROCESS.PARAMETERS_ENVIRONMENT);
  const size = readNumber(handle, parameters, WINDOWS_PROCESS.PARAMETERS_ENVIRONMENT_SIZE);
  return size > BigInt(ENVIRON_SIZE_MAX) ? null : readMemory(handle, start, Number(size));
}

/** A pointer or a size in the structure at `address`; 0 where that can't be read. */
function readNumber(handle: bigint, address: bigint, offset: number): bigint {
  return (address && readMemory(handle, address + BigInt(offset), 8)?.readBigUInt64LE(0)) || 0n;
}

function readMemory(handle: bigint, address: bigint, size: number): Buffer | null {
  if (address === 0n || size === 0) return null;
  const bytes = Buffer.alloc(size);
  return kernel32.ReadProcessMemory(handle, address, bytes, BigInt(size), null) === 0 ? null : bytes;
}
