/** Where a process ran, as its claimer wrote it down. */
export interface HostMark {
  /**
   * The machine's id, a slash, and the pid namespace as `HostIdentity` has it. On a board of a server the home's own id and a plus
   * come before: each home is a host of such a board, and machine ids are cloned.
   */
  readonly host: string;
  /** Which start of the machine's kernel. */
  readonly bootId: string;
}

/**
 * `here`: the same process table; `other_namespace`: the same boot of the same kernel, another container of it, or an earlier
 * start of this one; `maybe_earlier`: a machine of this id in another boot, which may be this one before it was rebooted, or
 * one that was cloned from the same image and runs now; `elsewhere`: another machine.
 */
export type HostRelation = "here" | "other_namespace" | "maybe_earlier" | "elsewhere";

/** How `theirs` stands to `ours`, by their names alone. */
export function relateHosts(theirs: HostMark, ours: HostMark): HostRelation {
  const [their, our] = [parseHost(theirs.host), parseHost(ours.host)];
  if (their.home !== "" && their.home !== our.home) return "elsewhere";
  const isSameId = their.machine === our.machine;
  if (theirs.bootId !== ours.bootId) return isSameId ? "maybe_earlier" : "elsewhere";
  if (isSameId && isSameNamespace(their, our)) return "here";
  // The kernel draws a boot's id: two processes with the same id run on the same kernel, whatever their machine is called.
  return ours.bootId === "" ? "elsewhere" : "other_namespace";
}

/** Its claimer knew which start of its container it was in. */
export function knowsItsNamespace({ host }: HostMark): boolean {
  return parseHost(host).startTime !== "";
}

/** The home's own id; "" where the claim is of a board that is a file. */
export function homeOfHost({ host }: Pick<HostMark, "host">): string {
  return parseHost(host).home;
}

interface Host {
  readonly home: string;
  readonly machine: string;
  readonly namespace: string;
  /** "" where its first process may not be looked at, or the claim is an old one. */
  readonly startTime: string;
}

function parseHost(host: string): Host {
  const at = host.indexOf("/");
  const plus = host.indexOf("+");
  const home = plus === 12 ? host.slice(0, plus) : "";
  const [namespace = "", startTime = ""] = host.slice(at + 1).split("@");
  return { home, machine: host.slice(home === "" ? 0 : plus + 1, at), namespace, startTime };
}

/** A process that may not look at the first one is in the same namespace as one that may. */
function isSameNamespace(a: Host, b: Host): boolean {
  const isOtherStart = a.startTime !== "" && b.startTime !== "" && a.startTime !== b.startTime;
  return a.namespace === b.namespace && !isOtherStart;
}
