import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "..");

/** What of `test/` is not run on Windows as a whole, and why; single tests say it by `lacksOnWindows`. */
const leftOut: Readonly<Record<string, string>> = {
  cli: "thousands of commands, each of which takes a quarter of a second to start under Wine; the executable's check runs each once",
  "docs.test.ts": "types the documents' commands into a POSIX shell",
  doctor: "its findings are of Linux: mounts, limits, /proc",
  faults: "what is broken on purpose is Linux: preloaded libraries, full mounts, limits, signals",
  "field-notes": "the same promises as the tests beside it make, told with signals, links and namespaces",
  hostile: "about what is typed, not about the platform; minutes of process starts",
  "layers.test.ts": "about the text of the source",
  mcp: "commands, too; what they say over a pipe is the same everywhere",
  release: "but for the executable: what is built there, and measured, is of Linux",
  model: "about the rules of the board, not about the platform",
  web: "servers and browsers whose workers are shell scripts; what they say over a socket is the same everywhere",
  races: "but for orphan-repro, dispatchers there are stopped by signals, and workers look into /proc",
};

/** Of what is left out as a whole this is run all the same. */
const exceptions = ["test/races/orphan-repro.test.ts", "./test/release/executable.check.ts"];

/** What is for the tests' own use, and the tests of that. */
const helpers = ["fixtures", "support", "windows"];

function hasTests(name: string): boolean {
  const path = join(root, name);
  if (!statSync(path).isDirectory()) return name.endsWith(".test.ts");
  return new Bun.Glob("**/*.test.ts").scanSync(path).next().done !== true;
}

/** What is run, as `bun test` takes it: everything that is not left out, so that nothing is forgotten. */
export function listRun(): string[] {
  const names = readdirSync(root).filter((name) => !helpers.includes(name) && !(name in leftOut));
  return [...names.filter(hasTests).map((name) => `test/${name}`), ...exceptions];
}

export function explainNotRun(): string[] {
  return Object.entries(leftOut).map(([name, why]) => `  test/${name}: ${why}`);
}
