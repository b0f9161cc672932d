import type { Access } from "../api/route.ts";
import { Refusal } from "./refusal.ts";
import { isSameToken, type Tokens } from "./tokens.ts";

/** How long a browser stays logged in. */
const cookieSMax = 30 * 24 * 3600;

/** What the sender of this request may do; null: nothing that needs a token. */
export function readAccess(request: Request, tokens: Tokens): "read" | "full" | null {
  const given = bearerOf(request) ?? cookieOf(request);
  return given === null ? null : accessOf(given, tokens);
}

export function accessOf(token: string, { full, read }: Tokens): "read" | "full" | null {
  const [isFull, isRead] = [isSameToken(token, full), isSameToken(token, read)];
  return isFull ? "full" : isRead ? "read" : null;
}

/** @throws {Refusal} 401, 403 */
export function requireAccess(needed: Access, given: "read" | "full" | null): void {
  if (needed === "none" || given === "full" || given === needed) return;
  if (given === null)
    throw new Refusal(
      401,
      "unauthorized",
      "no token, or a wrong one",
      "send `Authorization: Bearer <token>`; `kanbun serve` prints the token",
    );
  throw new Refusal(403, "forbidden", "this may only look", "use the token that may change things");
}

/** The cookie that keeps a browser logged in: no script can read it, and no other site can have it sent. */
export function loginCookie(request: Request, token: string): string {
  const secure = new URL(request.url).protocol === "https:" ? "; Secure" : "";
  return `${cookieName(request)}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${token === "" ? 0 : cookieSMax}${secure}`;
}

function bearerOf(request: Request): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}

function cookieOf(request: Request): string | null {
  const name = `${cookieName(request)}=`;
  const cookies = (request.headers.get("cookie") ?? "").split(";").map((one) => one.trim());
  return cookies.find((one) => one.startsWith(name))?.slice(name.length) ?? null;
}

/** Browsers keep the cookies of all ports of a host together. */
function cookieName(request: Request): string {
  const port = /:(\d+)$/.exec(request.headers.get("host") ?? "")?.[1] ?? "0";
  return `kanbun_${port}`;
}
