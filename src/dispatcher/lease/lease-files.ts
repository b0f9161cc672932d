import { readdirSync } from "node:fs";
import { join } from "node:path";
import { hostIdentity } from "../../../native-shims/index.ts";
import { systemErrorCode } from "../../system/system-error.ts";

/** Where a home keeps the ends of its leases of a store: a file for each term. */
function leasesFolder(home: string, store: string): string {
  return join(home, "kanban", "leases", store);
}

export function leasePath(home: string, store: string, term: number): string {
  return join(leasesFolder(home, store), String(term));
}

/** Held by the guard of a lease as long as it lives. One that is in another pid namespace would see none of our workers. */
export function guardLockPath(leasePath: string): string {
  const namespace = /\d+/.exec(hostIdentity().pidNamespace)?.[0] ?? "";
  return `${leasePath}.guard${namespace}`;
}

/** The terms of which there is a lease, over or not. */
export function listTerms(home: string, store: string): readonly number[] {
  try {
    return readdirSync(leasesFolder(home, store))
      .filter((name) => /^\d{1,15}$/.test(name))
      .map(Number);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}
