/** What is known of a host by the beats that were heard of it; ages are by one clock, the server's. */
export interface HeardHost {
  /** How often it beats; null: it came for one tick. */
  readonly beatMs: number | null;
  readonly silentMs: number;
  readonly leftAtMs: number | null;
  readonly fence: object | null;
}

/**
 * `alive`: its beats come; `silent`: they don't, and it never said that it ends; `left`: its dispatcher ended in order, workers may go
 * on; `passing`: it came for one tick and does not stay; `fenced`: a person declared it gone, and it has not been back.
 */
export const hostStates = ["alive", "silent", "left", "passing", "fenced"] as const;
export type HostState = (typeof hostStates)[number];

/** Two beats may be lost. */
const beatsMissedMax = 3;
/** What ticks once is given so long for it. */
const tickMsMax = 30_000;

export function hostState({ beatMs, silentMs, leftAtMs, fence }: HeardHost): HostState {
  if (fence !== null) return "fenced";
  if (leftAtMs !== null) return "left";
  if (beatMs === null) return "passing";
  return silentMs <= beatsMissedMax * beatMs ? "alive" : "silent";
}

/** Whether it was heard of so lately that a person who calls it gone is wrong. */
export function isHeardOf(host: HeardHost): boolean {
  const state = hostState(host);
  return state === "alive" || (state === "passing" && host.silentMs <= tickMsMax);
}
