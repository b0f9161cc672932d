/** `text` as one word of a POSIX shell, as it is where that is plain: for commands that a person is told to type. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_/.,:@%+=~-]+$/.test(text) && !text.startsWith("~") ? text : quoteForShell(text);
}

/** `text` in single quotes, whatever it contains. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
