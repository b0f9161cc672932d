/** For whoever would write to a board that has left. */
export const movedHint =
  "run the command again: it finds the board where it is now. If it says the same, the move was interrupted: see `kanbun boards move --help`, and repeat it";

/** How people are told where a board goes. */
export function describeGoal({ store, board, home }: Omit<Relocation, "id">): string {
  return store === null ? `a file of ${home}` : `the store ${store}, where it is called ${board}`;
}

/** One way of a board from where it is kept to another store. It has the same id on both sides. */
export interface Relocation {
  readonly id: string;
  /** The store that it goes to; null: a file of the home that moves it. */
  readonly store: string | null;
  /** What it is called there. */
  readonly board: string;
  /** The home that moves it. */
  readonly home: string;
}

export interface RelocationState {
  /** Where the board goes, or has gone: nothing can be written here any more. */
  readonly left: Relocation | null;
  /** Which relocation brought it here; null: it was made here. */
  readonly arrivedBy: string | null;
  /** There is nothing that a relocation would write over. */
  readonly isEmpty: boolean;
}

/** What a relocation would carry, and what stands in its way. */
export interface RelocationPlan {
  readonly tasks: number;
  readonly rows: number;
  /** Tasks at which someone is at work, or of which a process may be left. */
  readonly busy: readonly string[];
  /** `table.column`, and tables, of other programs that have values: there is no place for them elsewhere. */
  readonly unknown: readonly string[];
}

/** Some rows of a table, in the order in which they came. */
export interface RelocatedPage {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Where the next page begins; null: this was the last. */
  readonly next: number | null;
}

/** Where a board comes from. */
export interface RelocationSource {
  readPage(table: string, after: number): Promise<RelocatedPage>;
  /** The highest number that a row of a table ever had. */
  readNumbers(): Promise<ReadonlyMap<string, number>>;
}

export interface Arrived {
  readonly tasks: number;
  readonly rows: number;
  /** Of all rows that were read, and of all that are there now: the same, or nothing has arrived. */
  readonly digest: string;
}

/** A whole board leaves one store for another, with every row and number of it. */
export interface RelocationStore extends RelocationSource {
  getRelocation(): Promise<RelocationState>;
  /** Whether this relocation brought the board here; one that is under way is waited for. */
  hasArrived(id: string): Promise<boolean>;
  planRelocation(): Promise<RelocationPlan>;
  /**
   * From now on no one can write to the board here: not a process that has it open, and no other program. Repeated, it changes
   * nothing. @throws {BoardError} conflict while a task is at work or a process of one may be left, or when it has left already
   */
  leave(relocation: Relocation): Promise<void>;
  /** Takes `leave` back. */
  stay(): Promise<void>;
  /**
   * The board becomes what `source` has, in one transaction: all of it, or nothing. This store has to be the caller's own.
   * @param how.replaces the relocation by which a board that was here before has left: it is written over
   * @throws {BoardError} conflict where there is another board, or a value that can't be kept here
   */
  arrive(
    source: RelocationSource,
    how: { readonly id: string; readonly replaces: string | null },
  ): Promise<Arrived>;
}
