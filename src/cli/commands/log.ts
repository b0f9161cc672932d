import type { Command } from "commander";
import type { LogFile } from "../../home/runs/log-file.ts";
import { RunLog } from "../../home/runs/run-log.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import { stdoutIsClosed, writeStdout } from "../text/standard-streams.ts";

interface LogOptions {
  readonly follow?: boolean;
  readonly run?: number;
  readonly lines?: number;
}

/** A JSON document has to be in memory as a whole. */
const JSON_BYTES_MAX = 1024 * 1024;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .option("-f, --follow", "keep printing what it writes until the run ends")
    .option("--run <n>", "the number of the run (default: the last one)", wholeNumber(1))
    .option("--lines <n>", "only the last n lines", wholeNumber(1))
    .action(async (text: string | undefined, options: LogOptions) => {
      await using session = await cli.open("read");
      const log = await RunLog.find(session, text, options.run);
      if (options.follow && log.run !== null) {
        // Awaited here: the session would be closed under a promise that is only handed on.
        await untilInterrupted((signal) => follow(cli, log, { lines: options.lines, signal }));
        return;
      }
      using file = log.tryOpen();
      if (options.lines !== undefined) file?.seekLastLines(options.lines);
      if (cli.output.isJson) await answerJson(cli, log, file);
      else if (file !== null) copy(file);
      else
        cli.output.note(
          log.run === null ? `${log.taskId} has not run yet` : `${nameRun(log)} has written nothing yet`,
        );
    });
  command.addHelpText("after", "\nThe log is printed as it was written, with escape sequences.");
  addExamples(
    command,
    "kanbun log t_0123abcd",
    "kanbun log -f t_0123abcd",
    "kanbun log t_0123abcd --run 3 --lines 20",
  );
}

function nameRun({ run }: RunLog): string {
  return `run ${run?.id}`;
}

function copy(file: LogFile): void {
  for (let chunk = file.readChunk(); chunk !== null && !stdoutIsClosed(); chunk = file.readChunk())
    writeStdout(chunk);
}

async function answerJson(cli: CliContext, log: RunLog, file: LogFile | null): Promise<void> {
  const chunks: Buffer[] = [];
  let kept = 0;
  for (let chunk = file?.readChunk(); chunk && kept <= JSON_BYTES_MAX; chunk = file?.readChunk()) {
    chunks.push(Buffer.from(chunk));
    kept += chunk.length;
  }
  const truncated = kept > JSON_BYTES_MAX;
  const text = Buffer.concat(chunks).subarray(0, JSON_BYTES_MAX).toString("utf8");
  const sizeBytes = file?.sizeBytes ?? 0;
  const { taskId: task, run, path } = log;
  await cli.output.answer({ task, run: run?.id ?? null, path, sizeBytes, truncated, text }, () => "");
}

async function follow(
  cli: CliContext,
  log: RunLog,
  how: { readonly lines: number | undefined; readonly signal: AbortSignal },
): Promise<void> {
  const decoder = new TextDecoder();
  const say = (facts: { readonly text: string; readonly isCut?: true }) =>
    cli.output.line({ task: log.taskId, run: log.run?.id, ...facts }, () => "");
  for await (const piece of log.follow(how)) {
    if (piece.isCut) {
      // What was in it may be lost, what comes now is not.
      if (cli.output.isJson) await say({ text: "", isCut: true });
      else cli.output.note(`the log of ${nameRun(log)} became shorter: printing it again from its beginning`);
    } else if (cli.output.isJson) await say({ text: decoder.decode(piece.bytes, { stream: true }) });
    else writeStdout(piece.bytes);
    if (stdoutIsClosed()) return;
  }
}
