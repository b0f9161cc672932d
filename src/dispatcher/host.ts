import { hostIdentity, identifyProcess } from "../../native-shims/index.ts";
import type { StorePlace } from "../store/place.ts";
import type { ClaimHost } from "../store/tick.ts";
import { findHomeIdentity, homeIdentity } from "../system/home/home-identity.ts";

let cached: ClaimHost | null = null;

/** This process as a claimer: where its workers can be found again, and who started them. */
export function thisHost(): ClaimHost {
  if (cached === null) {
    const identity = hostIdentity();
    cached = {
      hostname: identity.hostname,
      host: `${identity.machineId}/${identity.pidNamespace}`,
      bootId: identity.bootId,
      dispatcher: identifyProcess(process.pid),
    };
  }
  return cached;
}

/** This process as a claimer on that board: on a server each home is a host of its own, whatever machine it is on. */
export function hostOf(place: StorePlace): ClaimHost {
  const host = thisHost();
  if (place.kind === "sqlite") return host;
  return { ...host, host: `${homeIdentity(place.home, hostIdentity().machineId)}+${host.host}` };
}

/** The same for who only looks at the board: nothing is written. */
export function seenFrom(place: StorePlace): ClaimHost {
  const host = thisHost();
  if (place.kind === "sqlite") return host;
  const id = findHomeIdentity(place.home, hostIdentity().machineId) ?? "0".repeat(12);
  return { ...host, host: `${id}+${host.host}` };
}

/** What no other living process of this machine is called: its pid, and the pid namespace where there are such. */
export function processName(): string {
  const namespace = /\d+/.exec(hostIdentity().pidNamespace)?.[0] ?? "";
  return namespace === "" ? `${process.pid}` : `${process.pid}-${namespace}`;
}
