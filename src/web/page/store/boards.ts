import { signal } from "@preact/signals";
import type { Board } from "./wire.ts";

/** The boards of the home; none before they are known. */
export const boards = signal<readonly Board[]>([]);

/** Those that can be read. */
export function readableBoards(): readonly string[] {
  return boards.value.filter(({ tasks }) => tasks !== null).map(({ slug }) => slug);
}
