/** So often may a task stop for the same words: then a person must see to what it is told. */
const timesMax = 3;

/** How often a task has stopped for the same words by now, and whether it will do so forever. */
export interface BlockCount {
  readonly times: number;
  readonly isLoop: boolean;
}

/**
 * Counts a question or a reason each time it is given again, whatever came between and of whatever kind the block is: two
 * different ones never add up (W30).
 * @param earlier what the task has stopped for since a person last let it go on from triage
 */
export function countBlock(words: string | null, earlier: readonly (string | null)[]): BlockCount {
  const times = earlier.filter((one) => fold(one) === fold(words)).length + 1;
  return { times, isLoop: times >= timesMax };
}

/** White space alone makes no other question. */
function fold(words: string | null): string {
  return (words ?? "").trim().replace(/\s+/g, " ");
}
