/**
 * How many tests of one file are at work at once, where the file is one of those whose tests are (bunfig.toml): they wait for
 * other processes most of the time. More would only wait for one another, and Windows' tests are slow enough as they are.
 */
const atOnceMax = process.platform === "win32" ? 1 : 4;

let begun = 0;
const waiting: (() => void)[] = [];

/** Resolves when a test that has begun may go on. */
export async function takeTurn(): Promise<void> {
  begun += 1;
  if (begun > atOnceMax) await new Promise<void>((resolve) => waiting.push(resolve));
}

/** @returns true when no other test has begun: then what tests have left behind is no longer needed */
export function endTurn(): boolean {
  begun -= 1;
  waiting.shift()?.();
  return begun === 0;
}
