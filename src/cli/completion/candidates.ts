import type { Command, Option } from "commander";
import { Home } from "../../home/session/home.ts";
import type { CliContext } from "../input/command.ts";
import { loadCommand } from "../input/load-command.ts";
import type { Candidate, WordKind } from "./candidate.ts";
import { listWords } from "./list-words.ts";
import { wordKind } from "./word-kind.ts";

/** What may stand at the cursor, and whether the shell is to complete paths of its own. */
export interface Candidates {
  readonly words: readonly Candidate[];
  readonly paths: "files" | "folders" | null;
}

const nothing: Candidates = { words: [], paths: null };

/**
 * What may stand at the end of `before`. It reads the board where ids, boards or profiles are asked for, and changes nothing.
 * @param before the words behind `kanbun`, up to the one at the cursor
 * @param current what has been typed of that one
 */
export async function findCandidates(
  before: readonly string[],
  current: string,
  cli: CliContext,
): Promise<Candidates> {
  const typed = await readTyped(before, cli);
  if (typed === null) return nothing;
  const { command, option, place } = typed;
  if (option !== null) return ofKind(wordKind(valueName(option), option.long ?? ""), typed, current, cli);
  if (current.startsWith("-") && !typed.hasEnded)
    return found(command === null ? [] : optionWords(command), current);
  if (command === null)
    return found(
      cli.commands.map(({ name, summary }) => ({ value: name, text: summary })),
      current,
    );
  if (command.commands.length > 0)
    return found(
      command.commands.map((one) => ({ value: one.name(), text: one.description() })),
      current,
    );
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[place] ?? (last?.variadic ? last : undefined);
  if (argument === undefined) return nothing;
  return ofKind(wordKind(argument.name(), command.parent?.name() ?? command.name()), typed, current, cli);
}

interface Typed {
  /** null: none yet. */
  readonly command: Command | null;
  /** The option whose value is at the cursor. */
  readonly option: Option | null;
  /** How many arguments have been given before. */
  readonly place: number;
  /** After `--`: nothing is an option any more. */
  readonly hasEnded: boolean;
  readonly given: { home?: string; board?: string };
}

/** null: the command is none of ours. */
async function readTyped(before: readonly string[], cli: CliContext): Promise<Typed | null> {
  let command = null as Command | null;
  let option: Option | null = null;
  let place = 0;
  let hasEnded = false;
  const given: { home?: string; board?: string } = {};
  for (const word of before) {
    if (word === "=") continue; // bash takes --home=x apart
    if (option !== null) {
      if (option.long === "--home") given.home = word;
      if (option.long === "--board") given.board = word;
      option = null;
    } else if (hasEnded || !word.startsWith("-")) {
      const child = command?.commands.find((one) => one.name() === word);
      if (command === null) {
        command = await loadCommand(word, cli);
        if (command === null) return null;
      } else if (child !== undefined) command = child;
      else place += 1;
    } else if (word === "--") hasEnded = true;
    else option = optionWithValue(command, word);
  }
  return { command, option, place, hasEnded, given };
}

/** The option that `word` names, where its value is the next word. Before the command there are the global ones alone. */
function optionWithValue(command: Command | null, word: string): Option | null {
  if (command === null) {
    const flags = { "--home": "--home <dir>", "--board": "--board <slug>", "--as": "--as <name>" }[word];
    return flags === undefined ? null : ({ long: word, flags, required: true } as Option);
  }
  const option = command.options.find(({ long, short }) => long === word || short === word);
  return option?.required ? option : null;
}

function valueName({ flags }: Pick<Option, "flags">): string {
  return /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? "";
}

function optionWords(command: Command): Candidate[] {
  return command.options
    .filter(({ hidden, long }) => !hidden && long)
    .map(({ long, description }) => ({ value: long ?? "", text: description }));
}

async function ofKind(
  kind: WordKind,
  { command, given }: Typed,
  current: string,
  cli: CliContext,
): Promise<Candidates> {
  if (kind === "files" || kind === "folders") return { words: [], paths: kind };
  const home = new Home(given, cli.env);
  return found(await listWords(kind, { home, current, verb: command?.name() ?? "" }), current);
}

function found(words: readonly Candidate[], current: string): Candidates {
  return { words: words.filter(({ value }) => value.startsWith(current)), paths: null };
}
