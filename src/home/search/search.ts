import { BoardError } from "../../board/error.ts";
import type { ListedTask, TaskStatus } from "../../board/task.ts";
import { SearchIndex } from "../../store/sqlite/search/search-index.ts";
import type { BoardStore } from "../../store/store.ts";
import type { Session } from "../session/session.ts";
import { type Excerpt, findExcerpt } from "./excerpt.ts";

export interface SearchFilter {
  /** Default: all but archived ones. */
  readonly statuses?: readonly TaskStatus[];
  readonly assignee?: string;
  readonly limit: number;
}

export interface SearchHit {
  readonly task: ListedTask;
  readonly found: Excerpt | null;
}

export interface SearchResult {
  /** The best first. */
  readonly hits: readonly SearchHit[];
  /** There are more. */
  readonly isCut: boolean;
  /** How many tasks were read to bring the index up to date. */
  readonly indexed: number;
  /** Why the index could not be kept, so that the whole board was read; null: it could. */
  readonly problem: string | null;
}

/** Of the best so many are looked at, whether they are what was asked for. */
const candidatesMax = 20_000;

/**
 * Tasks with all of the words, or words that begin so, in title, body, comments, summaries or result; upper and lower
 * case and accents don't matter, and no sign means anything. The index lies beside the board and is brought up to date
 * first, also by what other programs have written.
 */
export async function searchTasks(
  session: Session,
  words: readonly string[],
  filter: SearchFilter,
): Promise<SearchResult> {
  const { store, place } = session;
  const { found, indexed, problem } = await findIds(place.paths.searchIndex, store, words);
  const tasks: ListedTask[] = [];
  // By their ids, a few hundred at a time: most that are asked for are among the first.
  for (let at = 0; at < found.length && tasks.length <= filter.limit; at += 500) {
    const listed = new Map(
      (await store.listTasksById(found.slice(at, at + 500))).map((task) => [task.id, task]),
    );
    for (const id of found.slice(at, at + 500)) {
      const task = listed.get(id);
      if (task !== undefined && fits(task, filter)) tasks.push(task);
    }
  }
  const shown = tasks.slice(0, filter.limit);
  const texts = new Map(
    (await store.readSearchedTexts(shown.map(({ id }) => id))).map((one) => [one.id, one]),
  );
  const hits = shown.map((task) => {
    const its = texts.get(task.id);
    return { task, found: its === undefined ? null : findExcerpt(its, words) };
  });
  return { hits, isCut: tasks.length > shown.length, indexed, problem };
}

/**
 * What is deleted is to be found nowhere, and an index keeps words for a while: the next search makes a new one.
 * Why it is still there; null when it is gone.
 */
export function forgetSearched(path: string): string | null {
  try {
    SearchIndex.remove(path);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function fits({ status, assignee }: ListedTask, filter: SearchFilter): boolean {
  if (filter.assignee !== undefined && assignee !== filter.assignee) return false;
  return filter.statuses === undefined ? status !== "archived" : filter.statuses.includes(status);
}

/** An index that can't be read is made anew; where none can be kept, the whole board is read. */
async function findIds(path: string, store: BoardStore, words: readonly string[]) {
  const look = async (at: string | null) => {
    using index = SearchIndex.open(at);
    return { indexed: await index.update(store), found: index.find(words, candidatesMax) };
  };
  for (let isFirst = true; ; isFirst = false) {
    try {
      return { ...(await look(path)), problem: null };
    } catch (error) {
      // Of the board, not of its index.
      if (error instanceof BoardError) throw error;
      if (isFirst && SearchIndex.removeSpoilt(path, error)) continue;
      const why = error instanceof Error ? error.message : String(error);
      return { ...(await look(null)), problem: `the index ${path} cannot be used: ${why}` };
    }
  }
}
