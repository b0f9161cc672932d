import type { ListedHost } from "../../home/stores/hosts.ts";
import { formatDuration } from "../../system/text/duration.ts";
import { formatTime } from "../../system/text/when.ts";
import type { Screen } from "./screen.ts";
import { formatTable } from "./table.ts";
import { cut, visibleLine } from "./visible.ts";

/** So many columns of a machine's name are shown where each host has one line. */
const machineColumnsMax = 16;

/** A host in a sentence: `north (0123456789ab), silent for 3m`. */
export function describeHost({ machine, id, ...host }: ListedHost): string {
  return `${machine} (${id}), ${describeState(host)}`;
}

function describeState({
  state,
  silentMs,
  leftAtMs,
  fence,
}: Pick<ListedHost, "state" | "silentMs" | "leftAtMs" | "fence">): string {
  const ago = formatDuration(silentMs);
  switch (state) {
    case "alive":
      return "alive";
    case "silent":
      return `silent for ${ago}`;
    case "left":
      return leftAtMs === null ? "left" : `left at ${formatTime(leftAtMs)}`;
    case "passing":
      return `ticked once, ${ago} ago, and did not stay`;
    case "fenced":
      return fence === null ? "fenced" : `fenced at ${formatTime(fence.atMs)} by ${fence.by}`;
  }
}

/** The hosts as a table, a line each, this home with a star; what no host has, and the one store that there is, take no column. */
export function formatHosts(hosts: readonly ListedHost[], screen: Screen): string {
  const hasLabels = hosts.some(({ labels }) => labels.length > 0);
  const hasStores = new Set(hosts.map(({ store }) => store)).size > 1;
  const columns: readonly (readonly [head: string, cell: (host: ListedHost) => string])[] = [
    ["host", ({ machine }) => machine],
    ["id", ({ id }) => id],
    ...(hasStores ? [["store", ({ store }: ListedHost) => store] as const] : []),
    ["state", describeBriefly],
    ["free", ({ slots, slotsFree }) => `${slotsFree} of ${slots}`],
    ...(hasLabels ? [["labels", ({ labels }: ListedHost) => labels.join(", ") || "-"] as const] : []),
    ["runs", ({ running }) => running.map(({ title }) => title).join(", ") || "-"],
  ];
  const machineMax = screen.isTerminal ? machineColumnsMax : Number.POSITIVE_INFINITY;
  const rows = hosts.map((host) => {
    const [machine = "", ...rest] = columns.map(([, cell]) => visibleLine(cell(host)));
    return [host.isThis ? "*" : " ", cut(machine, machineMax), ...rest];
  });
  return formatTable(rows, screen, {
    head: [" ", ...columns.map(([head]) => head)],
    ...(hasLabels ? { flex: columns.length - 1 } : {}),
  });
}

function describeBriefly({ state, silentMs }: ListedHost): string {
  if (state === "silent") return `silent ${formatDuration(silentMs)}`;
  return state === "passing" ? `once, ${formatDuration(silentMs)} ago` : state;
}

/** `30 hosts, 27 alive, 3 silent, 2 of these with runs`. */
export function countHosts(hosts: readonly ListedHost[]): string {
  const silent = hosts.filter(({ state }) => state === "silent");
  const waiting = silent.filter(({ running }) => running.length > 0).length;
  return [
    `${hosts.length} hosts, ${hosts.filter(({ state }) => state === "alive").length} alive`,
    ...(silent.length === 0 ? [] : [`${silent.length} silent`]),
    ...(waiting === 0 ? [] : [`${waiting} of these with runs`]),
  ].join(", ");
}

/** All about one: rows of two columns. */
export function listHostFacts(host: ListedHost): string[][] {
  const { machine, id, isThis, store, home, slots, slotsFree, profiles, labels, boards, running } = host;
  const facts: [string, string][] = [
    ["host", `${machine}${isThis ? " (this home)" : ""}`],
    ["state", describeState(host)],
    ["id", id],
    ["store", store],
    ["home", home],
    ["version", host.version],
    ["slots", `${slotsFree} of ${slots} free`],
    ["profiles", profiles.join(", ") || "none that can be used"],
    ["labels", labels.join(", ") || "none"],
    ["boards", boards.join(", ") || "none"],
    ...running.map(({ taskId, board, title }, at): [string, string] => [
      at === 0 ? "runs" : "",
      `${taskId} on ${board}  ${title}`,
    ]),
    ...(running.length === 0 ? [["runs", "none"] as [string, string]] : []),
  ];
  return facts.map((row) => row.map(visibleLine));
}
