/** A new id: `t_` and eight random hex digits. Another task may have it already. */
export function randomTaskId(): string {
  return toTaskId(crypto.getRandomValues(Buffer.alloc(4)).readUInt32BE());
}

const drawMin = 64;
const drawMax = 64 * 1024;

/**
 * Hands out random ids in ascending order, then from another draw, each twice as large as the one before: rows of many
 * tasks go into an index of ids side by side, which takes half the time of going to and fro.
 */
export function sortedTaskIds(): () => string {
  let drawn = new Uint32Array(0);
  let next = 0;
  return () => {
    if (next === drawn.length) {
      drawn = new Uint32Array(Math.min(Math.max(drawn.length * 2, drawMin), drawMax));
      // 64 KiB is what one call gives.
      for (let at = 0; at < drawn.length; at += 16_384)
        crypto.getRandomValues(drawn.subarray(at, at + 16_384));
      drawn.sort();
      next = 0;
    }
    const number = drawn[next] ?? 0;
    next += 1;
    return toTaskId(number);
  };
}

function toTaskId(number: number): string {
  return `t_${number.toString(16).padStart(8, "0")}`;
}
