import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { findFailedLogs } from "../../home/runs/failed-logs.ts";
import { RunLog } from "../../home/runs/run-log.ts";
import type { Session } from "../../home/session/session.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { pastMoment } from "../input/moment-value.ts";
import { InvalidValue, wholeNumber } from "../input/option-values.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import { answerLog, answerLogs, type ShownLog } from "../text/answer-log.ts";
import { followLog } from "../text/follow-log.ts";

interface LogOptions {
  readonly follow?: boolean;
  readonly run?: number;
  readonly lines?: number;
  readonly failed?: true;
  readonly grep?: RegExp;
  readonly since?: number;
  readonly timestamps?: true;
}

/** Of every failed task, without a task: so many of its lines, and so many tasks. */
const failedDefaults = { lines: 10, tasks: 20 };

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .option("-f, --follow", "keep printing what it writes until the run ends")
    .option("--run <n>", "the number of the run (default: the last one)", wholeNumber(1))
    .option("-n, --lines <n>", "only the last n lines", wholeNumber(1))
    .option("--failed", "its last run that failed; without a task: of every task that failed, the end")
    .option(
      "--since <when>",
      'only runs that ended since ("2h", "2026-10-17 09:30"), or have not',
      pastMoment,
    )
    .option("--grep <pattern>", "only lines with this regular expression; in lower case: any case", regExp)
    .option("--timestamps", "with --follow: when each line came; a log itself keeps no times")
    .action(async (text: string | undefined, options: LogOptions) => {
      requireSensible(options);
      await using session = await cli.open("read");
      const { failed, since, follow, lines, grep } = options;
      if (failed && text === undefined) return await answerFailed(cli, session, options);
      if (failed || since !== undefined) {
        const which = { sinceMs: since ?? null, isFailed: failed ?? false };
        const all = (await RunLog.list(session, text, which)).map((log) => ({ log }));
        if (failed && all.length === 0) throw await noneFailed(session, text, since);
        await answerLogs(cli, failed ? all.slice(-1) : all, { lines, grep });
        if (all.length === 0) cli.output.note("no run since then");
        return;
      }
      const log = await RunLog.find(session, text, options.run);
      // Awaited here: the session would be closed under a promise that is only handed on.
      if (follow && log.run !== null)
        await untilInterrupted((signal) => followLog(cli, log, { ...options, signal }));
      else await answerLog(cli, await log.fetched(), { lines, grep });
    });
  command.addHelpText("after", "\nThe log is printed as it was written, with escape sequences.");
  addExamples(
    command,
    "kanbun log t_0123abcd",
    "kanbun log -f t_0123abcd",
    "kanbun log t_0123abcd --run 3 -n 20",
    "kanbun log --failed --since 1h",
  );
}

async function answerFailed(cli: CliContext, session: Session, options: LogOptions): Promise<void> {
  const { lines = failedDefaults.lines, grep, since } = options;
  const { logs, more } = await findFailedLogs(session, { sinceMs: since ?? null, max: failedDefaults.tasks });
  const shown: ShownLog[] = logs.map(({ task, log }) => ({ title: task.title, log }));
  await answerLogs(cli, shown, { lines, grep });
  if (shown.length === 0) cli.output.note(`no task has failed${since === undefined ? "" : " since then"}`);
  if (more > 0) cli.output.note(`${more} older ones are left out: see \`kanbun list --status blocked\``);
}

async function noneFailed(
  session: Session,
  text: string | undefined,
  since: number | undefined,
): Promise<BoardError> {
  const { id, title } = await session.store.requireTask(await session.taskId(text));
  const then = since === undefined ? "" : " since then";
  return new BoardError("not_found", `no run of ${id} ${JSON.stringify(title)} has failed${then}`, {
    hint: `see \`kanbun log ${id}\``,
  });
}

function requireSensible({ follow, run, failed, since, timestamps }: LogOptions): void {
  if (timestamps && !follow)
    throw usage(
      "--timestamps needs --follow",
      "a log keeps no times: only who follows it sees when a line comes",
    );
  const several = failed ? "--failed" : since === undefined ? null : "--since";
  const one = follow ? "--follow" : run === undefined ? null : "--run";
  if (several !== null && one !== null)
    throw usage(`${several} cannot be used with ${one}`, "give one of them");
}

function usage(message: string, hint: string): BoardError {
  return new BoardError("usage", message, { hint });
}

function regExp(text: string): RegExp {
  try {
    return new RegExp(text, text === text.toLowerCase() ? "iu" : "u");
  } catch (error) {
    throw new InvalidValue(`It must be a regular expression: ${(error as Error).message}.`);
  }
}
