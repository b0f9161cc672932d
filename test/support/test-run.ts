import { hostIdentity, identifyProcess, probeProcess } from "../../native-shims/index.ts";

/** What the folders of all test runs begin with. */
const family = "kanbun-test-";

/**
 * What every folder that this process makes for a test begins with. It names the process, so that a later run knows whether
 * someone may still need what it finds; and it is in the environment or the arguments of all that works in the folder.
 */
export const testRunPrefix = `${family}${nameOwnProcess()}-`;

function nameOwnProcess(): string {
  const startTime = identifyProcess(process.pid)?.startTime ?? "";
  return [process.pid, startTime, pidNamespace()].join(".");
}

/** The process that a folder of some test run was made by is gone; false also where it can't be told from here. */
export function isOfEndedTestRun(folderName: string): boolean {
  const [, pid, startTime, namespace] = /^kanbun-test-(\d+)\.(\d+)\.(\d*)-/.exec(folderName) ?? [];
  if (pid === undefined || startTime === undefined || namespace !== pidNamespace()) return false;
  return probeProcess({ pid: Number(pid), startTime }) === "dead";
}

/** The part of a folder's name that all folders of its run share. */
export function prefixOf(folderName: string): string {
  return folderName.slice(0, folderName.lastIndexOf("-") + 1);
}

function pidNamespace(): string {
  return /\d+/.exec(hostIdentity().pidNamespace)?.[0] ?? "";
}
