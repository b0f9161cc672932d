import { computed, signal } from "@preact/signals";

const read = () => ({ path: location.pathname, query: new URLSearchParams(location.search) });

/** Where the page is: what it shows can be reloaded, kept and sent. */
export const place = signal(read());
/** How many steps back stay within the page. */
let depth = 0;

addEventListener("popstate", () => {
  depth -= 1;
  place.value = read();
});

/** Goes to another place of the page; the query stays unless `to` has one. */
export function go(to: string, { replace = false } = {}): void {
  const [path, query] = to.split("?");
  const kept = query ?? place.peek().query.toString();
  const address = `${path}${kept === "" ? "" : `?${kept}`}`;
  if (address === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", address);
  else {
    history.pushState(null, "", address);
    depth += 1;
  }
  place.value = read();
}

/** Back to where it was opened from, or to `otherwise` when it was opened by its address. */
export function goBack(otherwise: string): void {
  if (depth > 0) history.back();
  else go(otherwise, { replace: true });
}

/** Changes what the address says about what is shown; null takes it out. */
export function setQuery(values: Readonly<Record<string, string | null>>): void {
  const query = new URLSearchParams(place.peek().query);
  for (const [name, value] of Object.entries(values))
    value === null ? query.delete(name) : query.set(name, value);
  const { path } = place.peek();
  go(`${path}?${query}`, { replace: true });
}

/** Board and task of `/b/<board>/t/<task>`, each null where the address names none. */
export const named = computed(() => {
  const [, board, , task] = /^\/b\/([^/]+)(\/t\/([^/]+))?/.exec(place.value.path) ?? [];
  return { board: decode(board), task: decode(task) };
});

function decode(word: string | undefined): string | null {
  try {
    return word === undefined ? null : decodeURIComponent(word);
  } catch {
    return word ?? null; // text that is not encoded is used as it is
  }
}

/** Where a view of a board, or a task on it, is. */
export function addressOf(board: string, rest = ""): string {
  return `/b/${encodeURIComponent(board)}${rest}`;
}

/** Links of the page itself are followed without loading it anew. */
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target !== "" || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  go(link.pathname + link.search);
});
