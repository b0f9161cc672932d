/** How far an index of a board's texts has come, so that later only what has changed since is read. */
export interface TextMark {
  readonly eventId: number;
  /** What that event is: on a board that was restored from a copy it is another one. */
  readonly event: string;
  readonly commentId: number;
  readonly runId: number;
}

export interface TextChanges {
  readonly mark: TextMark;
  /** Tasks whose texts may have changed, some of which may be gone; null: nothing is known, so all of them. */
  readonly changed: readonly string[] | null;
  /** How many tasks the board has. */
  readonly tasks: number;
}

/** All that is searched of a task. */
export interface SearchedTexts {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly comments: string;
  /** What its runs came to, and its result. */
  readonly summaries: string;
}

/** What a search reads of a board. */
export interface SearchedTextStore {
  /** What an index of the board's texts must read again; null: it has read nothing yet. */
  getTextChanges(mark: TextMark | null): Promise<TextChanges>;
  /** Of those that are there. */
  getTasksOfRuns(runIds: readonly number[]): Promise<ReadonlyMap<number, string>>;
  listAllTaskIds(): Promise<readonly string[]>;
  /** Of those that are there, in any order. */
  readSearchedTexts(ids: readonly string[]): Promise<readonly SearchedTexts[]>;
}
