import type { ComponentType } from "preact";

/**
 * A view of the page. To add one: a module whose default export is a Preact component, and a line in `views`.
 *
 * - It is given `{ board }`, the slug in the address, and is mounted anew for each board.
 * - It is loaded when it is first shown: its imports are in a chunk of their own, unless something that is loaded at once imports them too.
 * - It fills `<main>`; its first heading is an `<h1 class="visually-hidden">` with its title.
 * - Data: `call` of store/api.ts, and `followBoard` of store/live.ts for what changes (the cards come with the events; the
 *   connection resumes by itself). Nouns as the API sends them: store/wire.ts. The board's loaded cards: store/cards.ts.
 * - Address: `place`, `setQuery`, `addressOf` of store/location.ts; what is chosen in a view is kept in the query.
 *   A task is opened by an ordinary link to `addressOf(board, "/t/" + id)`, and is shown beside the view.
 * - CSS: a file of its own, imported in later.css (a lazy chunk can't bring one). Colours and sizes: styles/tokens.css; the colour
 *   and the sign of a status: parts/sign.tsx. Nothing may be set by a `style` attribute in HTML: the policy forbids it; the
 *   `style` property of an element is allowed.
 */
export interface View {
  readonly id: string;
  /** Below the board's address; `/` for views of the whole home. */
  readonly path: string;
  readonly title: string;
  /** After `g`, on the keyboard. */
  readonly key: string;
  readonly load: () => Promise<{ readonly default: ComponentType<{ readonly board: string }> }>;
}

export const views: readonly View[] = [
  { id: "board", path: "/b/:board", title: "Board", key: "b", load: () => import("./board/board-view.tsx") },
  { id: "all", path: "/all", title: "All boards", key: "a", load: () => import("./board/joint-view.tsx") },
  {
    id: "needs-you",
    path: "/needs-you",
    title: "Needs you",
    key: "n",
    load: () => import("./needs-you/needs-you-view.tsx"),
  },
  {
    id: "graph",
    path: "/b/:board/graph",
    title: "Graph",
    key: "g",
    load: () => import("./plots/graph/graph-view.tsx"),
  },
  {
    id: "timeline",
    path: "/b/:board/timeline",
    title: "Timeline",
    key: "t",
    load: () => import("./plots/timeline/timeline-view.tsx"),
  },
  {
    id: "metrics",
    path: "/b/:board/metrics",
    title: "Metrics",
    key: "m",
    load: () => import("./plots/metrics/metrics-view.tsx"),
  },
];

/** The view of an address; null where it names none, such as a task, which is shown beside the last view. */
export function viewAt(path: string): View | null {
  return views.find((view) => new RegExp(`^${view.path.replace(":board", "[^/]+")}/?$`).test(path)) ?? null;
}
