import type { Command } from "commander";
import { nearestName } from "../../system/text/nearest-name.ts";

/** Options of other programs, and ours that may stand for them: the first that the command has. */
const otherOptions: readonly (readonly [typed: string, meant: string])[] = [
  ["d desc description content m message", "body text summary reason"],
  ["reason r comment note", "summary note reason body"],
  ["title name", "title name"],
  ["deps dep after depends-on blocked-by needs", "parent"],
  ["s state", "status"],
  ["L max count n lines tail", "limit lines"],
  ["o output format q", "json"],
  ["f force y", "yes force follow"],
  ["C cd cwd working-directory directory dir repo R w", "workspace home"],
  ["delay when start due t", "at"],
  ["c cmd command exec", "run"],
  ["assign agent profile to owner", "assignee profile"],
  ["w loop daemon forever f follow continuous", "watch follow"],
  ["timeout time-limit", "max-runtime timeout"],
  ["retries attempts", "max-retries"],
  ["author", "mine"],
  ["A every", "all"],
];

/**
 * What was probably meant by an option that a command hasn't.
 * @param typed with its dashes
 * @returns with its dashes; null: nothing is near it
 */
export function meantOption(typed: string, command: Command): string | null {
  const known = command.options.flatMap(({ long }) => (long ? [long.slice(2)] : []));
  const word = typed.replace(/^--?/, "").replace(/=.*$/s, "");
  const meanings = otherOptions.filter(([words]) => words.split(" ").includes(word));
  const meant = meanings.flatMap(([, ones]) => ones.split(" ")).find((one) => known.includes(one));
  const name = meant ?? (word.length > 1 ? nearestName(word, known) : null);
  return name === null ? null : `--${name}`;
}
