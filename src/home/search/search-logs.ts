import { readdirSync } from "node:fs";
import type { ListedTask } from "../../board/task.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import { LogFile } from "../runs/log-file.ts";
import { LogLines } from "../runs/log-lines.ts";
import type { Session } from "../session/session.ts";

export interface LogHit {
  readonly task: ListedTask;
  readonly runId: number;
  /** The first line that has all of the words. */
  readonly line: string;
}

/** There is no index of logs: so many of the newest are read, and so much of each. */
const runsMax = 2_000;
const logBytesMax = 16 * 1024 * 1024;

/**
 * Runs of this board whose log has a line with all of the words, the newest first. Case doesn't matter.
 * @returns at most `limit`; `isCut`: there may be more, in older runs
 */
export async function searchLogs(
  session: Session,
  words: readonly string[],
  limit: number,
): Promise<{ readonly hits: readonly LogHit[]; readonly isCut: boolean }> {
  const { runs } = session.place.paths;
  const ids = listRunIds(runs);
  const found: { runId: number; line: string }[] = [];
  for (const runId of ids.slice(0, runsMax)) {
    const line = findLine(new RunDirectory(runs, runId, null).logPath, words);
    if (line !== null) found.push({ runId, line });
    if (found.length > limit) break;
  }
  const taskIds = await session.store.getTasksOfRuns(found.map(({ runId }) => runId));
  const tasks = new Map(
    (await session.store.listTasksById([...taskIds.values()])).map((task) => [task.id, task]),
  );
  const hits = found.flatMap(({ runId, line }) => {
    const task = tasks.get(taskIds.get(runId) ?? "");
    return task === undefined ? [] : [{ task, runId, line }];
  });
  return { hits: hits.slice(0, limit), isCut: found.length > limit || ids.length > runsMax };
}

function listRunIds(folder: string): number[] {
  try {
    const names = readdirSync(folder).filter((name) => /^[1-9]\d{0,14}$/.test(name));
    return names.map(Number).sort((a, b) => b - a);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** null where there is none, or no log. */
function findLine(path: string, words: readonly string[]): string | null {
  using file = LogFile.tryOpen(path);
  if (file === null) return null;
  const wanted = words.map((word) => word.toLowerCase());
  const has = (line: string) => {
    const plain = line.toLowerCase();
    return wanted.every((word) => plain.includes(word));
  };
  const lines = new LogLines();
  let read = 0;
  for (let chunk = file.readChunk(); chunk !== null && read < logBytesMax; chunk = file.readChunk()) {
    read += chunk.length;
    const line = lines.push(chunk).find(has);
    if (line !== undefined) return line;
  }
  return lines.end().find(has) ?? null;
}
