import { cpus, loadavg, release, totalmem, type } from "node:os";
import packageJson from "../package.json" with { type: "json" };
import { readFileSystem } from "../src/system/files/file-system.ts";
import benchJson from "./package.json" with { type: "json" };

/** Where, with what and when it was measured: without it the figures mean nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly fileSystem: string;
  /** Programs that wanted a processor, on average over the last 15 minutes of it. */
  readonly load: number;
  /** By name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Of the code that was measured, with a + where a file differs from it; null where git can't tell. */
  readonly commit: string | null;
  readonly date: string;
}

/** @param folder on the disk that is measured */
export function describeMachine(folder: string): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? "unknown",
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    fileSystem: readFileSystem(folder)?.kind ?? "unknown",
    load: Math.round((loadavg()[2] ?? 0) * 10) / 10,
    versions: {
      kanbun: packageJson.version,
      bun: Bun.version,
      ...benchJson.dependencies,
    },
    commit: readCommit(),
    date: new Date().toISOString().slice(0, 10),
  };
}

function readCommit(): string | null {
  const git = (...words: string[]) => Bun.spawnSync(["git", ...words], { cwd: import.meta.dir });
  const commit = git("rev-parse", "--short", "HEAD");
  if (!commit.success) return null;
  const isChanged = git("status", "--porcelain", "--", "..", ":!results.md").stdout.length > 0;
  return `${commit.stdout.toString().trim()}${isChanged ? "+" : ""}`;
}
