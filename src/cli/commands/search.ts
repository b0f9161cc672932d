import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { type TaskStatus, taskStatuses } from "../../board/task.ts";
import { searchTasks } from "../../home/search/search.ts";
import { searchLogs } from "../../home/search/search-logs.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { statusList } from "../input/status-list.ts";
import { formatHit, formatLogHit } from "../text/search-text.ts";

interface SearchFlags {
  readonly status?: readonly TaskStatus[];
  readonly assignee?: string;
  readonly all?: true;
  readonly logs?: true;
  readonly limit: number;
}

const limitDefault = 20;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<words...>", "tasks that have all of these, or words that begin so")
    .option("--status <status,…>", "only tasks in these", statusList)
    .option("--assignee <profile>", "only tasks of this profile")
    .option("-a, --all", "include archived tasks")
    .option("--logs", "also lines of logs, of the newest 2,000 runs")
    .option("-n, --limit <n>", `at most n tasks (default: ${limitDefault})`, wholeNumber(1), limitDefault)
    .action(async (given: string[], flags: SearchFlags) => {
      const words = readWords(given);
      const { status, assignee, all, logs, limit } = flags;
      await using session = await cli.open("read");
      const statuses = status ?? (all ? taskStatuses : undefined);
      const { hits, isCut, problem } = await searchTasks(session, words, {
        limit,
        ...(statuses === undefined ? {} : { statuses }),
        ...(assignee === undefined ? {} : { assignee }),
      });
      const inLogs = logs ? await searchLogs(session, words, limit) : { hits: [], isCut: false };
      await cli.output.answer({ hits, isCut, ...(logs ? { logs: inLogs } : {}) }, (screen) =>
        [
          ...hits.map((hit) => formatHit(hit, screen)),
          ...inLogs.hits.map((hit) => formatLogHit(hit, screen)),
        ].join(""),
      );
      if (hits.length + inLogs.hits.length === 0)
        cli.output.note(`no task has ${words.length === 1 ? "this word" : "all of these words"}`);
      if (isCut || inLogs.isCut)
        cli.output.note(`there may be more: -n ${limit * 5} shows up to ${limit * 5}`);
      if (problem !== null) cli.output.note(`note: ${problem}; the whole board was read`);
    });
  command.addHelpText(
    "after",
    "\nSearches titles, bodies, comments, summaries and results. Case and accents do not matter.",
  );
  addExamples(command, "kanbun search login timeout", "kanbun search flaky --status blocked,done");
}

function readWords(given: readonly string[]): readonly string[] {
  const words = given.flatMap((text) => text.split(/\s+/)).filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length > 0) return words;
  throw new BoardError("usage", "there is no word to look for", { hint: "give letters or digits" });
}
