import type { Command } from "commander";
import { waitForTasks } from "../../home/tasks/wait-for-tasks.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import { visibleLine } from "../text/visible.ts";

/** As timeout(1) says it. */
const exitTimedOut = 124;
const exitInterrupted = 130;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task...>", "their ids, or the beginnings of them")
    .option("--any", "until the first of them is over, not all")
    .option("--timeout <duration>", "stop waiting after this long: 90s, 30m, 2h", duration)
    .action((tasks: readonly string[], { any = false, timeout }: { any?: boolean; timeout?: number }) =>
      untilInterrupted(async (interrupted) => {
        await using session = await cli.open("read", undefined, { asActor: true });
        const limit = timeout === undefined ? null : AbortSignal.timeout(timeout);
        const signal = limit === null ? interrupted : AbortSignal.any([interrupted, limit]);
        const waited = await waitForTasks(session, tasks, {
          isAny: any,
          signal,
          onNoDispatcher: () =>
            cli.output.note("no dispatcher is running: in another terminal, `kanbun dispatch --until-idle`"),
        });
        const over = waited.filter(({ standing }) => standing !== "under_way");
        if (over.some(({ standing }) => standing === "stuck")) cli.setExitCode(1);
        else if (any ? over.length === 0 : over.length < waited.length)
          cli.setExitCode(interrupted.aborted ? exitInterrupted : exitTimedOut);
        await cli.output.answer({ tasks: waited }, () =>
          waited
            .map(({ taskId, title, standing, reason, detail }) => {
              const remark = standing === "done" ? "" : `: ${detail}`;
              return `${reason.replaceAll("_", " ").padEnd(8)} ${visibleLine(`${title} (${taskId})${remark}`)}\n`;
            })
            .join(""),
        );
        for (const { standing, command: next } of waited)
          if (standing === "stuck" && next !== null) cli.output.note(`  do: ${cli.output.typed(next)}`);
      }),
    );
  command.addHelpText(
    "after",
    "\nExit status: 0 all are done, 1 one of them failed, was cancelled or needs a person, 124 the time was over.",
  );
  addExamples(command, "kanbun wait t_0123abcd", "kanbun wait t_0123abcd t_4567cdef --any --timeout 10m");
}
