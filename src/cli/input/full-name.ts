import { findCommand } from "./global-options.ts";

/** Short names that people's fingers know. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["ls", "list"],
  ["rm", "delete"],
  ["add", "create"],
  ["new", "create"],
  ["logs", "log"],
  ["graph", "tree"],
  ["find", "search"],
  ["why", "explain"],
]);

/** What was most likely meant by a word that other programs have for it. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ["kill", "cancel"],
  ["stop", "cancel"],
  ["close", "complete"],
  ["done", "complete"],
  ["finish", "complete"],
  ["reopen", "retry"],
  ["rerun", "retry"],
  ["redo", "retry"],
  ["undelete", "restore"],
  ["unarchive", "restore"],
  ["remove", "delete"],
  ["view", "show"],
  ["info", "show"],
  ["move", "assign"],
  ["depend", "link"],
  ["start", "dispatch"],
  ["daemon", "dispatch"],
  ["grep", "search"],
]);

/** The words as they were typed, a short name of a command in full. */
export function withFullName(argv: readonly string[]): readonly string[] {
  const name = findCommand(argv);
  const full = name === null ? undefined : aliases.get(name);
  return full === undefined ? argv : argv.map((word, at) => (at === argv.indexOf(name ?? "") ? full : word));
}

/** null: no other program's word is known for it. */
export function findOtherWord(name: string): string | null {
  return otherWords.get(name.toLowerCase()) ?? null;
}
