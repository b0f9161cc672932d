import { nearestName } from "../../system/text/nearest-name.ts";
import { shellWord } from "../../system/text/shell-word.ts";
import { commandTable } from "../command-table.ts";
import { withFullName } from "./full-name.ts";
import { otherRemarks, otherWords } from "./other-words.ts";
import { otherStatuses, statusVerbs } from "./status-words.ts";

/** Other programs put what a command is about before it: `gh issue list`, `hermes kanban list`. */
const nouns: ReadonlySet<string> = new Set(
  ["kanban", "task", "issue", "ticket", "card", "job", "item", "todo"].flatMap((one) => [one, `${one}s`]),
);

/**
 * A hint for a command that there isn't: what other programs' users mean by it, or what was probably mistyped.
 * @param name the unknown word
 * @param words what was typed after it, without global options
 */
export function hintForUnknown(name: string, words: readonly string[]): string {
  const remark = otherRemarks.get(name.toLowerCase());
  if (remark !== undefined) return remark;
  const meant = meantCommand(name, words);
  return meant === null ? "see `kanbun --help`" : `did you mean \`kanbun ${meant}\`?`;
}

/** null: nothing is near it. */
function meantCommand(name: string, words: readonly string[]): string | null {
  const [first = "", ...rest] = words;
  const word = name.toLowerCase();
  if (/^t_[0-9a-f]{3,}$/.test(word)) return `show ${word}`;
  if (nouns.has(word)) return first === "" ? "list" : meantVerb(first, rest);
  if (word === "move" || word === "mv") return moveOf(words) ?? "edit";
  const other = otherWords.get(word);
  if (other !== undefined) return filled(other, words);
  return nearestName(word, Object.keys(commandTable));
}

/** After a noun the command as it is, if it is one, with all that follows. */
function meantVerb(verb: string, words: readonly string[]): string | null {
  const [name = ""] = withFullName([verb]);
  return Object.hasOwn(commandTable, name) ? filled(`${name} …`, words) : meantCommand(verb, words);
}

/** `move <task> <status>`: statuses are reached by verbs. */
function moveOf([task, status]: readonly string[]): string | null {
  const asked = (status ?? "").toLowerCase();
  const verb = statusVerbs.get(otherStatuses.get(asked) ?? asked);
  return task === undefined || verb === undefined ? null : `${verb} ${shellWord(task)}`;
}

/** With options among them the words can't be known to fit: then the command alone. */
function filled(meant: string, words: readonly string[]): string {
  const given = words.some((word) => word.startsWith("-")) ? [] : words.map(shellWord);
  return meant.replace("…", () => given.join(" ")).trim();
}
