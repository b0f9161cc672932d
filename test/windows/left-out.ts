import { appendFileSync } from "node:fs";

/** What Windows, or the Wine that stands for it here, has not: tests about it cannot mean anything there. */
const missing = {
  "permission bits":
    "files there have access lists, not modes: nothing is made unreadable or executable by chmod",
  links: "making one needs a right that an ordinary account lacks there, and Wine 8 makes none at all",
  signals: "there is but one, TerminateProcess: nothing is caught, ignored, or sent to a group",
  "removal of open files": "what somebody has open there can be neither removed nor replaced",
  "/proc": "the test looks at the kernel's own tables of Linux",
  "process groups":
    "there are neither groups nor sessions: a run is found by its mark, and ends with its job",
  zombies: "a process that ended is gone there as soon as nobody has a handle of it",
  exec: "a process there can't become another program",
  "programs of Linux": "the test starts env, ps, mount, unshare, python3 or the like",
  "POSIX paths": "the test is about slashes and colons; backslashes and drives have tests of their own",
  git: "there is none for Windows among the packages that a test may use",
  fifo: "there are no named pipes among the files",
  building: "executables are built elsewhere; the one for Windows is tested there as it comes from Linux",
  flock: "LockFileEx stands for it, and has tests of its own",
} as const;

/** For `test.skipIf`: whether the test cannot mean anything here, because this is Windows. */
export function lacksOnWindows(what: keyof typeof missing): boolean {
  if (process.platform !== "win32") return false;
  const tally = process.env.KANBUN_TEST_LEFT_OUT;
  if (tally) appendFileSync(tally, `${what}\n`);
  return true;
}

/** What was left out, from the lines that `lacksOnWindows` wrote: how often, and why. */
export function explainLeftOut(tally: string): string[] {
  const names = tally.split("\n").filter((line) => line !== "");
  return Object.entries(missing)
    .map(([what, why]) => ({ count: names.filter((name) => name === what).length, what, why }))
    .filter(({ count }) => count > 0)
    .map(({ count, what, why }) => `${String(count).padStart(5)}  ${what}: ${why}`);
}
