import type { drag } from "./drag.ts";

/** Who comes with keys alone drags nothing: what a drag needs is loaded when a pointer is first seen. */
const pointer = new Promise<void>((resolve) => {
  for (const name of ["pointermove", "pointerdown", "pointerover"] as const)
    addEventListener(name, () => resolve(), { once: true, passive: true });
});

/** What needs the library for dragging, begun when that is there; returns what ends it. */
export function withDrags(begin: (library: typeof drag) => () => void): () => void {
  let end: (() => void) | null = null;
  let isOver = false;
  void pointer
    .then(() => import("./drag.ts"))
    .then((module) => {
      if (!isOver) end = begin(module.drag);
    });
  return () => {
    isOver = true;
    end?.();
  };
}
