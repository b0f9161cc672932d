import type { DispatchContext } from "../dispatcher/context.ts";
import type { DatabaseCare } from "../store/inspection.ts";
import type { BoardStore } from "../store/store.ts";
import type { StoreHealth } from "../store/store-health.ts";
import type { Clock } from "../system/clock.ts";
import type { Config } from "../system/config/config.ts";

/** What a doctor is given: a home, and how its boards are opened. */
export interface DoctorContext {
  readonly home: string;
  /** What makes a board in it. */
  readonly initCommand: string;
  /** The boards that are to be looked at. */
  readonly boards: readonly string[];
  /** Every board of the home: a process that no board knows can only be told by all of them. */
  readonly allBoards: readonly string[];
  /** Who is named in the history by what is repaired. */
  readonly actor: string;
  readonly clock: Clock;
  /** What workers would inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How to run this very Kanbun, as a second process. */
  readonly selfCommand: readonly string[];
  /** What is wrong with it is in it. */
  readonly loadConfig: () => Config;
  readonly openBoard: (slug: string, mode: "read" | "write") => Promise<BoardStore>;
  /** Asks a store of the configuration how it is. Throws where it can't be asked. */
  readonly askStore: (name: string) => Promise<StoreHealth>;
  readonly dispatchContext: (slug: string) => DispatchContext;
  readonly database: DatabaseCare;
}
