import type { Command } from "commander";

/**
 * Sorts the options of a command with many into groups for its help, in this order. What is in none of them stays in the
 * last place, under `Options:`.
 * @param groups headings, and the options of each in their order, as `--run`
 */
export function groupOptions(command: Command, groups: Readonly<Record<string, readonly string[]>>): void {
  const order = Object.values(groups).flat();
  const placeOf = (long: string | undefined) => {
    const at = order.indexOf(long ?? "");
    return at === -1 ? order.length : at;
  };
  for (const option of command.options) {
    const heading = Object.keys(groups).find((name) => groups[name]?.includes(option.long ?? ""));
    if (heading !== undefined) option.helpGroup(heading);
  }
  (command.options as Command["options"][number][]).sort((a, b) => placeOf(a.long) - placeOf(b.long));
}
