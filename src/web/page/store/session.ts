import { signal } from "@preact/signals";
import { ApiError, call, describe } from "./api.ts";
import type { Session } from "./wire.ts";

/** The logged-in person; null: not yet, or no one. */
export const session = signal<Session | null>(null);
/** Why the login failed; null before the answer and after a success. */
export const loginProblem = signal<string | null>(null);
/** By how much the server's clock is ahead of this one. */
let aheadMs = 0;

/** Logs in with the token in the address's fragment, which browsers never send, else with the cookie of an earlier visit. */
export async function enter(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) history.replaceState(null, "", location.pathname + location.search);
  await (token === null ? ask("GET", "/session") : logIn(token));
}

export function logIn(token: string): Promise<void> {
  return ask("POST", "/login", { token: token.trim() });
}

async function ask(method: string, path: string, body?: unknown): Promise<void> {
  try {
    const given = await call<Session>(method, path, body);
    aheadMs = given.at_ms - Date.now();
    loginProblem.value = null;
    session.value = given;
  } catch (error) {
    const isUnknown = error instanceof ApiError && error.kind === "unauthorized";
    loginProblem.value = isUnknown && body === undefined ? "" : describe(error);
  }
}

/** Whoever is no longer let in, for the tokens are new ones, is asked for one; a server that is away says nothing of that. */
export async function checkSession(): Promise<void> {
  try {
    await call<Session>("GET", "/session");
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== "unauthorized") return;
    loginProblem.value = "The server has new tokens: take the address that it prints now.";
    session.value = null;
  }
}

/** The time on the server's clock. */
export function serverNowMs(): number {
  return Date.now() + aheadMs;
}

/** True for someone who may only look. */
export function isReader(): boolean {
  return session.value?.access !== "full";
}
