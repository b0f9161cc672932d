import type { Command } from "commander";
import type { TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, readTasksAndWord } from "../input/task-choice.ts";
import { answerMoves } from "../text/answer-moves.ts";
import { hasCrlfForShell, noteCrlf } from "../text/crlf-note.ts";
import { noteUnknownProfile } from "../text/profile-note.ts";

const statuses: readonly TaskStatus[] = ["triage", "todo", "scheduled", "ready", "blocked"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] <task…> <profile>")
    .argument("<words...>", "task ids, then the profile that works on them, or none")
    .option("--force", "even if it is running (stops the worker) or claimed by someone else");
  addChoiceOptions(command, statuses);
  command.action(async (words: string[], { force, ...flags }: ChoiceFlags & { force?: boolean }) => {
    const { choice, last: assignee } = readTasksAndWord(words, flags, { word: "profile", statuses });
    const moved = await answerMoves(cli, choice, { done: "assigned" }, (moves, task) =>
      moves.assign(task, assignee, { force }),
    );
    await noteUnknownProfile(cli, assignee);
    noteCrlf(cli, moved.filter(hasCrlfForShell).length);
  });
  addExamples(
    command,
    "kanbun assign t_0123abcd claude",
    "kanbun assign t_0123abcd none",
    "kanbun assign --assignee claude codex",
  );
}
