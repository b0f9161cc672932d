/** A key of a TOML text, or the table or value that it leads to. */
export interface TomlNode {
  readonly children: Map<string, TomlNode>;
  /** Where it is first named as such: its own header or assignment; -1 where it is only on the way to others. */
  offset: number;
  /** Where it is first on the way to something, or named. */
  readonly firstOffset: number;
}

/** Deeper than anyone nests by hand, and far from the end of the stack. */
const DEPTH_MAX = 64;
const BLANK = /(?:\s|\uFEFF)+/y;
const SPACE = /[ \t]+/y;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
const BARE_VALUE = /[^\s,\]}#]+/y;

/**
 * Where things stand in a TOML text, as a tree: headers, keys (dotted, quoted, in inline tables); and where each top-level
 * statement starts. It takes time in proportion to the text. It understands no values and refuses nothing: it stands beside the parser, which keeps no
 * positions. Of a text that is no TOML it gives a guess, and it always comes to an end.
 */
export class TomlOutline {
  readonly root: TomlNode = { children: new Map(), offset: -1, firstOffset: 0 };
  readonly statements: number[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    let table = this.root;
    for (this.#skipBlank(); this.#at < text.length; this.#skipBlank()) {
      this.statements.push(this.#at);
      if (text[this.#at] === "[") table = this.#header();
      else this.#assignment(table, 0);
      this.#skipToLineEnd();
    }
  }

  #header(): TomlNode {
    const offset = this.#at;
    this.#at += this.#text.startsWith("[[", offset) ? 2 : 1;
    return this.#name(this.root, offset);
  }

  /** Reads a key below `parent` that was begun at `offset`, and notes it. */
  #name(parent: TomlNode, offset: number): TomlNode {
    let node = parent;
    for (const part of this.#key()) {
      const known = node.children.get(part);
      const next = known ?? { children: new Map(), offset: -1, firstOffset: offset };
      if (known === undefined) node.children.set(part, next);
      node = next;
    }
    if (node.offset === -1) node.offset = offset;
    return node;
  }

  #assignment(parent: TomlNode, depth: number): void {
    const node = this.#name(parent, this.#at);
    if (this.#text[this.#at] !== "=") return;
    this.#at += 1;
    this.#skip(SPACE);
    this.#value(node, depth);
  }

  #value(node: TomlNode, depth: number): void {
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") this.#skipString();
    else if (first === "[" || first === "{") this.#collection(node, depth);
    else this.#skip(BARE_VALUE);
  }

  #collection(node: TomlNode, depth: number): void {
    const isArray = this.#text[this.#at] === "[";
    this.#at = depth < DEPTH_MAX ? this.#at + 1 : this.#text.length;
    for (this.#skipBlank(); this.#at < this.#text.length; this.#skipBlank()) {
      const before = this.#at;
      if (this.#text[before] === (isArray ? "]" : "}")) {
        this.#at += 1;
        return;
      }
      if (isArray) this.#value(node, depth + 1);
      else if (this.#text[before] !== ",") this.#assignment(node, depth + 1);
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
    return key; // the parser of the whole file names the mistake
  }
}
