import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { builtProgram } from "./built-program.ts";
import { makeTestHome } from "./home.ts";

/**
 * The command line as any user of this machine can start it: Bun and the checkout may be in a folder that is root's alone.
 * Of root only; what it copies is gone with the test.
 */
export function commandForAll(): readonly string[] {
  const command = [process.execPath, builtProgram()];
  const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  // By a shell: setpriv itself still may what root may until it has become another program.
  const throughShell = ["sh", "-c", 'exec "$@"', "sh", ...command, "--version"];
  if (Bun.spawnSync([...asNobody, ...throughShell]).success) return command;
  const folder = makeTestHome();
  chmodSync(folder, 0o755);
  const copies = command.map((path, at) => {
    const copy = join(folder, ["bun", "kanbun.js"][at] ?? "");
    copyFileSync(path, copy);
    chmodSync(copy, 0o755);
    return copy;
  });
  return copies;
}
