import type { Random } from "../../races/orphan-repro/random.ts";

/** What is in the file behind the place up to which it reached the disk. */
const tails = ["nothing", "zeros", "garbage", "hole"] as const;

/** A loss of power: the log reached the disk up to `walBytes`. `hole`: and again from a page further on. */
export interface Cut {
  readonly walBytes: number;
  readonly tail: (typeof tails)[number];
}

const pageBytes = 4096;
const frameBytes = 24 + pageBytes;
const logHeaderBytes = 32;

/**
 * `count` cuts of a log: at every 4 KiB and at every length at which a write was acknowledged, then at random
 * places inside frames. With fewer than there are places, they are drawn from all of them.
 */
export function chooseCuts(
  log: { readonly walBytes: number; readonly acknowledgedAt: readonly number[] },
  count: number | "all",
  random: Random,
): Cut[] {
  const { walBytes, acknowledgedAt } = log;
  const pages = Array.from({ length: Math.floor(walBytes / pageBytes) + 1 }, (_, page) => page * pageBytes);
  const places = [...new Set([...pages, ...acknowledgedAt])];
  const planned = places.flatMap((place) => tails.map((tail): Cut => ({ walBytes: place, tail })));
  if (count === "all") return [...planned, ...places.map(() => tornCut(walBytes, random))];
  const drawn = shuffle(planned, random).slice(0, Math.ceil(count * 0.8));
  const torn = Array.from({ length: count - drawn.length }, () => tornCut(walBytes, random));
  return [...drawn, ...torn];
}

/** Somewhere inside a frame, as a disk tears it that writes less than a page at once. */
function tornCut(walBytes: number, random: Random): Cut {
  const frames = Math.floor((walBytes - logHeaderBytes) / frameBytes);
  const frame = Math.floor(random.between(0, frames));
  const inside = Math.floor(random.between(1, frameBytes));
  return { walBytes: logHeaderBytes + frame * frameBytes + inside, tail: random.pick(tails) };
}

/** The log as the disk has it after the loss. */
export function cutLog(wal: Buffer, { walBytes, tail }: Cut, random: Random): Buffer {
  if (tail === "nothing") return wal.subarray(0, walBytes);
  const damaged = Buffer.from(wal);
  if (tail === "zeros") damaged.fill(0, walBytes);
  if (tail === "hole") damaged.fill(0, walBytes, Math.min(walBytes + pageBytes, damaged.length));
  if (tail === "garbage")
    damaged.fill(Buffer.from(Array.from({ length: 251 }, () => random.between(0, 256))), walBytes);
  return damaged;
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
