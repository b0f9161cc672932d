import type { drag } from "./drag.ts";

/** Loads what dragging needs when the pointer first moves: who uses keys alone never needs it. */
const pointer = new Promise<void>((resolve) => {
  for (const name of ["pointermove", "pointerdown", "pointerover"] as const)
    addEventListener(name, () => resolve(), { once: true, passive: true });
});

/** Runs `begin` once the dragging library is loaded; returns a function that ends it. */
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
