import { existsSync, mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { python } from "../support/python.ts";

/** Whether this machine lets us make namespaces of these kinds: `--uts` for a host name, `--pid` for a process table. */
export function canUnshare(...options: readonly string[]): boolean {
  return Bun.spawnSync(["unshare", ...options, "--fork", "true"]).exitCode === 0;
}

const silentMountProgram = join(import.meta.dir, "silent-mount.py");

/** A file system that never answers, at `folder`, until it is disposed of; see silent-mount.py. */
export async function mountSilently(folder: string) {
  const child = Bun.spawn([python, silentMountProgram, folder], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  let said = "";
  const reading = (async () => {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) said += chunk;
  })();
  return {
    isMounted: () => said.includes("mounted"),
    /** Someone waits for an answer. */
    isAsked: () => said.includes("asked"),
    hasEnded: () => child.exitCode !== null,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await child.exited;
      await reading;
    },
  };
}

/** Whether this machine lets us mount one. */
export async function canMountSilently(): Promise<boolean> {
  if (process.platform !== "linux" || !existsSync("/dev/fuse") || Bun.which("python3") === null) return false;
  const folder = mkdtempSync(join(tmpdir(), "kanbun-mount-"));
  try {
    await using mount = await mountSilently(folder);
    while (!mount.isMounted() && !mount.hasEnded()) await Bun.sleep(5);
    return mount.isMounted();
  } finally {
    rmdirSync(folder);
  }
}
