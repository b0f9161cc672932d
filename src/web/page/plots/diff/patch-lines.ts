/** A line of a patch, and what it is. */
export interface PatchLine {
  readonly kind: "added" | "removed" | "same" | "part" | "note";
  readonly text: string;
  /** Its number in the old and in the new file; null: it is only in the other one. */
  readonly oldNumber: number | null;
  readonly newNumber: number | null;
}

/** A file of a patch; `name` as git writes it in its heading. */
export interface PatchFile {
  readonly name: string;
  readonly lines: readonly PatchLine[];
}

/** What `git diff` prints, file by file. Anything that is not a patch becomes notes. */
export function readPatch(patch: string): readonly PatchFile[] {
  const files: { name: string; lines: PatchLine[] }[] = [];
  let [oldNumber, newNumber, isInPart] = [0, 0, false];
  for (const text of patch.split("\n")) {
    if (text.startsWith("diff --git ")) {
      files.push({ name: text.slice("diff --git ".length), lines: [] });
      isInPart = false;
      continue;
    }
    const lines = files.at(-1)?.lines;
    if (lines === undefined) continue;
    const part = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (part !== null) {
      [oldNumber, newNumber, isInPart] = [Number(part[1]), Number(part[2]), true];
      lines.push({ kind: "part", text, oldNumber: null, newNumber: null });
    } else if (!isInPart) {
      // The heading has the names; these lines say that a file is new, gone, renamed or binary.
      if (text !== "" && !/^(index|---|\+\+\+) /.test(text))
        lines.push({ kind: "note", text, oldNumber: null, newNumber: null });
    } else if (text.startsWith("+"))
      lines.push({ kind: "added", text: text.slice(1), oldNumber: null, newNumber: newNumber++ });
    else if (text.startsWith("-"))
      lines.push({ kind: "removed", text: text.slice(1), oldNumber: oldNumber++, newNumber: null });
    else if (text.startsWith(" "))
      lines.push({ kind: "same", text: text.slice(1), oldNumber: oldNumber++, newNumber: newNumber++ });
    else if (text.startsWith("\\"))
      lines.push({ kind: "note", text: text.slice(2), oldNumber: null, newNumber: null });
  }
  return files;
}
