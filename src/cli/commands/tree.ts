import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { oneOf, wholeNumber } from "../input/option-values.ts";
import { formatDot, formatMermaid, formatTree } from "../text/graph-text.ts";

interface TreeFlags {
  readonly up?: true;
  readonly format: string;
  readonly limit: number;
}

const formats = ["text", "mermaid", "dot"];
const limitDefault = 200;
/** A chain of so many is drawn in so many columns. */
const limitMax = 2_000;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "what waits for this task (default: all tasks with links that are not archived)")
    .option("--up", "what this task waits for")
    .option("--format <format>", `${formats.join(", ")} (default: text)`, oneOf(formats), "text")
    .option("-n, --limit <n>", `at most n tasks (default: ${limitDefault})`, wholeNumber(1), limitDefault)
    .action(async (text: string | undefined, { up, format, limit }: TreeFlags) => {
      await using session = await cli.open("read");
      const rootId =
        text === undefined ? null : (await session.store.requireTask(await session.taskId(text))).id;
      const isUpwards = up ?? false;
      const graph = await session.store.readGraph({ rootId, isUpwards, max: Math.min(limit, limitMax) });
      await cli.output.answer(graph, (screen) => {
        if (format === "mermaid") return formatMermaid(graph);
        return format === "dot" ? formatDot(graph) : formatTree(graph, { rootId, isUpwards }, screen);
      });
      if (graph.tasks.length === 0) cli.output.note("no task waits for another");
      if (graph.isCut)
        cli.output.note(
          limit < limitMax
            ? `there are more: see them with -n ${Math.min(limit * 5, limitMax)}`
            : "there are more: look below one of them",
        );
    });
  addExamples(
    command,
    "kanbun tree t_0123abcd",
    "kanbun tree t_0123abcd --up",
    "kanbun tree --format mermaid",
  );
}
