import { whyNoTrees } from "../../../native-shims/index.ts";
import { homeOfHost } from "../../board/host.ts";
import type { BoardStore } from "../../store/store.ts";
import { LeaseFile } from "../../worker/lease/lease-file.ts";
import type { WorkerLease } from "../../worker/spawn/spawn.ts";
import type { DispatchContext } from "../context.ts";
import { hostOf } from "../host.ts";
import type { Finding } from "../report/finding.ts";
import { isGuarded } from "./host-lease.ts";
import { leasePath } from "./lease-files.ts";

/**
 * What this home must have before it claims on a board whose runs others may take over: a lease that holds, and a guard of it.
 * null: the board asks for none. The finding, where it has none: then nothing is claimed.
 */
export async function findClaimLease(
  context: DispatchContext,
  store: BoardStore,
): Promise<WorkerLease | Finding | null> {
  const { place, home } = context;
  if (place.kind === "sqlite" || (await store.takeover?.getTakeover()) !== "lease") return null;
  const noTrees = process.platform === "linux" ? whyNoTrees() : new Error(`not on ${process.platform}`);
  if (noTrees !== null)
    return noLease(`this machine can't end all that a worker starts (${noTrees.message})`);
  const term = (await store.takeover?.getTerm(homeOfHost(hostOf(place)))) ?? null;
  const path = leasePath(home, place.store, term?.term ?? 0);
  const isHeld = term !== null && new LeaseFile(path).readRestMs() > 0 && isGuarded(path);
  if (isHeld) return { ...term, path };
  context.readStoreHosts?.()?.needLease();
  return noLease("this home holds no lease of its store yet");
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
