import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { HostIdentity } from "../host-identity.ts";
import { throwIfShort } from "../process/shortage.ts";

/** @see machine-id(5), random(4), pid_namespaces(7) */
export function readLinuxHostIdentity(readStartTime: (pid: number) => string | null): HostIdentity {
  return {
    hostname: hostname(),
    machineId:
      readLine("/etc/machine-id") || readLine("/var/lib/dbus/machine-id") || `hostname:${hostname()}`,
    bootId: readLine("/proc/sys/kernel/random/boot_id"),
    // The number comes back when the namespace is gone; its first process begins with it, and ends it.
    pidNamespace: `${readLink("/proc/self/ns/pid")}@${readStartTime(1) ?? ""}`,
  };
}

function readLine(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throwIfShort(error); // else there is no /proc here: "" says so
    return "";
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    throwIfShort(error); // else there is no /proc here: "" says so
    return "";
  }
}
