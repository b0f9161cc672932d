import type { Definition } from "./command.ts";

type ParseOption = (text: string, before: unknown) => unknown;

interface QuickOption {
  readonly name: string;
  readonly takesValue: boolean;
  readonly parse: ParseOption | undefined;
}

type Action = (...given: unknown[]) => void | Promise<void>;

/** What was typed, as commander would hand it to the action. */
export interface QuickReading {
  readonly options: Readonly<Record<string, unknown>>;
  run(): Promise<void>;
}

/**
 * Reads a command line that leaves no question, without loading commander: that takes longer than most commands. It
 * reads long options in full and arguments, and says nothing to anybody: whatever else was typed is for commander.
 */
export class QuickCommand implements Definition {
  readonly #options = new Map<string, QuickOption>();
  readonly #arguments: { readonly isRequired: boolean }[] = [];
  #action: Action = () => {};
  #isQuick = true;

  argument(flags: string): this {
    this.#arguments.push({ isRequired: flags.startsWith("<") });
    return this;
  }

  option<Value>(flags: string, _description: string, parse?: (text: string, before: Value) => Value): this {
    const [, long = "", value] = /^(--[a-z][a-z-]*)( <[^>]+>)?$/.exec(flags) ?? [];
    // Short, negated and optional ones are commander's.
    if (long === "" || long.startsWith("--no-")) this.#isQuick = false;
    this.#options.set(long, {
      name: camelCase(long.slice(2)),
      takesValue: value !== undefined,
      parse: parse as ParseOption,
    });
    return this;
  }

  action(run: Parameters<Definition["action"]>[0]): this {
    this.#action = run as Action;
    return this;
  }

  addHelpText(): this {
    return this;
  }

  /** null when commander must look at it. */
  tryRead(words: readonly string[]): QuickReading | null {
    const values: string[] = [];
    const options: Record<string, unknown> = {};
    for (let at = 0; at < words.length && this.#isQuick; at += 1) {
      const word = words[at] ?? "";
      if (!word.startsWith("-")) values.push(word);
      else at += this.#readOption(word, words[at + 1], options);
    }
    const required = this.#arguments.filter((one) => one.isRequired).length;
    if (!this.#isQuick || values.length < required || values.length > this.#arguments.length) return null;
    const given = this.#arguments.map((_, at) => values[at]);
    return { options, run: async () => this.#action(...given, options) };
  }

  /** How many words behind it were its own. */
  #readOption(word: string, next: string | undefined, options: Record<string, unknown>): number {
    const equals = word.indexOf("=");
    const option = this.#options.get(equals === -1 ? word : word.slice(0, equals));
    const value = equals === -1 ? next : word.slice(equals + 1);
    const isUsable = option?.takesValue ? value !== undefined : equals === -1;
    if (option === undefined || !isUsable) {
      this.#isQuick = false;
      return 0;
    }
    options[option.name] = option.takesValue ? this.#parse(option, value ?? "", options[option.name]) : true;
    return option.takesValue && equals === -1 ? 1 : 0;
  }

  #parse({ parse }: QuickOption, value: string, before: unknown): unknown {
    if (parse === undefined) return value;
    try {
      // Commander's word for a value that a parser takes away.
      return parse(value, before) ?? "";
    } catch {
      // Commander says what is wrong with it.
      this.#isQuick = false;
      return undefined;
    }
  }
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
