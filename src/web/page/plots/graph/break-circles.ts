import type { LayoutLink, TurnedLink } from "./layout.ts";

/** The links, with those reversed that close a circle: another program may have written one. */
export function breakCircles(ids: readonly string[], links: readonly LayoutLink[]): readonly TurnedLink[] {
  const below = Map.groupBy(links, ({ from }) => from);
  const state = new Map<string, "open" | "over">();
  const closing = new Set<LayoutLink>();
  for (const root of ids) {
    if (state.has(root)) continue;
    state.set(root, "open");
    // Not by calls: a chain may have thousands of links.
    const stack = [{ id: root, next: 0 }];
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      const link = below.get(at.id)?.[at.next];
      at.next += 1;
      if (link === undefined) {
        state.set(at.id, "over");
        stack.pop();
      } else if (state.get(link.to) === "open") closing.add(link);
      else if (!state.has(link.to)) {
        state.set(link.to, "open");
        stack.push({ id: link.to, next: 0 });
      }
    }
  }
  return links.map((link) =>
    closing.has(link) ? { from: link.to, to: link.from, isTurned: true } : { ...link, isTurned: false },
  );
}
