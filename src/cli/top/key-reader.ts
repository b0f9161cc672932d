/** A key as it was typed: `text` for what is printed and for what was pasted, "" for all others. */
export interface Key {
  readonly name: KeyName;
  readonly text: string;
}

export type KeyName =
  | "text"
  | "paste"
  | "up"
  | "down"
  | "left"
  | "right"
  | "home"
  | "end"
  | "page_up"
  | "page_down"
  | "enter"
  | "escape"
  | "tab"
  | "backspace"
  | "ctrl_c"
  | "ctrl_u"
  | "ctrl_z"
  | "ctrl_l"
  | "other";

const esc = "\u001B";
const pasteBegins = `${esc}[200~`;
const pasteEnds = `${esc}[201~`;

const sequences: Readonly<Record<string, KeyName>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
  "1~": "home",
  "4~": "end",
  "7~": "home",
  "8~": "end",
  "5~": "page_up",
  "6~": "page_down",
};
const controls: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u007F": "backspace",
  "\b": "backspace",
  "\u0003": "ctrl_c",
  "\u0004": "ctrl_c",
  "\u000C": "ctrl_l",
  "\u0015": "ctrl_u",
  "\u001A": "ctrl_z",
};

/** Makes keys of what a terminal sends, in whatever pieces it comes. */
export class KeyReader {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** What is whole by now. An Escape that may be the beginning of more waits for `flush`. */
  push(bytes: Uint8Array): readonly Key[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    return this.#take(false);
  }

  /** To be called a moment later: what waits then is all there is. */
  flush(): readonly Key[] {
    return this.#take(true);
  }

  get isWaiting(): boolean {
    return this.#rest !== "";
  }

  #take(isAll: boolean): Key[] {
    const keys: Key[] = [];
    while (this.#rest !== "") {
      const found = nextKey(this.#rest, isAll);
      if (found === null) break;
      keys.push(found.key);
      this.#rest = this.#rest.slice(found.length);
    }
    return keys;
  }
}

function nextKey(text: string, isAll: boolean): { readonly key: Key; readonly length: number } | null {
  if (text.startsWith(pasteBegins)) {
    const end = text.indexOf(pasteEnds);
    if (end === -1) return null;
    return {
      key: { name: "paste", text: text.slice(pasteBegins.length, end) },
      length: end + pasteEnds.length,
    };
  }
  if (text.startsWith(esc)) return nextSequence(text, isAll);
  const [character = ""] = text;
  const name = controls[character] ?? (character < " " ? "other" : "text");
  return { key: { name, text: name === "text" ? character : "" }, length: character.length };
}

function keyOf(name: KeyName): Key {
  return { name, text: "" };
}

function nextSequence(text: string, isAll: boolean) {
  // CSI, and what some terminals send for arrows: ESC O A.
  const after = text.slice(esc.length);
  const [whole = "", last = ""] = /^(?:\[([0-9;?]*[@-~])|O([A-Z]))/.exec(after)?.filter(Boolean) ?? [];
  if (whole !== "") return { key: keyOf(sequences[last] ?? "other"), length: esc.length + whole.length };
  const isUnfinished = /^(?:\[[0-9;?]*|O)?$/.test(after);
  if (isUnfinished && !isAll) return null;
  return { key: keyOf("escape"), length: isUnfinished ? text.length : esc.length };
}
