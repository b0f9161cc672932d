/** What a host can take on, as it says itself with each beat. */
export interface HostCapacity {
  /** How many workers its home may have at once, and how many more it could start now. */
  readonly slots: number;
  readonly slotsFree: number;
  /** It starts only tasks of these. */
  readonly profiles: readonly string[];
  /** What it is good for, in words of its own. */
  readonly labels: readonly string[];
  /** The boards of the store that it dispatches, by their names there. */
  readonly boards: readonly string[];
}

/** What a home says of itself when it begins to dispatch boards of a server. */
export interface HostFacts extends HostCapacity {
  /** The name that the home minted. @see src/system/home/home-identity.ts */
  readonly id: string;
  readonly machine: string;
  /** The path of the home. */
  readonly home: string;
  /** Of its Kanbun. */
  readonly version: string;
  /** How often it beats; milliseconds. null: it came for one tick, and does not stay. */
  readonly beatMs: number | null;
  /** Its lease of this store; milliseconds. null: it has none. */
  readonly leaseMs: number | null;
}

/** One stay of a host. Each dispatcher that begins counts the epoch up; all of one home that are not fenced hold good side by side. */
export interface HostEpoch {
  readonly id: string;
  readonly epoch: number;
}

/** A host at one moment: who acts on what it saw says so, and does nothing if the host was heard of since. */
export interface SeenHost extends HostEpoch {
  /** How often it was heard of. */
  readonly beat: number;
}

/** A home that dispatches boards of a server. Times and ages are by the server's clock alone. */
export interface Host extends HostFacts, SeenHost {
  /** How long ago it was last heard of; milliseconds. */
  readonly silentMs: number;
  readonly registeredAtMs: number;
  /** When its dispatcher ended in order; null: it goes on, or fell silent. */
  readonly leftAtMs: number | null;
  /** This epoch and all before it are over, on whose word; null: the present one isn't. */
  readonly fence: { readonly epoch: number; readonly atMs: number; readonly by: string } | null;
}

/** What a host has claimed and is not known to be gone, on whichever board of the store. */
export interface HostRun {
  /** The name of the home that claimed it. */
  readonly hostId: string;
  readonly board: string;
  readonly taskId: string;
  readonly title: string;
  readonly runId: number;
}

/** What a board of a store knows of hosts. */
export interface BoardHosts {
  /** As `HostStore.list`, by the connection of the board. */
  list(): Promise<readonly Host[]>;
  /**
   * Gives away what a fenced host runs on the board: its open runs end as reclaimed and their tasks are ready again; of runs that
   * have ended nothing is changed but that no process of theirs is waited for. What it claims under a later epoch is not touched.
   * @throws {BoardError} conflict where the host is not fenced, or has registered anew
   */
  giveAway(host: HostEpoch, by: { readonly actor: string }): Promise<readonly GivenRun[]>;
}

export interface GivenRun {
  readonly taskId: string;
  readonly runId: number;
  /** Its task is ready again; else its run had ended. */
  readonly wasOpen: boolean;
}

/** The hosts of all boards of a store, which no board alone has. */
export interface HostStore extends AsyncDisposable {
  /** Adds the host, or begins a new epoch of it. @returns the epoch @throws {BoardError} unreachable, newer_board, unwritable */
  register(facts: HostFacts): Promise<number>;
  /**
   * Tells that it is there. False: that epoch is fenced, or was never registered here, or the server is not the one that it was
   * registered on: it was restored, or a replica took over, so that it may have forgotten what it had acknowledged.
   * @throws {BoardError} unreachable
   */
  beat(host: HostEpoch, capacity: HostCapacity): Promise<boolean>;
  /** Signs it off, unless another dispatcher of the home registered since. @throws {BoardError} unreachable */
  leave(host: HostEpoch): Promise<void>;
  /** The last of its epochs that is over, 0 for none; null: it was never registered here. @throws {BoardError} unreachable */
  getTerm(id: string): Promise<number | null>;
  /** By the name of the machine. Changes nothing. @throws {BoardError} unreachable, newer_board */
  list(): Promise<readonly Host[]>;
  /** What hosts have claimed on all boards. Changes nothing. @throws {BoardError} unreachable, newer_board */
  listRuns(): Promise<readonly HostRun[]>;
  /**
   * Declares this epoch and all before it over, unless the host was heard of since it was seen so. What it runs is not touched.
   * @returns whether it is over: false where it was heard of
   */
  fence(seen: SeenHost, by: string): Promise<boolean>;
  /**
   * Takes it off the list, unless it has claimed something that is not known to be gone, or was heard of since it was seen so. If it comes
   * back it claims nothing until it has registered anew. @returns whether it is gone from the list
   */
  remove(seen: SeenHost): Promise<boolean>;
}
