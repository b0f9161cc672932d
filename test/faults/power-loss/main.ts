// `bun run power-loss`: would show it if a board that lost power lost a write with it that had been acknowledged.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../../races/orphan-repro/random.ts";
import { chooseCuts } from "./cuts.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { record } from "./recording.ts";
import { sweep } from "./sweep.ts";
import { type SyncResult, watchSyncs, whyNotTraced } from "./syncs.ts";

const options = readOptions();
const memory = "/dev/shm";
const roots = [tmpdir(), existsSync(memory) ? memory : tmpdir()].map((folder) =>
  mkdtempSync(join(folder, "kanbun-power-loss-")),
);
process.on("exit", () => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

const [disk = "", scratch = ""] = roots;
const startedAt = performance.now();
const recording = await record(makeFolder("recorded"), options.tasks);
const random = new Random(options.seed);
const log = {
  walBytes: recording.wal.length,
  acknowledgedAt: recording.acknowledgements.map(({ walBytes }) => walBytes),
};
const cuts = chooseCuts(log, options.cuts ?? "all", random);
const result = await sweep(recording, cuts, { folder: scratch, random });
const reason = whyNotTraced();
const syncs = reason === null ? await watchSyncs(makeFolder("watched"), Math.min(options.tasks, 9)) : null;

const ok = result.boardsUnsound === 0 && result.writesMissing === 0 && (syncs === null || isSynced(syncs));
const data = {
  seed: options.seed,
  wal_bytes: log.walBytes,
  acknowledged: log.acknowledgedAt.length,
  cuts: result.cuts,
  promises: result.promises,
  boards_unsound: result.boardsUnsound,
  writes_missing: result.writesMissing,
  watched: syncs === null ? { skipped: reason } : syncs,
  findings: result.findings.slice(0, 100),
  duration_ms: Math.round(performance.now() - startedAt),
};
console.log(options.json ? JSON.stringify({ v: 1, ok, data }) : renderText());
process.exit(ok ? 0 : 1);

function isSynced({ acknowledged, unsynced }: SyncResult): boolean {
  return acknowledged > 0 && unsynced === 0;
}

function renderText(): string {
  const watched =
    syncs === null
      ? `skipped: ${reason}`
      : `${syncs.unsynced} of ${syncs.acknowledged} (must be 0), as strace saw it`;
  return [
    `power-loss: ${data.acknowledged} acknowledged writes, a log of ${data.wal_bytes} bytes, seed ${data.seed}`,
    "",
    `cuts tried                        ${data.cuts}`,
    `writes that had to be there       ${data.promises}`,
    `boards unsound                    ${data.boards_unsound} (must be 0)`,
    `acknowledged writes missing       ${data.writes_missing} (must be 0)`,
    `acknowledged before the log's sync ${watched}`,
    ...data.findings.slice(0, 12).map((finding) => `        ${finding}`),
    "",
    `${ok ? "as stated" : "NOT AS STATED"}, after ${(data.duration_ms / 1000).toFixed(1)} s`,
  ].join("\n");
}

function makeFolder(name: string): string {
  const folder = join(disk, name);
  mkdirSync(folder);
  return folder;
}

function readOptions(): Options {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`power-loss: ${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}
