/** Which part of a plane is seen: `x`, `y` of the plane are in the corner, one unit of it is `scale` pixels. */
export interface ViewBox {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const scales = { min: 0.08, max: 2 };

/** Larger or smaller, with the point under the pointer where it is. */
export function zoomAt(box: ViewBox, by: number, at: { readonly x: number; readonly y: number }): ViewBox {
  const scale = Math.min(scales.max, Math.max(scales.min, box.scale * by));
  return { scale, x: box.x + at.x / box.scale - at.x / scale, y: box.y + at.y / box.scale - at.y / scale };
}

/** All of it in the middle, no larger than it is. */
export function fitBox(plane: Size, screen: Size, margin: number): ViewBox {
  const room = { width: screen.width - 2 * margin, height: screen.height - 2 * margin };
  const fit = Math.min(1, room.width / Math.max(1, plane.width), room.height / Math.max(1, plane.height));
  const scale = Math.max(scales.min, fit);
  // What does not fit is shown from its start.
  const start = (plane: number, screen: number) =>
    plane * scale > screen ? -margin / scale : (plane - screen / scale) / 2;
  return { scale, x: start(plane.width, screen.width), y: start(plane.height, screen.height) };
}

/** Never so far that nothing of the plane is visible. */
export function keepInSight(box: ViewBox, plane: Size, screen: Size): ViewBox {
  const edge = 120 / box.scale;
  const keep = (at: number, plane: number, screen: number) =>
    Math.min(Math.max(at, edge - screen / box.scale), plane - edge);
  return { ...box, x: keep(box.x, plane.width, screen.width), y: keep(box.y, plane.height, screen.height) };
}

/** Moved just enough to show a point with a margin of pixels around it; unchanged where it is visible already. */
export function showPoint(
  box: ViewBox,
  point: { readonly x: number; readonly y: number },
  screen: Size,
  margin: { readonly x: number; readonly y: number },
): ViewBox {
  const move = (at: number, from: number, size: number, edge: number) => {
    const pixel = (at - from) * box.scale;
    if (pixel < edge) return from - (edge - pixel) / box.scale;
    return pixel > size - edge ? from + (pixel - size + edge) / box.scale : from;
  };
  const x = move(point.x, box.x, screen.width, Math.min(margin.x, screen.width / 3));
  const y = move(point.y, box.y, screen.height, Math.min(margin.y, screen.height / 3));
  return { ...box, x, y };
}
