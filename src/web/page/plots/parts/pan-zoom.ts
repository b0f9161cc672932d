import { type ViewBox, zoomAt } from "./view-box.ts";

/** Beyond so many pixels a press is a drag, and no click. */
const slack = 4;

/**
 * Moves and zooms what an element shows: by dragging, by the wheel, by two fingers. A click on a link in it stays one.
 * Returns what ends it.
 */
export function panAndZoom(
  element: HTMLElement,
  read: () => ViewBox,
  write: (box: ViewBox) => void,
): () => void {
  const end = new AbortController();
  const { signal } = end;
  const pointers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  const at = (event: MouseEvent) => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      const box = read();
      // A pinch comes as a wheel with control; a mouse's wheel turns in steps, straight down.
      const isZoom =
        event.ctrlKey || event.metaKey || (event.deltaX === 0 && Math.abs(event.deltaY * lines) >= 100);
      if (isZoom)
        write(zoomAt(box, Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 100 : 400)), at(event)));
      else
        write({
          ...box,
          x: box.x + (event.deltaX * lines) / box.scale,
          y: box.y + (event.deltaY * lines) / box.scale,
        });
    },
    { signal, passive: false },
  );
  element.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      if (pointers.size === 0) moved = 0;
      pointers.set(event.pointerId, at(event));
    },
    { signal },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const now = at(event);
      const box = read();
      const [dx, dy] = [now.x - before.x, now.y - before.y];
      moved += Math.abs(dx) + Math.abs(dy);
      if (moved < slack) return;
      if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, now);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) {
        write({ ...box, x: box.x - dx / box.scale, y: box.y - dy / box.scale });
        return;
      }
      const far = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y);
      write(
        zoomAt(box, far(now) / Math.max(1, far(before)), {
          x: (now.x + other.x) / 2,
          y: (now.y + other.y) / 2,
        }),
      );
    },
    { signal },
  );
  const release = (event: PointerEvent) => pointers.delete(event.pointerId);
  for (const name of ["pointerup", "pointercancel"] as const)
    element.addEventListener(name, release, { signal });
  element.addEventListener(
    "click",
    (event) => {
      if (moved < slack) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { signal, capture: true },
  );
  return () => end.abort();
}
