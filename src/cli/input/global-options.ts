import type { Command } from "commander";

/** What every command understands, before or after its name. */
export interface GlobalOptions {
  readonly home?: string;
  readonly board?: string;
  readonly json: boolean;
  /** The actor of the events that the command writes. */
  readonly as?: string;
}

export const globalOptions = [
  {
    flags: "--home <dir>",
    text: "the folder that holds the boards (default: KANBUN_HOME, .kanbun, ~/.kanbun)",
  },
  { flags: "--board <slug>", text: "the board (default: KANBUN_BOARD, or the one of `boards switch`)" },
  { flags: "--json", text: "answer with one JSON document" },
  { flags: "--as <name>", text: "name to record in the history" },
] as const;

/** Adds the global options to `command` and to all commands below it. */
export function addGlobalOptions(command: Command): void {
  for (const { flags, text } of globalOptions) {
    const option = command.createOption(flags, text).helpGroup("Global options:");
    command.addOption(flags.startsWith("--as") ? option.hideHelp() : option);
  }
  for (const child of command.commands) addGlobalOptions(child);
}

/** The global options as they were given to `command` or to one above it; of two, the one nearer to it. */
export function readGlobalOptions(command: Command): GlobalOptions {
  const chain: Command[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) chain.unshift(at);
  const given: Partial<GlobalOptions> = Object.assign({}, ...chain.map((one) => pickGlobal(one.opts())));
  return { ...given, json: given.json ?? false };
}

/** Those of a command's options that are global. */
function pickGlobal(options: Partial<GlobalOptions>): Partial<GlobalOptions> {
  const { home, board, json, as } = options;
  return {
    ...(home === undefined ? {} : { home }),
    ...(board === undefined ? {} : { board }),
    ...(json === undefined ? {} : { json }),
    ...(as === undefined ? {} : { as }),
  };
}

/** The name of the command that is used, found before commander is asked: only its file has to be loaded. null without one. */
export function findCommand(argv: readonly string[]): string | null {
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? "";
    if (takesValue(word)) i += 1;
    else if (!word.startsWith("-")) return word;
  }
  return null;
}

/** What is left of the words when the global options are taken out, with their values. */
export function withoutGlobalOptions(argv: readonly string[]): readonly string[] {
  return argv.filter((word, at) => word !== "--json" && !takesValue(word) && !takesValue(argv[at - 1]));
}

function takesValue(word: string | undefined): boolean {
  return word === "--home" || word === "--board" || word === "--as";
}

/** Whether an error must be a JSON document, also one of the options themselves. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).includes("--json");
}
