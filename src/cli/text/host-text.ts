import type { ListedHost } from "../../home/stores/hosts.ts";
import { formatDuration } from "../../system/text/duration.ts";
import { formatTime } from "../../system/text/when.ts";
import { visibleLine } from "./visible.ts";

/** Running tasks of one host that are named; the rest are counted. */
const runsMax = 8;

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

/** What `kanbun hosts` shows of one: rows of two columns. */
export function listHostFacts(host: ListedHost): string[][] {
  const { machine, id, isThis, store, home, slots, slotsFree, profiles, labels, boards, running } = host;
  const named = running.slice(0, runsMax);
  const facts: [string, string][] = [
    [machine, `${describeState(host)}${isThis ? " (this home)" : ""}`],
    ["  host", `${id} of the store ${store}, home ${home}, Kanbun ${host.version}`],
    ["  slots", `${slotsFree} of ${slots} free`],
    ["  profiles", profiles.join(", ") || "none that can be used"],
    ...(labels.length === 0 ? [] : [["  labels", labels.join(", ")] as [string, string]]),
    ["  boards", boards.join(", ") || "none"],
    ...named.map(({ taskId, board, title }, at): [string, string] => [
      at === 0 ? "  running" : "",
      `${taskId} on ${board}  ${title}`,
    ]),
    ...(running.length > named.length
      ? [["", `and ${running.length - named.length} more`] as [string, string]]
      : []),
  ];
  return facts.map((row) => row.map(visibleLine));
}
