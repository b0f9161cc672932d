import type { Host } from "../store/hosts.ts";
import type { StorePlace } from "../store/place.ts";
import type { BoardStore } from "../store/store.ts";
import type { Clock } from "../system/clock.ts";
import type { Config } from "../system/config/config.ts";
import type { BoardPaths } from "../system/home/board-paths.ts";
import type { OtherBoard } from "./tick/other-boards.ts";

/** What a process that stays knows of the hosts of a store. */
export interface StoreHosts {
  /** A board asks this home for a lease before it claims. @returns whether it comes soon: the board is called then */
  needLease(): boolean;
  /** Those whose leases are over. */
  listSilent(): readonly Host[];
}

/** What a dispatcher is given: a board, how to open it, and the settings that hold for the whole home. */
export interface DispatchContext {
  readonly home: string;
  readonly paths: BoardPaths;
  readonly place: StorePlace;
  /** Read again for each tick, so that a changed cap holds from the next tick on. What is wrong with it is in it. */
  readonly loadConfig: () => Config;
  readonly clock: Clock;
  /** Opens the board at `place`, by its canonical name. */
  readonly openStore: (place: StorePlace) => Promise<BoardStore>;
  /** The other boards of the home, for what holds over all of them. */
  readonly listOthers: () => readonly OtherBoard[];
  /** The board's default_workdir: the repository for worktrees. @throws {ConfigError} for a board.json that can't be used */
  readonly readDefaultWorkdir: () => string | null;
  /** Under which epoch this home is registered among the hosts of the board's store; null: it isn't. */
  readonly readHostEpoch?: () => number | null;
  /** Where workers of a board that a server keeps may ask for what they do there; null: no one here does it for them. */
  readonly findWorkerSocket: () => string | null;
  /** What is known of the leases of the board's store; null or absent: this process does not stay there. */
  readonly readStoreHosts?: () => StoreHosts | null;
  /** How to run this very Kanbun; workers find it as `kanbun`. */
  readonly selfCommand: readonly string[];
  /** What the workers' allow-list chooses from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
