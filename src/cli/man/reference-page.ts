import type { CliContext } from "../input/command.ts";
import {
  type Entry,
  environment,
  exitStatuses,
  files,
  globalEntries,
  type ManualCommand,
  readManual,
} from "./manual.ts";

/** The manual as Markdown: a heading for each command, so that one can be linked. */
export async function referencePage(cli: CliContext): Promise<string> {
  const groups = (await readManual(cli)).flatMap(({ title, commands }) => [
    `## ${title}`,
    ...commands.map((command) => commandText(command, 3)),
  ]);
  return `${[
    "# Reference",
    "Every command, made from the program itself: `kanbun man --markdown`. `kanbun <command> --help` has examples, too.",
    ...groups,
    "## What every command takes",
    list(globalEntries),
    "## Exit status",
    list(exitStatuses),
    "## Environment",
    list(environment),
    "## Files",
    list(files),
  ].join("\n\n")}\n`;
}

/** @param level of its heading */
function commandText({ usage, summary, entries, subcommands }: ManualCommand, level: number): string {
  return [
    `${"#".repeat(level)} \`${usage}\``,
    sentence(markdownText(summary)),
    ...(entries.length === 0 ? [] : [list(entries)]),
    ...subcommands.map((child) => commandText(child, level + 1)),
  ].join("\n\n");
}

function list(entries: readonly Entry[]): string {
  return entries.map(([head, text]) => `- \`${head}\`: ${markdownText(text)}`).join("\n");
}

/** Text as Markdown shows it: what stands in backticks is code already, and nothing else is an instruction. */
function markdownText(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replace(/[\\*<[]/g, "\\$&")))
    .join("");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
