import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BoardError } from "../../board/error.ts";
import { systemErrorCode } from "../../system/system-error.ts";

/** Each token lets its holder in: to change everything, or to read. */
export interface Tokens {
  readonly full: string;
  readonly read: string;
}

/**
 * The tokens of a home, made if there are none: in a file that its owner alone can read. They stay, so that an open tab
 * and a script go on after the server was started anew; removing the file makes all of them void.
 * @throws {BoardError} unwritable where others can read it, or it is none of ours
 */
export function readTokens(home: string): Tokens {
  const folder = join(home, "kanban", "web");
  const path = join(folder, "tokens.json");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${JSON.stringify({ full: newToken(), read: newToken() })}\n`, {
      flag: "wx",
      mode: 0o600,
    });
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
  }
  const isPrivate = process.platform === "win32" || (statSync(path).mode & 0o077) === 0;
  const tokens = isPrivate ? parse(readFileSync(path, "utf8")) : null;
  if (tokens !== null) return tokens;
  throw new BoardError("unwritable", `${path} ${isPrivate ? "holds no tokens" : "can be read by others"}`, {
    hint: "remove it: new tokens are made, and the old ones are void",
  });
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** null also for one that another process is writing at this moment: it has no second line yet. */
function parse(text: string): Tokens | null {
  try {
    const { full, read } = JSON.parse(text) as Partial<Record<"full" | "read", unknown>>;
    const isToken = (value: unknown): value is string => typeof value === "string" && value.length >= 32;
    return isToken(full) && isToken(read) ? { full, read } : null;
  } catch {
    return null; // the caller says what to do
  }
}

/** Whether they are equal, in a time that does not depend on how much of it is right. */
export function isSameToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
