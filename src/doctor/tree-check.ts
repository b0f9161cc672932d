import { existsSync } from "node:fs";
import { findProcessesByEnv, identifyProcess, whyNoTrees } from "../../native-shims/index.ts";
import { runMark } from "../worker/spawn/environment.ts";
import { type Check, CheckOf } from "./check.ts";

/** By what a run's processes can be told here. */
export interface TreeSupport {
  readonly platform: NodeJS.Platform;
  /** null: a shim is started that nothing leaves. */
  readonly whyNoTrees: string | null;
  /** False: /proc is another pid namespace's. */
  readonly isProcOurs: boolean;
  /** The kernel has a list of each process's children. */
  readonly hasChildren: boolean;
  /** /proc shows a user no other's processes (hidepid). */
  readonly hidesOthers: boolean;
}

/** How a run's processes are known on this machine, and what is not guaranteed then. */
export function checkTrees(): Check {
  return judgeTrees({
    platform: process.platform,
    whyNoTrees: whyNoTrees()?.message ?? null,
    isProcOurs: findProcessesByEnv(runMark, new Set()) !== null,
    hasChildren: existsSync(`/proc/${process.pid}/task/${process.pid}/children`),
    hidesOthers: identifyProcess(1)?.startTime === "",
  });
}

const byMark =
  "a run's processes are known by their environment alone: one that clears it and leaves its session is not found, and its task may run again beside it";

export function judgeTrees(support: TreeSupport): Check {
  const check = new CheckOf("trees");
  const { platform } = support;
  if (platform === "win32") return check.ok("a run's processes are in a job, and end with its shim");
  if (platform !== "linux")
    return check.warning(
      `${byMark}. The environment of the system's own programs, such as /bin/sh, can't be read`,
    );
  if (!support.isProcOurs)
    return check.problem(
      "/proc is that of another pid namespace: no run can be seen to be over",
      "mount -t proc proc /proc",
    );
  if (support.whyNoTrees !== null) return check.warning(`${support.whyNoTrees}: ${byMark}`);
  if (!support.hasChildren)
    return check.warning(
      `this kernel keeps no list of a process's children (CONFIG_PROC_CHILDREN): after a worker's end ${byMark}`,
    );
  return check.ok(
    support.hidesOthers
      ? "a run's processes are known by descent; one that becomes another user's holds its task until it ends (hidepid)"
      : "a run's processes are known by descent",
  );
}
