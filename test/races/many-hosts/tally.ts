import type { Fault } from "./faults.ts";
import {
  findOverlaps,
  forgottenOnes,
  gapsAfter,
  type Life,
  lateWords,
  overlapMs,
  wentOnAfter,
} from "./ledger.ts";
import type { Options } from "./options.ts";

export interface RaceResult {
  readonly tasks: number;
  readonly workers: number;
  readonly twoAtOnce: number;
  /** The longest time that two of one task were; milliseconds. */
  readonly twoAtOnceMsMax: number;
  /** Workers of a machine that was frozen which wrote again when it went on, though their tasks had been given away; not in `twoAtOnce`. */
  readonly afterThaw: number;
  /** For so long, at most; milliseconds. */
  readonly afterThawMsMax: number;
  /** Workers that were at work when the server failed over and whose task was given away behind it, its claim forgotten; not in `twoAtOnce`. */
  readonly forgotten: number;
  /** For so long, at most, both were at work; milliseconds. */
  readonly forgottenMsMax: number;
  /** Tasks that were seen done and were so no more later. */
  readonly undone: number;
  /** Tasks that are there and not done at the end. */
  readonly lost: number;
  /** Tasks whose creation was acknowledged and that are not there. */
  readonly acknowledgedLost: number;
  /** Processes of hosts that have ended. */
  readonly left: number;
  /** How long until what was at work on a host ran again elsewhere or there; milliseconds. */
  readonly ranAgainMs: Readonly<Record<string, readonly number[]>>;
  /** How long until a worker began behind what befell the server; milliseconds. */
  readonly wentOnMs: Readonly<Record<string, readonly number[]>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Nothing that was promised was broken. */
  readonly isSound: boolean;
}

/** What the workers themselves wrote down, and what the board said. */
export interface Seen {
  readonly lives: readonly Life[];
  readonly faults: readonly Fault[];
  /** Ids of tasks whose creation was acknowledged. */
  readonly acknowledged: readonly string[];
  readonly there: ReadonlySet<string>;
  readonly done: ReadonlySet<string>;
  readonly undone: number;
  readonly left: number;
  readonly seconds: number;
}

/** Counts what was promised, and what came of it. */
export function tally({ tasks, failOver }: Options, seen: Seen): RaceResult {
  const { lives, faults, acknowledged, there, done, undone, left, seconds } = seen;
  const all = findOverlaps(lives);
  const late = lateWords(all, faults);
  // A standby that was waited for forgets none.
  const forgotten = failOver === "async" ? forgottenOnes(lives, faults) : [];
  const isForgotten = ({ one, other }: (typeof all)[number]) =>
    forgotten.some((pair) => pair.one === one && pair.other === other);
  const overlaps = all.filter((pair) => !late.has(pair) && !isForgotten(pair));
  const byKind = <Value>(of: (fault: Fault) => readonly Value[]) =>
    Object.fromEntries(
      [...Map.groupBy(faults, ({ kind }) => kind)]
        .map(([kind, some]) => [kind, some.flatMap(of)] as const)
        .filter(([, values]) => values.length > 0),
    );
  const result = {
    tasks,
    workers: lives.length,
    twoAtOnce: overlaps.length,
    twoAtOnceMsMax: Math.max(0, ...overlaps.map(overlapMs)),
    afterThaw: late.size,
    afterThawMsMax: Math.max(0, ...late.values()),
    forgotten: forgotten.length,
    forgottenMsMax: Math.max(0, ...forgotten.map(overlapMs)),
    undone,
    lost: acknowledged.filter((task) => there.has(task) && !done.has(task)).length,
    acknowledgedLost: acknowledged.filter((task) => !there.has(task)).length,
    left,
    ranAgainMs: byKind(({ host, atMs }) => (host === null ? [] : gapsAfter(lives, host, atMs))),
    wentOnMs: byKind((fault) => (fault.host === null ? wentOnAfter(lives, fault) : [])),
    faults: Object.fromEntries(
      [...Map.groupBy(faults, ({ kind }) => kind)].map(([kind, some]) => [kind, some.length]),
    ),
    seconds,
  };
  const forgets = failOver === "async" ? 0 : result.acknowledgedLost + undone;
  return { ...result, isSound: result.twoAtOnce + result.lost + left + forgets === 0 };
}
