/** What a git command printed, or as much of it as was asked for. */
export interface GitOutput {
  readonly bytes: Uint8Array;
  /** There would have been more. */
  readonly isCut: boolean;
  /** null where it was ended, for it printed or took too much. */
  readonly exitCode: number | null;
  readonly didTimeOut: boolean;
  readonly stderr: string;
}

const stderrMax = 4_096;

/**
 * Runs a git command that only reads, and ends it when it prints or takes too much. Nothing that the repository's configuration names as a
 * viewer of differences is started, nothing is fetched, and no lock is taken.
 */
export async function readGit(
  folder: string,
  args: readonly string[],
  bounds: { readonly bytesMax: number; readonly timeoutMs: number },
): Promise<GitOutput> {
  const git = Bun.spawn(["git", "-C", folder, "-c", "core.fsmonitor=false", ...args], {
    env: readingEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let didTimeOut = false;
  const timer = setTimeout(() => {
    didTimeOut = true;
    git.kill("SIGKILL");
  }, bounds.timeoutMs);
  try {
    const [{ bytes, isCut }, stderr] = await Promise.all([
      readAtMost(git.stdout, bounds.bytesMax, () => git.kill("SIGKILL")),
      readAtMost(git.stderr, stderrMax),
    ]);
    const exitCode = await git.exited;
    return {
      bytes,
      isCut,
      exitCode: isCut || didTimeOut ? null : exitCode,
      didTimeOut,
      stderr: new TextDecoder().decode(stderr.bytes).trim(),
    };
  } finally {
    clearTimeout(timer);
  }
}

async function readAtMost(stream: ReadableStream<Uint8Array>, bytesMax: number, end = () => {}) {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of stream) {
    if (sizeBytes <= bytesMax) parts.push(part);
    sizeBytes += part.length;
    if (sizeBytes > bytesMax) end();
  }
  return { bytes: Buffer.concat(parts).subarray(0, bytesMax), isCut: sizeBytes > bytesMax };
}

/** Without what would lead git to another repository than the one that is asked for. */
function readingEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name.startsWith("GIT_") ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(own),
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_LITERAL_PATHSPECS: "1",
    LC_ALL: "C",
  };
}
