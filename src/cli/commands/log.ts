import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { Run } from "../../board/run.ts";
import { isTaskId } from "../../board/task.ts";
import { LogFile } from "../../home/log-file.ts";
import type { Session } from "../../home/session.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import { addExamples, type CliContext } from "../command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { pause, untilInterrupted } from "../input/until-interrupted.ts";
import { stdoutIsClosed, writeStdout } from "../text/standard-streams.ts";

interface LogOptions {
  readonly follow?: boolean;
  readonly run?: number;
  readonly lines?: number;
}

const POLL_MS = 100;
/** A JSON document has to be in memory as a whole. */
const JSON_BYTES_MAX = 1024 * 1024;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "its id; inside a worker its own task goes without saying")
    .option("-f, --follow", "go on with what it writes, until the run is over")
    .option("--run <n>", "another run than the last one", wholeNumber(1))
    .option("--lines <n>", "only the last lines", wholeNumber(1))
    .action(async (text: string | undefined, options: LogOptions) => {
      await using session = await cli.open("read");
      const { id } = await session.store.requireTask(await session.taskId(text));
      const run = await findRun(session, id, options.run);
      if (options.follow && run !== null) {
        // Awaited here: the session would be closed under a promise that is only handed on.
        await followLog(cli, session, run, options.lines);
        return;
      }
      const path = run === null ? null : logPath(session, run);
      using file = path === null ? null : LogFile.tryOpen(path);
      if (file === null && run !== null) requirePossible(session, run);
      if (options.lines !== undefined) file?.seekLastLines(options.lines);
      if (cli.output.isJson) await answerJson(cli, { id, run, path, file });
      else if (file !== null) copy(file);
      else cli.output.note(run === null ? `${id} has not run yet` : `run ${run.id} has written nothing yet`);
    });
  command.addHelpText("after", "\nIt is printed as it was written, escape sequences and all.");
  addExamples(
    command,
    "kanbun log t_0123abcd",
    "kanbun log -f t_0123abcd",
    "kanbun log t_0123abcd --run 3 --lines 20",
  );
}

/** null for a task that has not run yet. @throws {BoardError} not_found for a run that is none of its own. */
async function findRun(session: Session, taskId: string, wanted: number | undefined): Promise<Run | null> {
  const runs = await session.store.listRuns(taskId);
  if (wanted === undefined) return runs.at(-1) ?? null;
  const run = runs.find((one) => one.id === wanted);
  if (run !== undefined) return run;
  throw new BoardError("not_found", `${taskId} has no run ${wanted}`, {
    hint: runs.length === 0 ? "it has not run yet" : `its runs are: ${runs.map((one) => one.id).join(", ")}`,
  });
}

/** Another dispatcher keeps one log for all runs of a task, and no folder for each. */
function logPath(session: Session, { id, taskId }: Run): string {
  const { runs, foreignLogs } = session.place.paths;
  const own = new RunDirectory(runs, id, null).logPath;
  if (existsSync(dirname(own)) || !isTaskId(taskId)) return own;
  const foreign = join(foreignLogs, `${taskId}.log`);
  return existsSync(foreign) ? foreign : own;
}

/** A run that is over and has no folder will never have a log. */
function requirePossible(session: Session, run: Run): void {
  if (run.endedAtMs === null || existsSync(dirname(logPath(session, run)))) return;
  throw new BoardError("not_found", `there is no log of run ${run.id} of ${run.taskId}`, {
    hint: "it was removed, or no worker of this board ever ran: see `kanbun runs`",
  });
}

function copy(file: LogFile): void {
  for (let chunk = file.readChunk(); chunk !== null && !stdoutIsClosed(); chunk = file.readChunk())
    writeStdout(chunk);
}

async function answerJson(
  cli: CliContext,
  log: {
    readonly id: string;
    readonly run: Run | null;
    readonly path: string | null;
    readonly file: LogFile | null;
  },
): Promise<void> {
  const { id, run, path, file } = log;
  const chunks: Buffer[] = [];
  let kept = 0;
  for (let chunk = file?.readChunk(); chunk && kept <= JSON_BYTES_MAX; chunk = file?.readChunk()) {
    chunks.push(Buffer.from(chunk));
    kept += chunk.length;
  }
  const truncated = kept > JSON_BYTES_MAX;
  const text = Buffer.concat(chunks).subarray(0, JSON_BYTES_MAX).toString("utf8");
  const sizeBytes = file?.sizeBytes ?? 0;
  await cli.output.answer({ task: id, run: run?.id ?? null, path, sizeBytes, truncated, text }, () => "");
}

async function followLog(
  cli: CliContext,
  session: Session,
  run: Run,
  lines: number | undefined,
): Promise<void> {
  const path = logPath(session, run);
  const decoder = new TextDecoder();
  let file: LogFile | null = null;
  try {
    await untilInterrupted(async (signal) => {
      while (!signal.aborted && !stdoutIsClosed()) {
        // Asked before the file is read: what a run wrote until its end is then all there.
        const isOver = await isRunOver(session, run);
        if (file === null) {
          file = LogFile.tryOpen(path);
          if (lines !== undefined) file?.seekLastLines(lines);
          if (file === null && isOver) requirePossible(session, run);
        }
        if (file?.hasLostText(path)) {
          file[Symbol.dispose]();
          file = LogFile.tryOpen(path);
          await sayCut(cli, run);
        }
        for (let chunk = file?.readChunk(); chunk; chunk = file?.readChunk()) {
          if (!cli.output.isJson) writeStdout(chunk);
          else {
            const text = decoder.decode(chunk, { stream: true });
            await cli.output.line({ task: run.taskId, run: run.id, text }, () => "");
          }
          if (stdoutIsClosed() || signal.aborted) return;
        }
        if (isOver) return;
        await pause(POLL_MS, signal);
      }
    });
  } finally {
    (file as LogFile | null)?.[Symbol.dispose]();
  }
}

/** What was in it may be lost, what comes now is not. */
async function sayCut(cli: CliContext, run: Run): Promise<void> {
  if (cli.output.isJson)
    await cli.output.line({ task: run.taskId, run: run.id, text: "", isCut: true }, () => "");
  else cli.output.note(`the log of run ${run.id} has become shorter: it goes on from its beginning`);
}

async function isRunOver(session: Session, run: Run): Promise<boolean> {
  const runs = await session.store.listRuns(run.taskId);
  const isOpen = runs.some((one) => one.id === run.id && one.endedAtMs === null);
  if (isOpen) return false;
  // Settled, but its last process may still be writing.
  return !(await session.store.listLiveRuns()).some((live) => live.runId === run.id);
}
