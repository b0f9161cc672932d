/** How a home makes itself known among the hosts of a store. */
export interface PresenceOptions {
  /** It tells again and again that it is there, until it leaves; else once, for one tick. */
  readonly stays: boolean;
  /** How many workers are at work here by now, on all boards that are dispatched. */
  readonly countAtWork: () => number;
  /** Called when a store could not be told, and tried again later. Default: no one is told. */
  readonly onTrouble?: (store: string, error: unknown) => void;
  /** Called for each board that is to be looked at again: work can be claimed now, or another host fell silent. */
  readonly onWake?: (slug: string) => void;
  /** Called when it could be told again. */
  readonly onWell?: (store: string) => void;
}
