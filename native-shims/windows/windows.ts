import { read } from "bun:ffi";
import { hostname } from "node:os";
import { WINDOWS, WINDOWS_BOOT_ID_ADDRESS } from "../constants.ts";
import type { HostIdentity } from "../host-identity.ts";
import type { Platform } from "../platform.ts";
import { searchEnvirons } from "../process/env-search.ts";
import { listWindowsPids, readWindowsEnviron } from "./environ.ts";
import { advapi32, toWideText } from "./libs.ts";
import { tryLockWindowsFile } from "./lock.ts";
import { readWindowsStartTime, signalWindowsProcess } from "./process.ts";

function readHostIdentity(): HostIdentity {
  return {
    hostname: hostname(),
    machineId: readMachineGuid() || `hostname:${hostname()}`,
    bootId: readBootId(),
    pidNamespace: "",
  };
}

/** Counts the starts of the kernel, so that waking from hibernation is none; "" where no one counts them, as under Wine. */
function readBootId(): string {
  const count = read.u32(WINDOWS_BOOT_ID_ADDRESS, 0);
  return count === 0 ? "" : String(count);
}

/** "" when the registry has none. @see RegGetValueW */
function readMachineGuid(): string {
  const text = Buffer.alloc(256);
  const size = new Uint32Array([text.length]);
  const result = advapi32.RegGetValueW(
    WINDOWS.HKEY_LOCAL_MACHINE,
    toWideText("SOFTWARE\\Microsoft\\Cryptography"),
    toWideText("MachineGuid"),
    WINDOWS.RRF_RT_REG_SZ | WINDOWS.RRF_SUBKEY_WOW6464KEY,
    null,
    text,
    size,
  );
  return result === 0 ? (text.toString("utf16le").split("\0", 1)[0] ?? "") : "";
}

export const windows: Platform = {
  lockSupport: "kernel",
  tryLockFile: tryLockWindowsFile,
  readHostIdentity,
  readStartTime: readWindowsStartTime,
  findProcessesByEnv(name, values) {
    const source = {
      listPids: listWindowsPids,
      readEnviron: readWindowsEnviron,
      readStartTime: readWindowsStartTime,
    };
    return searchEnvirons(source, name, values);
  },
  signalProcess: signalWindowsProcess,
};
