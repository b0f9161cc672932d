import { BoardError } from "../../board/error.ts";
import type { Run } from "../../board/run.ts";
import type { NewTask, Task } from "../../board/task.ts";
import type { TickReport } from "../../dispatcher/report/report.ts";
import { tickUntil } from "../../home/dispatch/tick-until.ts";
import { exitCodeOf } from "../../home/runs/exit-code.ts";
import { RunLog } from "../../home/runs/run-log.ts";
import type { Session } from "../../home/session/session.ts";
import { describeHold, explainTask } from "../../home/tasks/explain.ts";
import { standingOf } from "../../home/tasks/standing.ts";
import { wait } from "../../system/wait.ts";
import type { CliContext } from "../input/command.ts";
import { isTerminal, writeStdout } from "../text/standard-streams.ts";
import { noteFaults } from "./fault-notes.ts";

const lookMs = 50;
/** So long a task may take to start before it is said why it has not. */
const startMs = 1_000;
/** As the shell says it of what Ctrl-C ended. */
const exitInterrupted = 130;

/** Makes the task and stays with it: it is started, its log is written out, and its end is the command's. */
export async function attend(cli: CliContext, given: NewTask): Promise<void> {
  await using session = await cli.openForNew();
  const { task } = await session.store.createTask(given, session.by(null));
  await noteOnTerminal(cli, `${nameOf(task)}: created`);
  const interrupted = new AbortController();
  const over = new AbortController();
  // Never taken off again: a second signal, on the way out, must not end it any other way.
  process.on("SIGINT", () => interrupted.abort()).on("SIGTERM", () => interrupted.abort());
  interrupted.signal.addEventListener("abort", () => over.abort());
  const told = new Set<string>();
  const ticking = tickUntil(cli.home, {
    signal: over.signal,
    onReport: (report) => {
      // Each fault once, however many ticks meet it.
      const findings = report.findings.filter(({ detail }) => !told.has(detail) && told.add(detail));
      noteFaults(cli, [{ ...report, findings }]);
      requireRecorded(report, task.id);
    },
  });
  const following = followRuns(cli, session, { id: task.id, signal: over.signal });
  // Whichever ends, by an error too, ends the other; the board stays open for both until then.
  const ends = [ticking, following].map((one) => one.finally(() => over.abort()));
  for (const end of await Promise.allSettled(ends)) if (end.status === "rejected") throw end.reason;
  if (interrupted.signal.aborted) await sayItGoesOn(cli, session, task.id);
  else await sayItsEnd(cli, session, task.id);
}

/** Nothing that this command waits for would ever come. @throws {BoardError} unsupported */
function requireRecorded({ held }: TickReport, id: string): void {
  const refused = held.find(
    ({ taskId, reason }) => taskId === id && (reason === "refused" || reason === "unrecorded"),
  );
  if (refused !== undefined)
    throw new BoardError("unsupported", `${id}: ${refused.detail}`, {
      hint: "`kanbun doctor` says what another program changed",
    });
}

/** Until it is done or stuck, run by run. */
async function followRuns(
  cli: CliContext,
  session: Session,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<void> {
  let followed: number | null = null;
  let reason = "";
  let sayAtMs = performance.now() + startMs;
  while (!signal.aborted) {
    const task = await session.store.requireTask(id);
    const log = await RunLog.find(session, id);
    if (log.run !== null && log.run.id !== followed) {
      followed = log.run.id;
      for await (const piece of log.follow({ signal }))
        if (!piece.isCut && !cli.output.isJson) show(piece.bytes, id);
      continue;
    }
    if ((await standingOf(session, task)) !== "under_way") return;
    if (performance.now() >= sayAtMs) {
      sayAtMs = performance.now() + startMs;
      const hold = await explainTask(session, id);
      if (hold.reason !== reason && hold.reason !== "running")
        cli.output.note(`${nameOf(task)} waits: ${describeHold(hold)}`, ...doLine(cli, hold.command));
      reason = hold.reason;
    }
    await wait(lookMs, signal);
  }
}

/** Not to be run again: the task is there, whatever becomes of what it says. */
function show(bytes: Uint8Array, id: string): void {
  try {
    writeStdout(bytes);
  } catch (error) {
    throw new BoardError("unwritable", `what ${id} writes can't be shown: ${(error as Error).message}`, {
      hint: `the task is made and goes on: \`kanbun log -f ${id}\` shows all of it, \`kanbun dispatch --until-idle\` notes how it ends`,
      cause: error,
    });
  }
}

async function sayItGoesOn(cli: CliContext, session: Session, id: string): Promise<void> {
  cli.setExitCode(exitInterrupted);
  const task = await session.store.requireTask(id);
  if (task.status === "done") return sayItsEnd(cli, session, id);
  const state = task.status === "running" ? `goes on (pid ${task.workerPid})` : `is ${task.status}`;
  cli.output.note(
    `${nameOf(task)} ${state}`,
    `  follow it: \`kanbun log -f ${id}\``,
    `  stop it: \`kanbun cancel ${id}\``,
    "  note how it ends: `kanbun dispatch --until-idle`",
  );
  await answerJson(cli, task, { run: null, exitCode: exitInterrupted });
}

async function sayItsEnd(cli: CliContext, session: Session, id: string): Promise<void> {
  const task = await session.store.requireTask(id);
  const { run } = await RunLog.find(session, id);
  const standing = await standingOf(session, task);
  const exitCode = exitCodeOf(session, standing, run);
  cli.setExitCode(exitCode);
  if (standing === "done") await noteOnTerminal(cli, `${nameOf(task)}: done`);
  else {
    const hold = await explainTask(session, id);
    cli.output.note(`${nameOf(task)}: ${describeHold(hold)}`, ...doLine(cli, hold.command));
  }
  await answerJson(cli, task, { run, exitCode });
}

/** What goes well is said to people alone: a script's errors stay empty. */
async function noteOnTerminal(cli: CliContext, text: string): Promise<void> {
  if (await isTerminal(2)) cli.output.note(text);
}

async function answerJson(
  cli: CliContext,
  task: Task,
  { run, exitCode }: { readonly run: Run | null; readonly exitCode: number },
): Promise<void> {
  if (cli.output.isJson) await cli.output.answer({ task, run, exitCode }, () => "");
}

function nameOf({ id, title }: Task): string {
  return `${JSON.stringify(title)} (${id})`;
}

function doLine(cli: CliContext, command: string | null): string[] {
  return command === null ? [] : [`  do: ${cli.output.typed(command)}`];
}
