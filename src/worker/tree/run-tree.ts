import {
  findDescendants,
  findProcessesByEnv,
  findSuspects,
  type ProcessRef,
  probeRoot,
  readProcessEnv,
  type TreeMember,
} from "../../../native-shims/index.ts";
import type { ProcessMark } from "../../board/claim.ts";
import { copierMark, copierName } from "../shim/shim.ts";
import { runMark } from "../spawn/environment.ts";

/** A run's processes as seen from its shim: where that is a root, they are exactly what is below it. */
export interface RunTree {
  readonly token: string;
  readonly shim: ProcessMark | null;
  readonly isRoot: boolean;
}

/**
 * What lives below a living shim, the copier of its log aside. A worker may start a dispatcher of its own, whose workers are
 * not this run's: each is below a shim that leads a session and carries another run's mark.
 * @returns null where it can't be told
 */
export function listMembers(tree: RunTree): readonly TreeMember[] | null {
  return listBelow(tree)?.members ?? null;
}

/** So many of them as they are named to a person, `sleep (pid 17)`; none where it can't be told. */
export function nameMembers(tree: RunTree, max: number): readonly string[] {
  return (listMembers(tree) ?? []).slice(0, max).map(({ name, pid }) => `${name} (pid ${pid})`);
}

/** The same, and the copiers beside them. */
export function listBelow({
  token,
  shim,
}: RunTree): { readonly members: readonly TreeMember[]; readonly copiers: readonly TreeMember[] } | null {
  if (shim === null) return null;
  const isOtherRuns = (member: TreeMember) =>
    member.isSessionLeader && ![token, null, undefined].includes(readProcessEnv(member.pid, runMark));
  const found = findDescendants(shim, isOtherRuns);
  const isCopier = ({ pid, parentPid, name }: TreeMember) =>
    parentPid === shim.pid && name === copierName && typeof readProcessEnv(pid, copierMark) === "string";
  if (found === null) return null;
  return { members: found.filter((member) => !isCopier(member)), copiers: found.filter(isCopier) };
}

/**
 * Where the processes of a run are whose worker has ended, by its shim that is still there: it stops itself while someone is
 * left, and else is about to end.
 * @param look how the kernel is asked
 */
export function sightBelow(
  tree: RunTree,
  look = { probeRoot, listMembers },
): "alive" | "ending" | "dead" | "unknown" {
  if (!tree.isRoot || tree.shim === null || look.probeRoot(tree.shim) !== "stopped") return "ending";
  const members = look.listMembers(tree);
  if (members === null) return "unknown";
  if (members.length > 0) return "alive";
  // None, where it stopped itself: by now they are zombies, and it will not end by itself. Below one that was killed between
  // the two looks there is no one either, but what was below it lives on elsewhere.
  return look.probeRoot(tree.shim) === "stopped" ? "dead" : "ending";
}

/** The same of a shim that is stopped and has not said how its worker ended. Where no one is below it, it ends once it goes on. */
export function sightSilent(tree: RunTree): "alive" | "ending" {
  return listMembers(tree)?.length === 0 ? "ending" : "alive";
}

/** Processes that carry the run's mark. A walk through the whole process table. */
export function findMarked(token: string): readonly ProcessRef[] | null {
  const found = findProcessesByEnv(runMark, new Set([token]));
  return found === null ? null : (found.get(token) ?? []);
}

/** What is left of a run whose shim is gone without having seen the last of them end. */
export function sightLeft({ token, shim }: RunTree): "alive" | "dead" | "unknown" {
  const marked = findMarked(token);
  if (marked === null) return "unknown";
  if (marked.length > 0) return "alive";
  const suspects = shim === null || shim.startTime === "" ? [] : findSuspects(shim);
  return suspects !== null && suspects.length === 0 ? "dead" : "unknown";
}
