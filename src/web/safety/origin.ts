import { hostname } from "node:os";
import { Refusal } from "./refusal.ts";

/** By which names a server may be called. */
export interface HostRule {
  /** It listens for this machine alone. */
  readonly isLoopback: boolean;
  /** Further names, as an own domain. */
  readonly names: readonly string[];
}

/**
 * Refuses what was sent to another name than ours: a page of a stranger's, whose name leads to this machine (DNS
 * rebinding), and what another page sends to us.
 * @throws {Refusal} 403
 */
export function requireOwnOrigin(request: Request, rule: HostRule): void {
  const host = request.headers.get("host") ?? URL.parse(request.url)?.host ?? "";
  if (!isOwnHost(nameOf(host), rule))
    throw new Refusal(
      403,
      "forbidden",
      `this server is not called ${JSON.stringify(host.slice(0, 80))}`,
      "use the address that `kanbun serve` printed; another name is allowed with --allow-host",
    );
  const origin = request.headers.get("origin");
  if (origin !== null && hostOf(origin) !== host)
    throw new Refusal(403, "forbidden", "this request comes from another page", null);
  // A browser names the page that a change or a live connection comes from. What it does not name sends no cookie.
  if (origin === null && request.headers.has("cookie") && !isLook(request))
    throw new Refusal(
      403,
      "forbidden",
      "this request doesn't say where it comes from",
      "send no cookie but a token",
    );
  // Browsers say so of what they send by themselves, also without an Origin. A person may follow a link to the page.
  const site = request.headers.get("sec-fetch-site");
  const isNavigation = request.headers.get("sec-fetch-mode") === "navigate" && request.method === "GET";
  if (site !== null && site !== "same-origin" && site !== "none" && !isNavigation)
    throw new Refusal(403, "forbidden", "this request comes from another page", null);
}

function isLook({ method, headers }: Request): boolean {
  return (method === "GET" || method === "HEAD") && !headers.has("upgrade");
}

/** Without the port: a tunnel may have another one. */
function nameOf(host: string): string {
  return host.replace(/:\d*$/, "").toLowerCase();
}

function hostOf(origin: string): string | null {
  return URL.parse(origin)?.host ?? null;
}

function isOwnHost(name: string, { isLoopback, names }: HostRule): boolean {
  if (name === "localhost" || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name)) return true;
  if (names.some((one) => one.toLowerCase() === name)) return true;
  if (isLoopback) return false;
  // An address is no name that someone could lead elsewhere.
  return (
    /^\d{1,3}(\.\d{1,3}){3}$/.test(name) ||
    /^\[[0-9a-f:.]+\]$/.test(name) ||
    name === hostname().toLowerCase()
  );
}
