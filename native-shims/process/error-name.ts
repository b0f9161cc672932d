import { constants } from "node:os";
import { WINDOWS_ERROR } from "../constants.ts";

/** "EACCES"; "errno 4711" for a number this platform has no name for. */
export function errnoName(errno: number): string {
  return nameOf(constants.errno, errno) ?? `errno ${errno}`;
}

/** "ERROR_ACCESS_DENIED"; "error 4711" for one that is not in our table. */
export function windowsErrorName(code: number): string {
  return nameOf(WINDOWS_ERROR, code) ?? `error ${code}`;
}

function nameOf(table: Readonly<Record<string, number>>, code: number): string | undefined {
  return Object.keys(table).find((name) => table[name] === code);
}
