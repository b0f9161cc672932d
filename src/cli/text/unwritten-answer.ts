const SHOWN_CHARS_MAX = 4_000;

/** Standard output took no answer, as on a full disk. The message has the answer, of a long one the beginning. */
export class UnwrittenAnswer extends Error {
  override readonly name = "UnwrittenAnswer";
  readonly kind = "unwritable";
  readonly hint: string;

  /** @param how.changes the command has done what it was to do: to run it again would do it twice */
  constructor(answer: string, { changes, cause }: { readonly changes: boolean; readonly cause: Error }) {
    const text = answer.trimEnd();
    const shown = text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
    const what = changes ? "it is done, but the answer" : "the answer";
    super(`${what} could not be written to standard output (${cause.message}): ${shown}`, { cause });
    this.hint = changes
      ? "do not repeat the command: it would be done twice"
      : "check where standard output leads";
  }
}
