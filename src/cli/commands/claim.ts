import type { Command } from "commander";
import type { Claim } from "../../store/tick.ts";
import { addExamples, type CliContext } from "../command.ts";
import { duration } from "../input/option-values.ts";
import { formatTime, nameTask } from "../text/task-text.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "its id, or the beginning of it")
    .option(
      "--lease <duration>",
      "how long without a heartbeat: 15m, 2h; default as in kanbun.toml",
      duration,
    )
    .action(async (text: string, { lease }: { lease?: number }) => {
      const leaseMs = lease ?? (await cli.place.config()).dispatch.leaseMs;
      const { thisHost } = await import("../../dispatcher/host.ts");
      await using session = await cli.open("write");
      const id = await session.taskId(text);
      const { task: _, ...claim } = await session.store.claimTask(
        id,
        { host: thisHost(), leaseMs },
        session.by(id),
      );
      const task = await session.store.requireTask(id);
      await cli.output.answer(
        { task, ...claim },
        (screen) => `claimed ${nameTask(task, screen)}\n${describeClaim(id, claim)}`,
      );
    });
  addExamples(command, "kanbun claim t_0123abcd", "kanbun claim t_0123abcd --lease 2h");
}

function describeClaim(id: string, claim: Omit<Claim, "task">): string {
  return [
    `  run ${claim.runId}, token ${claim.token}, yours until ${formatTime(claim.claimExpiresAtMs)}`,
    `  keep it:   kanbun heartbeat ${id}`,
    `  finish it: kanbun complete ${id} --summary "…"`,
    "",
  ].join("\n");
}
