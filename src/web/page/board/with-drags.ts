import type { drag } from "./drag.ts";

/** What needs the library for dragging: it is loaded after the cards are on the screen. */
export function withDrags(begin: (library: typeof drag) => () => void): () => void {
  let end: (() => void) | null = null;
  let isOver = false;
  void import("./drag.ts").then((module) => {
    if (!isOver) end = begin(module.drag);
  });
  return () => {
    isOver = true;
    end?.();
  };
}
