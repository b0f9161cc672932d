import { eventuallyMsMax } from "./patience.ts";

const command = 'command = ["sh", "{body_file}"]\n';

/** The tests' workers are written for a POSIX shell; the built-in profile of Windows has another, and is told to use one. */
export function withPosixShell(config: string): string {
  if (process.platform !== "win32") return config;
  const patient = withPatience(config);
  const [before = "", after] = patient.split("[profiles.shell]\n");
  if (after === undefined) return `${patient}\n[profiles.shell]\n${command}`;
  const hasItsOwn = after.split("\n[")[0]?.includes("command =");
  return hasItsOwn ? patient : `${before}[profiles.shell]\n${command}${after}`;
}

/** There the shim is all of Kanbun: on a busy machine it takes longer to start than a user would give it. */
function withPatience(config: string): string {
  if (config.includes("launch_grace")) return config;
  const line = `launch_grace = "${eventuallyMsMax}ms"\n`;
  const [before = "", after] = config.split("[dispatch]\n");
  return after === undefined ? `${config}\n[dispatch]\n${line}` : `${before}[dispatch]\n${line}${after}`;
}
