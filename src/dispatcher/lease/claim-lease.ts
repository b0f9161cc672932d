import { whyNoTrees } from "../../../native-shims/index.ts";
import { homeOfHost } from "../../board/host.ts";
import type { Takeover } from "../../board/lease.ts";
import type { BoardStore } from "../../store/store.ts";
import { LeaseFile } from "../../worker/lease/lease-file.ts";
import type { WorkerLease } from "../../worker/spawn/spawn.ts";
import type { DispatchContext } from "../context.ts";
import { seenFrom } from "../host.ts";
import type { Finding } from "../report/finding.ts";
import { isGuarded } from "./host-lease.ts";
import { leasePath } from "./lease-files.ts";

/**
 * What this home must have before it claims on a board whose runs others may take over: a lease that holds, and a guard of it.
 * null: the board asks for none. Where it has none nothing is claimed: `"coming"` while a resident that has just begun gets its own,
 * else the finding.
 */
export async function findClaimLease(
  context: DispatchContext,
  store: BoardStore,
): Promise<WorkerLease | Finding | "coming" | null> {
  // Each pass has just asked for the version, and a change of this is one of the board.
  const found = await lookForLease(context, store, store.takeover?.knownTakeover);
  if (found === null || "path" in found) return found;
  const isComing = found.isMissing && context.readStoreHosts?.()?.needLease() === true;
  return isComing ? "coming" : noLease(found.why);
}

/** Why this home may claim nothing of the board; null: it may. Reads only. */
export async function whyNoLease(
  at: Pick<DispatchContext, "place" | "home">,
  store: BoardStore,
): Promise<string | null> {
  const found = await lookForLease(at, store);
  return found === null || "path" in found ? null : found.why;
}

async function lookForLease(
  { place, home }: Pick<DispatchContext, "place" | "home">,
  store: BoardStore,
  known: Takeover | null = null,
): Promise<WorkerLease | { readonly why: string; readonly isMissing: boolean } | null> {
  if (place.kind === "sqlite" || (known ?? (await store.takeover?.getTakeover())) !== "lease") return null;
  const noTrees = process.platform === "linux" ? whyNoTrees() : new Error(`not on ${process.platform}`);
  if (noTrees !== null)
    return { why: `this machine can't end all that a worker starts (${noTrees.message})`, isMissing: false };
  const term = (await store.takeover?.getTerm(homeOfHost(seenFrom(place)))) ?? null;
  const path = leasePath(home, place.store, term?.term ?? 0);
  const isHeld = term !== null && new LeaseFile(path).readRestMs() > 0 && isGuarded(path);
  if (isHeld) return { ...term, path };
  return { why: "this home holds no lease of its store yet", isMissing: true };
}

function noLease(why: string): Finding {
  return {
    about: "board",
    taskId: null,
    runId: null,
    path: null,
    detail: `nothing is claimed: takeover = lease, and ${why}`,
    hint: "keep `kanbun dispatch --watch` running: it holds the lease that other machines take this home's runs over by",
  };
}
