import type { Command, Help } from "commander";

/** A command as the help names it. */
interface NamedCommand {
  readonly name: string;
  readonly group: string;
  readonly summary: string;
}

/**
 * The help of kanbun itself in one screen: the commands that matter first with what they do, all others by name in their groups.
 * @param first names of commands, in the order in which they are listed
 */
export function formatFirstHelp(
  program: Command,
  help: Help,
  { commands, first }: { readonly commands: readonly NamedCommand[]; readonly first: readonly string[] },
): string {
  const others = Map.groupBy(
    commands.filter(({ name }) => !first.includes(name)),
    ({ group }) => group.replace(/:$/, ""),
  );
  const options = help.visibleOptions(program);
  const terms = [...options.map((option) => help.optionTerm(option)), ...others.keys()];
  const width = Math.max(...terms.map((term) => term.length));
  const part = (title: string, rows: readonly (readonly [string, string])[]) => [
    title,
    ...rows.map(([term, text]) => help.formatItem(term, width, text, help)),
    "",
  ];
  const summaries = new Map(commands.map(({ name, summary }) => [name, summary]));
  return [
    "Usage: kanbun [options] <command>",
    "",
    help.boxWrap(program.description(), help.helpWidth ?? 80),
    "",
    ...part(
      "First of all:",
      first.map((name) => [name, summaries.get(name) ?? ""]),
    ),
    ...part(
      "All others:",
      [...others].map(([group, ones]) => [group, ones.map(({ name }) => name).join(", ")]),
    ),
    ...part(
      "Options:",
      options.map((option) => [help.optionTerm(option), help.optionDescription(option)]),
    ),
  ].join("\n");
}
