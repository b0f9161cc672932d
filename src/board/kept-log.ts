/** The end of what a run wrote, kept in its board: the whole is a file of the machine that it ran on. */
export interface KeptLog {
  readonly runId: number;
  readonly taskId: string;
  /** The machine, and its home, that have the whole. */
  readonly hostname: string;
  readonly home: string;
  /** Of the whole. */
  readonly sizeBytes: number;
  /** Its last bytes, at most `keptLogBytesMax`. */
  readonly tail: Uint8Array;
}

export const keptLogBytesMax = 64 * 1024;
