import { type CommandLine, mainPath } from "../cli/command-line.ts";

/** A command as a person types it, after what was suggested. */
export function typed(kanbun: CommandLine, command: string) {
  const script = `kanbun() { '${process.execPath}' '${mainPath}' "$@"; }; ${command}`;
  const ran = Bun.spawnSync(["sh", "-c", script], {
    cwd: kanbun.home,
    env: { ...process.env, KANBUN_HOME: kanbun.home },
  });
  return { code: ran.exitCode, stderr: ran.stderr.toString() };
}
