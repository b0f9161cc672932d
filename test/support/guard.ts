import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { testRunPrefix } from "./test-run.ts";

/**
 * Starts the process that cleans up behind this one however it ends, also by SIGKILL: it waits for the end of a pipe that
 * this process alone holds.
 * @returns ends the guard, once it has cleaned up, unless this process has other files of tests still to run
 */
export function startGuard(): () => Promise<void> {
  const guard = Bun.spawn([process.execPath, join(import.meta.dir, "guard-program.ts")], {
    // A session of its own: the Ctrl-C that ends the tests must not end it before it has done its work.
    detached: true,
    stdin: "pipe",
    stdout: "ignore",
    stderr: "inherit",
  });
  // Not among its arguments: it would be taken for one of those that it ends.
  guard.stdin.write(testRunPrefix);
  guard.stdin.flush();
  guard.unref();
  const isForMore = runsOneFileAfterTheOther();
  return async () => {
    if (isForMore) return;
    guard.stdin.end();
    await guard.exited;
  };
}

/** What is registered for the end of all tests is then called at the end of each file, though begun only once. */
function runsOneFileAfterTheOther(): boolean {
  const path = "/proc/self/cmdline";
  const args = existsSync(path) ? readFileSync(path, "utf8").split("\0") : [];
  return args.includes("--test-worker") && args.includes("--no-isolate");
}
