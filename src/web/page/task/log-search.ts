import { call } from "../store/api.ts";

export interface SearchState {
  /** Where it was found, in bytes of the file: one place for each line. */
  readonly hits: readonly number[];
  readonly searchedBytes: number;
  readonly isOver: boolean;
}

interface Found {
  readonly matches: readonly { readonly offset: number }[];
  readonly next_offset: number | null;
  readonly size_bytes: number;
}

const hitsMax = 1_000;

/**
 * Searches a log of any length on the server, which answers about once a second with what it has found.
 * @param path of the log, below /api/v1
 * @param onState is told after each answer
 * @throws {ApiError}
 */
export async function searchLog(
  path: string,
  words: string,
  signal: AbortSignal,
  onState: (state: SearchState) => void,
): Promise<void> {
  const hits: number[] = [];
  for (let offset: number | null = 0; offset !== null && !signal.aborted; ) {
    const query = new URLSearchParams({
      q: words,
      offset: String(offset),
      limit: String(hitsMax - hits.length),
    });
    const found: Found = await call("GET", `${path}/search?${query}`);
    hits.push(...found.matches.map((match) => match.offset));
    offset = hits.length >= hitsMax ? null : found.next_offset;
    const searchedBytes = offset ?? found.size_bytes;
    if (!signal.aborted) onState({ hits: [...hits], searchedBytes, isOver: offset === null });
  }
}
