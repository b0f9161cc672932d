const ends: (() => Promise<void>)[] = [];

/**
 * Has `end` called when all tests of this process are through, or those of a file where several processes share the files;
 * however else it ends, the guard does what it can.
 */
export function atEnd(end: () => Promise<void>): void {
  ends.push(end);
}

export async function endAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}
