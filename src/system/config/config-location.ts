import { type TomlNode, TomlOutline } from "./toml-outline.ts";

/** Of a table that lies deeper no more of the way is told. */
const LEVELS_SHOWN = 8;

/** Finds the lines of a TOML text. `Bun.TOML.parse` gives none for values, and for errors that of its own caller. */
export class ConfigLocation {
  readonly #text: string;
  #outline: TomlOutline | null = null;
  #lineStarts: readonly number[] | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The line, from 1, of a key or table; if it does not stand there, of the table around it; else null. */
  lineOfKey(path: readonly string[]): number | null {
    let node = this.#parts().root;
    for (const key of path) {
      const next = node.children.get(key);
      if (next === undefined) break;
      node = next;
    }
    if (node === this.#parts().root) return null;
    // A table need not have a header: then the first key that lies in it.
    return this.#lineAt(node.offset === -1 ? node.firstOffset : node.offset);
  }

  /** A table that has more than `keysMax` keys or tables in it; null when none has. */
  findCrowdedTable(keysMax: number): { readonly path: readonly string[]; readonly line: number } | null {
    const open: { path: readonly string[]; node: TomlNode }[] = [{ path: [], node: this.#parts().root }];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const { path, node } = at;
      if (node.children.size > keysMax) return { path, line: this.#lineAt(node.firstOffset) };
      for (const [key, child] of node.children)
        if (child.children.size > 0) open.push({ path: [...path.slice(0, LEVELS_SHOWN), key], node: child });
    }
    return null;
  }

  /** The line, from 1, on which the text stops being TOML. What never ends is reported where it starts. */
  lineOfSyntaxError(): number {
    const text = this.#text;
    const message = syntaxError(text);
    const starts = [0, ...this.#parts().statements];
    // The parser goes from front to back: a text is good up to some statement and bad from there on.
    const bad = firstIndex(
      starts.length,
      (i) => syntaxError(text.slice(0, starts[i + 1] ?? text.length)) !== null,
    );
    const start = starts[bad] ?? 0;
    if (message?.endsWith("end of file")) return this.#lineAt(start);
    const lineEnds = [...text.slice(start, starts[bad + 1] ?? text.length).matchAll(/\n/g)].map(
      ({ index }) => start + index + 1,
    );
    // Cut before the error, the statement is bad for another reason: that it ends too early.
    const line = firstIndex(lineEnds.length, (i) => syntaxError(text.slice(0, lineEnds[i])) === message);
    return this.#lineAt(start) + line;
  }

  #parts(): TomlOutline {
    this.#outline ??= new TomlOutline(this.#text);
    return this.#outline;
  }

  #lineAt(offset: number): number {
    this.#lineStarts ??= [...this.#text.matchAll(/\n/g)].map(({ index }) => index + 1);
    const starts = this.#lineStarts;
    return firstIndex(starts.length, (i) => (starts[i] ?? 0) > offset) + 1;
  }
}

function syntaxError(text: string): string | null {
  try {
    Bun.TOML.parse(text);
    return null;
  } catch (error) {
    // Also a RangeError, for brackets nested too deeply.
    return String(error);
  }
}

/** The first of `count` indices for which `holds` does, which then holds for all later ones; `count` when none. */
function firstIndex(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
