/** What only a board that is a file of this machine has. */
export interface FileBacked {
  /** Moves the log into the database: `passive` what readers allow; `truncate` all, after 50 ms at most. The pages left. */
  checkpoint(depth: CheckpointDepth): Promise<number>;
  /** Writes the board as it is at one moment into an empty file, with the journal of a board. Waits for no one. */
  copyTo(path: string): Promise<void>;
  /** The triggers of other programs, which can change or refuse what is written. */
  listForeignTriggers(): Promise<readonly { readonly name: string; readonly table: string }[]>;
}

export type CheckpointDepth = "passive" | "truncate";
