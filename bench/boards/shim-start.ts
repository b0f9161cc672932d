import { closeSync } from "node:fs";
import { type StartedTree, startTree } from "../../native-shims/index.ts";
import { shimArguments } from "../../src/worker/shim/shim.ts";

export interface ShimStart {
  readonly runFolder: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Closed when the shim has it. */
  readonly logFd: number;
}

/** The product's start shim around a command, without a board. */
export function startShim({ runFolder, command, env, logFd }: ShimStart): StartedTree {
  const where = { inputPath: "/dev/null", cwd: "/", worktree: null, copier: "/usr/bin/tee" };
  const tree = startTree({ command: shimArguments({ runFolder, ...where, command }, []), env, logFd });
  closeSync(logFd);
  return tree;
}
