import type { LogFile } from "../../home/runs/log-file.ts";
import type { RunLog } from "../../home/runs/run-log.ts";
import type { CliContext } from "../input/command.ts";
import { LogPrinter } from "./log-printer.ts";
import { writeStdout } from "./standard-streams.ts";
import { visibleLine } from "./visible.ts";

/** A JSON document has to be in memory as a whole. */
const jsonBytesMax = 1024 * 1024;

export interface LogView {
  readonly lines: number | undefined;
  readonly grep: RegExp | undefined;
}

/** One of several logs. */
export interface ShownLog {
  readonly log: RunLog;
  /** Of its task, where there are several. */
  readonly title?: string;
}

/** Prints the log of one run. */
export async function answerLog(cli: CliContext, log: RunLog, view: LogView): Promise<void> {
  using file = log.tryOpen();
  if (cli.output.isJson) return await cli.output.answer(readDocument(log, file, view), () => "");
  if (file === null)
    return cli.output.note(
      log.run === null ? `${log.taskId} has not run yet` : `${nameRun(log)} has written nothing yet`,
    );
  if (view.lines !== undefined) file.seekLastLines(view.lines);
  new LogPrinter({ grep: view.grep }).printFile(file);
  // Above these lines stands where the rest is.
  if (log.kept !== null && (view.lines !== undefined || view.grep !== undefined))
    cli.output.note(
      `${nameRun(log)} was on ${log.kept.hostname}: the whole log is there, in ${log.kept.home}`,
    );
}

/** Prints the logs of several runs, each below its name; of one run alone just that. With `grep` only those with such a line. */
export async function answerLogs(cli: CliContext, logs: readonly ShownLog[], view: LogView): Promise<void> {
  if (cli.output.isJson) {
    const documents = logs.map(({ log, title }) => {
      using file = log.hasLog() ? log.tryOpen() : null;
      const { outcome = null, error = null } = log.run ?? {};
      return { ...(title === undefined ? {} : { title }), outcome, error, ...readDocument(log, file, view) };
    });
    return cli.output.answer({ logs: documents }, () => "");
  }
  let above = "";
  for (const { log, title } of logs) {
    const name = logs.length > 1 || title !== undefined ? `${await formatHead(cli, log, title)}\n` : "";
    const head = () => {
      const text = above + name;
      above = "\n";
      return text;
    };
    // Of a log in which nothing is found, nothing is said.
    if (view.grep === undefined) writeStdout(head());
    using file = log.hasLog() ? log.tryOpen() : null;
    if (file === null) continue;
    if (view.lines !== undefined) file.seekLastLines(view.lines);
    new LogPrinter({ grep: view.grep, head: view.grep && head }).printFile(file);
  }
}

/** Where the whole is; null: here. */
function whereabouts({ kept }: RunLog) {
  if (kept === null) return null;
  const { hostname, home, sizeBytes } = kept;
  return { hostname, home, sizeBytes };
}

export function nameRun({ run }: RunLog): string {
  return `run ${run?.id}`;
}

async function formatHead(
  cli: CliContext,
  { taskId, run }: RunLog,
  title: string | undefined,
): Promise<string> {
  const screen = await cli.output.screen();
  const task = title === undefined ? taskId : `${taskId} ${title}`;
  const end = run?.error?.trim().split("\n", 1)[0] ?? run?.outcome ?? "running";
  return screen.paint("bold", visibleLine(`==> ${task}, run ${run?.id}: ${end} <==`));
}

function readDocument(log: RunLog, file: LogFile | null, { lines, grep }: LogView) {
  if (lines !== undefined) file?.seekLastLines(lines);
  const chunks: Buffer[] = [];
  let kept = 0;
  for (let chunk = file?.readChunk(); chunk && kept <= jsonBytesMax; chunk = file?.readChunk()) {
    chunks.push(Buffer.from(chunk));
    kept += chunk.length;
  }
  const whole = Buffer.concat(chunks).subarray(0, jsonBytesMax).toString("utf8");
  const text =
    grep === undefined ? whole : new LogPrinter({ grep }).select(whole.replace(/\n$/, "").split("\n"));
  const { taskId, run, path } = log;
  const sizeBytes = file?.sizeBytes ?? 0;
  const isCut = kept > jsonBytesMax;
  return { taskId, runId: run?.id ?? null, path, sizeBytes, isCut, elsewhere: whereabouts(log), text };
}
