import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect, duration, wholeNumber } from "../input/option-values.ts";
import { readTaskFields } from "../input/task-fields.ts";
import { workPlaceHere } from "../input/work-folder.ts";

interface RunOptions {
  readonly title?: string;
  readonly profile?: string;
  readonly workspace?: string;
  readonly host?: string;
  readonly label?: readonly string[];
  readonly maxRuntime?: number;
  readonly maxRetries?: number;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<command>", "the shell command, or what another profile is to do")
    .option("--title <text>", "what the task is called (default: the command)")
    .option("--profile <name>", "who works on it (default: shell)")
    .option(
      "--workspace <where>",
      "dir:<folder>, scratch (an empty folder), worktree or worktree:<repository>",
    )
    .option("--host <name>", "only this host starts it: its machine's name, or its id in `kanbun hosts`")
    .option("--label <label>", "only a host with this label starts it; may be repeated", collect)
    .option("--max-runtime <duration>", "stop a run after this long: 90s, 30m, 2h", duration)
    .option("--max-retries <n>", "failures in a row that end it (default: 1)", wholeNumber(1))
    .action(async (text: string, options: RunOptions) => {
      if (text.trim() === "")
        throw new BoardError("usage", "there is no command to run", {
          hint: 'such as `kanbun run "make test"`',
        });
      const { title = text.trim().split("\n", 1)[0] ?? "", profile = "shell", maxRetries = 1 } = options;
      const { attend } = await import("../dispatch/attend.ts");
      const fields = await readTaskFields({ ...options, maxRetries, body: text });
      const place = options.workspace === undefined ? workPlaceHere(cli.place.home) : {};
      await attend(cli, { ...fields, ...place, title, assignee: profile });
    });
  command.addHelpText(
    "after",
    `
It makes a task, follows what its worker writes, and ends with the worker's exit code (1 where it failed in another way).
The board's limits hold: ready tasks that come first are started first. On another host it runs in the folder of the same name, or
with --workspace. Ctrl-C ends the following; the task goes on.`,
  );
  addExamples(
    command,
    'kanbun run "make test"',
    'kanbun run "make test" --title "Run the tests" --max-runtime 30m',
    'kanbun run "Fix the failing test" --profile claude',
  );
}
