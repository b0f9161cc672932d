/** What was last seen of a task: a change that rests on it is refused where that is no longer so. */
export interface Expected {
  /** As a card or a whole task has it. */
  readonly revision?: number | undefined;
  /** The run that is open; null: none. */
  readonly runId?: number | null | undefined;
}
