import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeTestBoard } from "../../support/board.ts";

/** How acknowledged writes stand to the syncs of the log, as the kernel saw them. */
export interface SyncResult {
  readonly acknowledged: number;
  /** Acknowledged while the log had bytes that no fsync or fdatasync had followed. */
  readonly unsynced: number;
}

/** Who works the board: one that waits for each tick, or a resident. */
const programs = { ticks: "recorder-program.ts", resident: "resident-program.ts" };

/** null, or why system calls cannot be watched here. */
export function whyNotTraced(): string | null {
  if (process.platform !== "linux" || Bun.which("strace") === null) return "there is no strace";
  const tried = Bun.spawnSync(["strace", "-o", "/dev/null", "true"]);
  return tried.success ? null : "strace is not permitted";
}

/**
 * Lets a process work a fresh board in the empty folder `home` under strace: it writes down what it was told only
 * after SQLite has returned, so each such line must find the log synced.
 */
export async function watchSyncs(
  home: string,
  tasks: number,
  who: keyof typeof programs = "ticks",
): Promise<SyncResult> {
  const { store } = await makeTestBoard({ home });
  store.close();
  const [trace, acknowledgements] = [join(home, "trace"), join(home, "acknowledgements")];
  // The first thread alone: it is the one that runs the program and SQLite in it.
  const watched = ["-y", "-s", "0", "-e", "trace=pwrite64,write,fsync,fdatasync", "-o", trace];
  const program = join(import.meta.dir, programs[who]);
  const recorder = [process.execPath, program, home, acknowledgements, String(tasks)];
  const child = Bun.spawn(["strace", ...watched, ...recorder], { stdin: "ignore", stderr: "pipe" });
  const [code, stderr] = await Promise.all([child.exited, child.stderr.text()]);
  if (code !== 0) throw new Error(`the recorder ended with ${code}: ${stderr}`);
  return countUnsynced(readFileSync(trace, "utf8"));
}

export function countUnsynced(trace: string): SyncResult {
  let isSynced = true;
  let acknowledged = 0;
  let unsynced = 0;
  for (const line of trace.split("\n")) {
    const [, call, file, result] = /^(\w+)\(\d+<([^>]*)>.* = (-?\d+)/.exec(line) ?? [];
    if (call === undefined || file === undefined) continue;
    if (file.endsWith("kanban.db-wal")) {
      if (call === "pwrite64" || call === "write") isSynced = false;
      else if (result === "0") isSynced = true;
    } else if (file.endsWith("acknowledgements") && call === "write") {
      acknowledged += 1;
      if (!isSynced) unsynced += 1;
    }
  }
  return { acknowledged, unsynced };
}
