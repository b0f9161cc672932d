/** What a manager of services said. */
interface ManagerAnswer {
  readonly isOk: boolean;
  /** Both streams, without their line ends at the end. */
  readonly text: string;
}

/** Runs a manager's command. One that is not there is an answer as well. */
export async function runManager(command: readonly string[]): Promise<ManagerAnswer> {
  try {
    const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const [stdout, stderr, code] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    return { isOk: code === 0, text: `${stdout}${stderr}`.trimEnd() };
  } catch {
    // What can't be started is not there, or not ours to run.
    return { isOk: false, text: `there is no ${command[0]} here` };
  }
}

/** Runs them one after the other; the first that fails, with what it said, or null. */
export async function runManagers(
  commands: readonly (readonly string[])[],
): Promise<{ readonly command: string; readonly said: string } | null> {
  for (const command of commands) {
    const { isOk, text } = await runManager(command);
    if (!isOk) return { command: command.join(" "), said: text.split("\n")[0] || "it failed" };
  }
  return null;
}
