/** A table header or a key in the text of a TOML file. */
interface TomlEntry {
  readonly path: readonly string[];
  readonly offset: number;
}

/** Deeper than anyone nests by hand, and far from the end of the stack. */
const DEPTH_MAX = 64;
const BLANK = /(?:\s|\uFEFF)+/y;
const SPACE = /[ \t]+/y;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
const BARE_VALUE = /[^\s,\]}#]+/y;

/**
 * Where things stand in a TOML text: headers, keys (dotted, quoted, in inline tables) and where each top-level
 * statement starts. It understands no values and refuses nothing: it stands beside the parser, which keeps no
 * positions. Of a text that is no TOML it gives a guess, and it always comes to an end.
 */
export class TomlOutline {
  readonly entries: TomlEntry[] = [];
  readonly statements: number[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    let table: readonly string[] = [];
    for (this.#skipBlank(); this.#at < text.length; this.#skipBlank()) {
      this.statements.push(this.#at);
      if (text[this.#at] === "[") table = this.#header();
      else this.#assignment(table, 0);
      this.#skipToLineEnd();
    }
  }

  #header(): readonly string[] {
    const offset = this.#at;
    this.#at += this.#text.startsWith("[[", offset) ? 2 : 1;
    const path = this.#key();
    this.entries.push({ path, offset });
    return path;
  }

  #assignment(parent: readonly string[], depth: number): void {
    const offset = this.#at;
    const path = [...parent, ...this.#key()];
    this.entries.push({ path, offset });
    if (this.#text[this.#at] !== "=") return;
    this.#at += 1;
    this.#skip(SPACE);
    this.#value(path, depth);
  }

  #value(path: readonly string[], depth: number): void {
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") this.#skipString();
    else if (first === "[" || first === "{") this.#collection(path, depth);
    else this.#skip(BARE_VALUE);
  }

  #collection(path: readonly string[], depth: number): void {
    const isArray = this.#text[this.#at] === "[";
    this.#at = depth < DEPTH_MAX ? this.#at + 1 : this.#text.length;
    for (this.#skipBlank(); this.#at < this.#text.length; this.#skipBlank()) {
      const before = this.#at;
      if (this.#text[before] === (isArray ? "]" : "}")) {
        this.#at += 1;
        return;
      }
      if (isArray) this.#value(path, depth + 1);
      else if (this.#text[before] !== ",") this.#assignment(path, depth + 1);
      // A comma, or something that cannot stand here.
      if (this.#at === before) this.#at += 1;
    }
  }

  /** A dotted key and the space around its parts; stops at whatever is no key. */
  #key(): string[] {
    const parts: string[] = [];
    for (;;) {
      this.#skip(SPACE);
      const start = this.#at;
      const isQuoted = this.#text[start] === '"' || this.#text[start] === "'";
      if (isQuoted) this.#skipString();
      else this.#skip(BARE_KEY);
      if (this.#at > start) parts.push(unquote(this.#text.slice(start, this.#at), isQuoted));
      this.#skip(SPACE);
      if (this.#at === start || this.#text[this.#at] !== ".") return parts;
      this.#at += 1;
    }
  }

  #skipString(): void {
    const quote = this.#text[this.#at] ?? "";
    const isLong = this.#text.startsWith(quote.repeat(3), this.#at);
    const end = isLong ? quote.repeat(3) : quote;
    this.#at += end.length;
    while (this.#at < this.#text.length && !this.#text.startsWith(end, this.#at)) {
      if (!isLong && this.#text[this.#at] === "\n") return;
      this.#at += quote === '"' && this.#text[this.#at] === "\\" ? 2 : 1;
    }
    this.#at += end.length;
    // The text of a long string may itself end in one or two quotes.
    while (isLong && this.#text[this.#at] === quote) this.#at += 1;
  }

  #skipBlank(): void {
    for (;;) {
      this.#skip(BLANK);
      if (this.#text[this.#at] !== "#") return;
      this.#skipToLineEnd();
    }
  }

  #skipToLineEnd(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    if (pattern.test(this.#text)) this.#at = pattern.lastIndex;
  }
}

function unquote(key: string, isQuoted: boolean): string {
  if (!isQuoted) return key;
  if (!key.includes("\\")) return key.slice(1, -1);
  try {
    // Only the parser knows every escape of TOML.
    return String((Bun.TOML.parse(`key = ${key}`) as { key: unknown }).key);
  } catch {
    return key;
  }
}
