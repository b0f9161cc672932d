import { resolve } from "node:path";
import { timeOnce } from "../samples.ts";
import type { BenchHome } from "./bench-home.ts";

/** How the command line is run, as a process of its own. */
export const kanbunCommand: readonly string[] = [
  process.execPath,
  resolve(import.meta.dir, "../../src/cli/main.ts"),
];

/** Nothing of the caller's but where programs are: it may be a worker itself. */
export function environmentOf({ home }: BenchHome): Record<string, string | undefined> {
  return { PATH: process.env.PATH, HOME: home, KANBUN_HOME: home };
}

/** Starts a command on the board. What it says on standard output is thrown away. */
export function startOn(board: BenchHome, command: readonly string[]): Bun.Subprocess {
  return Bun.spawn([...command], {
    env: environmentOf(board),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
}

/** Milliseconds from the start of a process to its end. @throws when it fails */
export function processMs(command: readonly string[], board: BenchHome): Promise<number> {
  return timeOnce(async () => {
    if ((await startOn(board, command).exited) !== 0) throw new Error(`${command.join(" ")} failed`);
  });
}
