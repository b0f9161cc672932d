import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Scale } from "./bench.ts";
import { measures } from "./measures.ts";

const usage = `Usage: bun run bench [options]
  --quick           smaller boards and fewer rounds: about two minutes
  --smoke           as small as can be: shows that everything works, and nothing else
  --only <B1,B5>    these rows alone; results.md is left as it is
  --json            one JSON document on standard output
  --folder <path>   where to work: the disk of this folder is the one that is measured
  --no-peers        leave out the packages that are compared with
`;

export interface Flags {
  readonly scale: Scale;
  /** null: all rows. */
  readonly only: readonly string[] | null;
  readonly json: boolean;
  readonly folder: string;
  readonly hasPeers: boolean;
}

/** Ends the process where there is nothing to do but to say how it is called. */
export function readFlags(): Flags {
  const { quick, smoke, only: onlyText, json, folder, "no-peers": noPeers, help } = parse();
  if (help) leave(usage, 0);
  const only = onlyText?.split(",").map((id) => id.trim()) ?? null;
  const known = measures.flatMap(({ ids }) => ids);
  const unknown = (only ?? []).filter((id) => !known.includes(id));
  if (unknown.length > 0) leave(`there is no row ${unknown.join(", ")}; there are ${known.join(", ")}\n`, 2);
  const scale = smoke ? "smoke" : quick ? "quick" : "full";
  return { scale, only, json, folder: resolve(folder), hasPeers: !noPeers };
}

function parse() {
  try {
    return parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        smoke: { type: "boolean", default: false },
        only: { type: "string" },
        json: { type: "boolean", default: false },
        folder: { type: "string", default: join(import.meta.dir, ".scratch") },
        "no-peers": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return leave(`${(error as Error).message}\n${usage}`, 2);
  }
}

function leave(text: string, exitCode: 0 | 2): never {
  (exitCode === 0 ? process.stdout : process.stderr).write(text);
  process.exit(exitCode);
}
