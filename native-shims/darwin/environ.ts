/**
 * The environment in what KERN_PROCARGS2 returns, which is: the argument count (4 bytes), the program's path, NULs up to
 * a word's boundary, that many arguments, the environment, an empty entry, the loader's own entries.
 */
export function sliceEnviron(area: Buffer): Buffer {
  if (area.length < 4) return Buffer.alloc(0);
  let at = endOfEntry(area, 4);
  while (area[at] === 0) at++;
  for (let left = area.readInt32LE(0); left > 0; left--) at = endOfEntry(area, at) + 1;
  if (at >= area.length) return Buffer.alloc(0);
  // From the NUL before the first entry to the two NULs behind the last.
  const end = area.indexOf("\0\0", at - 1);
  return Buffer.concat([area.subarray(at - 1, end === -1 ? area.length : end), Buffer.from([0])]);
}

function endOfEntry(area: Buffer, start: number): number {
  const end = area.indexOf(0, start);
  return end === -1 ? area.length : end;
}
