import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerMove } from "../text/answer-move.ts";
import { hasCrlfForShell, noteCrlf } from "../text/crlf-note.ts";
import { noteUnknownProfile } from "../text/profile-note.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .argument("<profile>", "the profile that works on it, or none")
    .option("--force", "even if it is running (stops the worker) or claimed by someone else")
    .action(async (task: string, profile: string, { force }: { force?: boolean }) => {
      const assignee = profile === "none" || profile === "" ? null : profile;
      const moved = await answerMove(cli, "assigned", (moves) => moves.assign(task, assignee, { force }));
      await noteUnknownProfile(cli, assignee);
      noteCrlf(cli, hasCrlfForShell(moved) ? 1 : 0);
    });
  addExamples(command, "kanbun assign t_0123abcd claude", "kanbun assign t_0123abcd none");
}
