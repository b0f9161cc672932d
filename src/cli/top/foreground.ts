import { readFileSync } from "node:fs";

/**
 * Whether this process may use its terminal: what a shell runs in the background is stopped when it reads or changes it.
 * @see setpgid(2), proc_pid_stat(5)
 */
export function isInForeground(): boolean {
  if (process.platform === "win32") return true;
  try {
    const [pgrp, tpgid] = process.platform === "linux" ? ofLinux() : ofPs();
    return pgrp === tpgid;
  } catch {
    return true; // can't be told: as in nearly all cases
  }
}

function ofLinux(): readonly (string | undefined)[] {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const [, , , pgrp, , , tpgid] = stat.slice(stat.lastIndexOf(")") + 1).split(" ");
  return [pgrp, tpgid];
}

function ofPs(): readonly (string | undefined)[] {
  const ran = Bun.spawnSync(["ps", "-o", "pgid=,tpgid=", "-p", String(process.pid)]);
  return ran.stdout.toString().trim().split(/\s+/);
}
