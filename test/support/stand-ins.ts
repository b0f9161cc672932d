import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { shellWord } from "../../src/system/text/shell-word.ts";

const program = resolve(import.meta.dir, "../fixtures/stand-in-agent.ts");

/** Puts programs that behave as these agents do into a folder of their own. @returns a PATH that has it first */
export function makeStandIns(folder: string, ...agents: readonly string[]): string {
  const bin = join(folder, "agents-bin");
  mkdirSync(bin, { recursive: true });
  for (const agent of agents) {
    const path = join(bin, agent);
    writeFileSync(
      path,
      `#!/bin/sh\nexec ${shellWord(process.execPath)} ${shellWord(program)} ${agent} "$@"\n`,
    );
    chmodSync(path, 0o755);
  }
  return `${bin}:${process.env.PATH ?? ""}`;
}
