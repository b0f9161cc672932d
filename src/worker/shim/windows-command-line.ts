import { SpawnError } from "../spawn/spawn-error.ts";

/** What passes through any program's reading of its command line, and through `cmd`, without quotation marks. */
const harmless = /^[A-Za-z0-9_/\\:.=,+@-]+$/;

/**
 * A word as programs on Windows read it back from their command line. Quoted also where Bun would not: `cmd` takes & or (
 * for its own outside of quotation marks.
 * @see CommandLineToArgvW
 */
export function quoteForWindows(word: string): string {
  if (harmless.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}

/** @see CreateProcessW: 32,767 characters with the NUL at the end */
const commandLineMax = 32_766;

/** @throws {SpawnError} when Windows cannot pass these words on to one program. */
export function requireFitForWindows(words: readonly string[]): void {
  const length = words.map(quoteForWindows).join(" ").length;
  if (length > commandLineMax)
    throw new SpawnError(
      `the command has ${length} characters, and Windows allows ${commandLineMax}; use stdin = "body" or "prompt", or {body_file} or {context_file}`,
      { again: "never" },
    );
}
