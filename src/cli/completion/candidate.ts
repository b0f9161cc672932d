/** A word that may be at the cursor. */
export interface Candidate {
  readonly value: string;
  /** What is shown beside it; "" for nothing. */
  readonly text: string;
}

/** What a word is, so that the words that may stand there can be listed. */
export type WordKind =
  | "task"
  | "task or profile"
  | "board"
  | "profile"
  | "host"
  | "label"
  | "files"
  | "folders"
  | { readonly words: readonly string[] }
  | "other";
