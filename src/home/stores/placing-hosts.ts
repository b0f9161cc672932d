import { describePlacement, type Placement, suits } from "../../board/placement.ts";
import type { Task } from "../../board/task.ts";
import { seenFrom } from "../../dispatcher/host.ts";
import { hostTraits } from "../../dispatcher/tick/policies.ts";
import { placeOf } from "../../store/place.ts";
import type { Session } from "../session/session.ts";
import { type BoardHost, describeStarting, listBoardHosts, nameHost, nameSome } from "./board-hosts.ts";

/** Why a task that asks for a host, or for labels, is not started by this home; and what a person can do. */
export interface PlacementNote {
  readonly detail: string;
  readonly command: string | null;
  /** Another host that is alive starts it. */
  readonly isServed: boolean;
}

type PlacedTask = Pick<Task, "id" | "assignee"> & Placement;

/** null: this home may start it. */
export async function findPlacementNote(session: Session, task: PlacedTask): Promise<PlacementNote | null> {
  const { place } = session;
  const config = await place.configAsFarAsItGoes();
  const traits = hostTraits(seenFrom(placeOf(place.paths)), config);
  if (suits(task, traits)) return null;
  const isHere = suits({ host: task.host, labels: [] }, traits);
  const change = `kanbun edit ${task.id} ${isHere ? "--no-label" : "--no-host"}`;
  if (placeOf(place.paths).kind === "postgres" && session.store.hosts === null) return notForWorkers(task);
  if (session.store.hosts !== null) return describeByHosts(task, await listBoardHosts(session), change);
  const own = describePlacement({ host: null, labels: traits.labels }) || "no labels";
  const detail = isHere
    ? `asks for ${describePlacement({ host: null, labels: task.labels })}; this home has ${own} ([host] labels in kanbun.toml)`
    : `asks for ${describePlacement(task)}; this is ${traits.names.join(" or ")}, and its board a file that no other host has`;
  return { detail, command: change, isServed: false };
}

/** A worker is told nothing of other hosts. */
function notForWorkers(task: PlacedTask): PlacementNote {
  const detail = `asks for ${describePlacement(task)}, which this host has not`;
  return { detail, command: null, isServed: true };
}

function describeByHosts(task: PlacedTask, hosts: readonly BoardHost[], change: string): PlacementNote {
  const asked = `asks for ${describePlacement(task)}`;
  const having = hosts.filter((host) => suitsHost(task, host));
  const alive = having.filter(isAlive);
  const starting = alive.filter(({ profiles }) => profiles.includes(task.assignee ?? ""));
  if (starting.length > 0)
    return {
      detail: `${asked}; ${describeStarting(starting)}`,
      command: null,
      isServed: true,
    };
  if (alive.length > 0) {
    const lacks = `but not the profile ${JSON.stringify(task.assignee)}`;
    const detail = `${asked}; ${nameSome(alive, ({ machine }) => machine)} has that, ${lacks}`;
    return { detail, command: change, isServed: false };
  }
  if (having.length > 0)
    return {
      detail: `${asked}: no host that is alive has that; hosts with it: ${nameSome(having, nameHost)}`,
      command: "kanbun hosts",
      isServed: false,
    };
  // By what can be asked for: homes of one machine are one, and one that left is no help.
  const alike = new Map(hosts.filter(isAlive).map((host) => [describeTraits(host), host]));
  const others = alike.size === 0 ? "" : `; there are: ${nameSome([...alike.values()], describeTraits)}`;
  return { detail: `${asked}, which no host has${others}`, command: change, isServed: false };
}

function isAlive({ state }: BoardHost): boolean {
  return state === "alive";
}

/** Whether the host has what the task asks for. */
export function suitsHost(task: Placement, { machine, id, labels }: BoardHost): boolean {
  return suits(task, { names: [machine, id], labels });
}

function describeTraits({ machine, labels }: BoardHost): string {
  return labels.length === 0 ? machine : `${machine} (${labels.join(", ")})`;
}
