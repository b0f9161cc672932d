import { realpathSync } from "node:fs";

/** Scripts of package.json that start the command line of a checkout. */
const ownScripts: readonly (string | undefined)[] = ["kanbun", "dispatch"];
let known: string | undefined;

/** What is typed to start this Kanbun as it was just started: `kanbun`, the path of an executable, `bun run kanbun`. */
export function programName(): string {
  known ??= findName();
  return known;
}

function findName(): string {
  // A worker finds its Kanbun on its PATH, however its dispatcher was started.
  if (process.env.KANBUN_TASK !== undefined) return "kanbun";
  if (Bun.isStandaloneExecutable) return isOnPath() ? "kanbun" : process.execPath;
  if (!ownScripts.includes(process.env.npm_lifecycle_event)) return "kanbun";
  return process.execPath.includes("_npx") ? `npx -y bun@${Bun.version} run kanbun` : "bun run kanbun";
}

function isOnPath(): boolean {
  const found = Bun.which("kanbun");
  return found !== null && realpathSync(found) === realpathSync(process.execPath);
}
