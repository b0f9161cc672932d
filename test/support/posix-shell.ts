const command = 'command = ["sh", "{body_file}"]\n';

/** The tests' workers are written for a POSIX shell; the built-in profile of Windows has another, and is told to use one. */
export function withPosixShell(config: string): string {
  if (process.platform !== "win32") return config;
  const [before = "", after] = config.split("[profiles.shell]\n");
  if (after === undefined) return `${config}\n[profiles.shell]\n${command}`;
  const hasItsOwn = after.split("\n[")[0]?.includes("command =");
  return hasItsOwn ? config : `${before}[profiles.shell]\n${command}${after}`;
}
