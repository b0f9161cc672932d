import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Check, CheckOf } from "./check.ts";

/** A worker takes three at least: its shim, its log's copier and itself; and a compiler's worker forks many. */
const roomMin = 100;

interface Limit {
  readonly what: string;
  readonly room: number;
}

/**
 * How many more processes may be started here: without room every start is put off, and said of each task alone.
 * @param root the file system that is looked at
 */
export function checkProcessRoom(root = "/", uid = process.getuid?.() ?? 0): Check {
  const check = new CheckOf("process_room");
  const limits = [...kernelLimits(root), ...groupLimits(root), ...userLimit(root, uid)];
  const [least] = limits.sort((a, b) => a.room - b.room);
  if (least === undefined) return check.ok("this platform does not tell how many there may be");
  const told = `room for ${least.room} more processes, by ${least.what}`;
  return least.room < roomMin ? check.problem(`only ${told}`) : check.ok(told);
}

/** Threads count as processes do: `/proc/loadavg` has them all. */
function kernelLimits(root: string): Limit[] {
  const count = Number(/\/(\d+) /.exec(read(join(root, "proc/loadavg")) ?? "")?.[1]);
  return ["kernel/threads-max", "kernel/pid_max"].flatMap((name) => {
    const room = readNumber(join(root, "proc/sys", name)) - count;
    return Number.isNaN(room) ? [] : [{ what: name.replace("/", "."), room }];
  });
}

/** Of the control group that we are in, and of all above it, whichever of the two kinds of groups is in force. */
function groupLimits(root: string): Limit[] {
  const limits: Limit[] = [];
  for (const line of (read(join(root, "proc/self/cgroup")) ?? "").split("\n")) {
    const [, controllers, group = "/"] = line.split(":");
    if (controllers !== "" && controllers !== "pids") continue;
    const top = controllers === "pids" ? "sys/fs/cgroup/pids" : "sys/fs/cgroup";
    for (let at = group; ; at = dirname(at)) {
      const folder = join(root, top, at);
      // "max" where there is none.
      const room = readNumber(join(folder, "pids.max")) - readNumber(join(folder, "pids.current"));
      if (!Number.isNaN(room)) limits.push({ what: `the control group ${at}`, room });
      if (at === "/" || at === ".") break;
    }
  }
  return limits;
}

/** Root is not bound by it. */
function userLimit(root: string, uid: number): Limit[] {
  const [, soft] = /^Max processes\s+(\d+)/m.exec(read(join(root, "proc/self/limits")) ?? "") ?? [];
  if (uid === 0 || soft === undefined) return [];
  const threads = Bun.spawnSync(["ps", "-L", "-o", "tid=", "-u", String(uid)], { stderr: "ignore" });
  const count = threads.stdout.toString().trim().split("\n").length;
  return [{ what: "`ulimit -u`", room: Number(soft) - count }];
}

/** NaN where there is none. */
function readNumber(path: string): number {
  return Number(read(path) ?? Number.NaN);
}

/** null: there is no such file here, or it may not be read. */
function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null; // the limit is then not known, and the check says what is
  }
}
