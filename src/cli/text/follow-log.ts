import type { RunLog } from "../../home/runs/run-log.ts";
import { formatTime } from "../../system/text/when.ts";
import type { CliContext } from "../input/command.ts";
import { nameRun } from "./answer-log.ts";
import { LogPrinter } from "./log-printer.ts";
import { stdoutIsClosed } from "./standard-streams.ts";

interface FollowView {
  readonly lines?: number | undefined;
  readonly grep?: RegExp;
  readonly timestamps?: true;
  readonly signal: AbortSignal;
}

/** Prints what a run writes, until it ends or the signal. */
export async function followLog(
  cli: CliContext,
  log: RunLog,
  { lines, grep, timestamps, signal }: FollowView,
): Promise<void> {
  const decoder = new TextDecoder();
  let isEarlier = true;
  const stamp = () => (isEarlier ? `${" ".repeat(19)}  ` : `${formatTime(Date.now())}  `);
  const printer = new LogPrinter({ grep, prefix: timestamps ? stamp : undefined });
  const say = (facts: { readonly text: string; readonly isFromStart?: true }) =>
    cli.output.line({ taskId: log.taskId, runId: log.run?.id, ...facts }, () => "");
  for await (const piece of log.follow({ lines, signal })) {
    if (piece.isCut) {
      // What was in it may be lost, what comes now is not.
      if (cli.output.isJson) await say({ text: "", isFromStart: true });
      else cli.output.note(`the log of ${nameRun(log)} became shorter: printing it again from its beginning`);
    } else if (cli.output.isJson) await say({ text: decoder.decode(piece.bytes, { stream: true }) });
    else {
      isEarlier = piece.isEarlier;
      printer.print(piece.bytes);
    }
    if (stdoutIsClosed()) return;
  }
  printer.end();
}
