import { attachmentRoutes } from "./attachment-routes.ts";
import { boardRoutes } from "./board-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { moveRoutes } from "./move-routes.ts";
import { plotRoutes } from "./plot-routes.ts";
import type { Route } from "./route.ts";
import { runRoutes } from "./run-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { taskRoutes } from "./task-routes.ts";

/** Every way into the API below /api/v1, in the order in which it is described. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...boardRoutes,
  ...taskRoutes,
  ...moveRoutes,
  ...runRoutes,
  ...eventRoutes,
  ...attachmentRoutes,
  ...plotRoutes,
];

/** A route that fits, with what is in its braces. */
export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

const parsed = routes.map((route) => ({ route, parts: route.path.split("/").slice(1) }));

/**
 * The route of a request; else the methods that its path has, none for a path that is not served.
 * @param path below /api/v1, as it was sent
 */
export function findRoute(method: string, path: string): FoundRoute | readonly string[] {
  const words = path.split("/").slice(1);
  const fitting = parsed.flatMap(({ route, parts }) => {
    const params = fit(parts, words);
    return params === null ? [] : [{ route, params }];
  });
  // Of two matches the one with fewer parameters: `events/stream` is not an event's id.
  fitting.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  const wanted = method === "HEAD" ? "GET" : method;
  return fitting.find(({ route }) => route.method === wanted) ?? fitting.map(({ route }) => route.method);
}

function fit(parts: readonly string[], words: readonly string[]): Record<string, string> | null {
  if (parts.length !== words.length) return null;
  const params: Record<string, string> = {};
  for (const [at, part] of parts.entries()) {
    const word = decode(words[at] ?? "");
    if (word === null || word === "") return null;
    if (part.startsWith("{")) params[part.slice(1, -1)] = word;
    else if (part !== word) return null;
  }
  return params;
}

/** null for what is no encoded text. */
function decode(word: string): string | null {
  try {
    return decodeURIComponent(word);
  } catch {
    return null; // it is not served then
  }
}
