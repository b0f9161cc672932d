export interface SearchState {
  /** Where it was found, in bytes of the file. */
  readonly hits: readonly number[];
  readonly searchedBytes: number;
  readonly isOver: boolean;
}

const hitsMax = 1_000;
const tellEachBytes = 4_000_000;

/**
 * Looks for words in a log of any length, in either case of ASCII letters: it is read as a stream, and nothing of it is kept.
 * @param onState is told from time to time, and at the end
 */
export async function searchLog(
  address: string,
  words: string,
  signal: AbortSignal,
  onState: (state: SearchState) => void,
): Promise<void> {
  const answer = await fetch(address, { signal });
  const reader = answer.body?.getReader();
  // One character for each byte: places in the text are places in the file.
  const bytes = new TextDecoder("latin1");
  const needle = bytes.decode(new TextEncoder().encode(words)).toLowerCase();
  const hits: number[] = [];
  let searchedBytes = 0;
  let told = 0;
  let rest = "";
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    if (done || value === undefined) break;
    const text = rest + bytes.decode(value).toLowerCase();
    const start = searchedBytes - rest.length;
    for (let at = text.indexOf(needle); at !== -1 && hits.length < hitsMax; at = text.indexOf(needle, at + 1))
      hits.push(start + at);
    searchedBytes += value.length;
    rest = text.slice(Math.max(0, text.length - needle.length + 1));
    if (hits.length >= hitsMax) break;
    if (searchedBytes - told > tellEachBytes) {
      told = searchedBytes;
      onState({ hits: [...hits], searchedBytes, isOver: false });
    }
  }
  void reader?.cancel();
  onState({ hits: [...hits], searchedBytes, isOver: true });
}
