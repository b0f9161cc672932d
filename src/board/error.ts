/** What went wrong, as a closed set that callers and exit codes can rely on. */
export type BoardErrorKind =
  | "usage"
  | "not_found"
  | "conflict"
  | "illegal_move"
  | "superseded"
  | "busy"
  | "newer_board"
  | "not_a_board"
  | "damaged"
  | "unwritable"
  | "disk_full"
  /** Where the board is kept can't be reached: nothing was written, it may be tried again. */
  | "unreachable"
  /** It went away before it said whether what was asked for was kept. */
  | "in_doubt"
  | "unsupported";

/** The one error class of boards: a kind to act on, a message to read, a hint that says what to do. */
export class BoardError extends Error {
  override readonly name = "BoardError";
  readonly kind: BoardErrorKind;
  readonly hint: string | null;

  /** Its message has line ends of ours: any other one stands in a name or a path, and is spelled out for people. */
  readonly hasLines: boolean;

  constructor(
    kind: BoardErrorKind,
    message: string,
    options: { hint?: string; cause?: unknown; hasLines?: true } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint ?? null;
    this.hasLines = options.hasLines ?? false;
  }
}
