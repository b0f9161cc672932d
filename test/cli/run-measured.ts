import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { python } from "../support/python.ts";
import { CommandLine, mainPath } from "./command-line.ts";

const measuring = resolve(import.meta.dir, "../fixtures/peak-memory.py");

/** The standard output of a command that must succeed, and the most memory that it had at once. */
export async function runMeasured(
  home: string,
  args: readonly string[],
): Promise<{ readonly text: string; readonly peakBytes: number }> {
  const peakPath = join(makeTestHome(), "peak");
  const measured = new CommandLine(home, [python, measuring, peakPath, process.execPath, mainPath]);
  const text = await measured.ok(...args);
  return { text, peakBytes: Number(readFileSync(peakPath, "utf8")) };
}
