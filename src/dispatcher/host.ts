import { hostIdentity, identifyProcess } from "../../native-shims/index.ts";
import type { ClaimHost } from "../store/tick.ts";

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

/** What no other living process of this machine is called: its pid, and the pid namespace where there are such. */
export function processName(): string {
  const namespace = /\d+/.exec(hostIdentity().pidNamespace)?.[0] ?? "";
  return namespace === "" ? `${process.pid}` : `${process.pid}-${namespace}`;
}
