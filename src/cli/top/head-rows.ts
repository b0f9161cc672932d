import type { BoardState, Overview } from "../../home/overview/overview.ts";
import type { Cell, Row } from "./row.ts";
import type { TopFrame } from "./top-frame.ts";
import type { TopState } from "./top-state.ts";
import { paceText } from "./top-words.ts";

/** The home in one line, and where it has several boards another one with a word about each. */
export function headRows({ overview, filter }: TopState, { dispatching }: TopFrame): Row[] {
  const { boards, slots } = overview;
  const all = boards.reduce(
    (sum, { byStatus }) =>
      sum +
      Object.entries(byStatus).reduce((n, [status, count]) => n + (status === "archived" ? 0 : count), 0),
    0,
  );
  const name = boards.length === 1 ? (boards[0]?.slug ?? "") : `${boards.length} boards`;
  const pace = paceText(overview);
  const paused = boards.filter(({ isPaused }) => isPaused);
  const left: Cell[] = [
    { text: "kanbun", colour: "bold" },
    { text: name, colour: "cyan" },
    { text: `${overview.done.count} of ${all} done`, colour: "green" },
    ...(pace === "" ? [] : [{ text: pace }]),
    { text: `slots ${slots.used} of ${slots.max}` },
    dispatcherCell(overview, dispatching),
    ...(boards.length === 1 && paused.length === 1 ? [{ text: "PAUSED", colour: "yellow" as const }] : []),
    ...(filter === "" ? [] : [{ text: `filter: ${filter}`, colour: "magenta" as const }]),
  ];
  const head: Row = { kind: "line", left, right: [] };
  const isAnyDispatched = boards.some(
    ({ dispatcherPid, otherHosts }) => dispatcherPid !== null || otherHosts.length > 0,
  );
  const cells = boards.map((board) => boardCell(board, isAnyDispatched));
  return boards.length > 1 ? [head, { kind: "line", left: cells, right: [] }] : [head];
}

function dispatcherCell({ boards }: Overview, dispatching: string | null): Cell {
  if (dispatching !== null) return { text: dispatching, colour: "green" };
  const pids = [...new Set(boards.flatMap(({ dispatcherPid }) => dispatcherPid ?? []))];
  if (pids.length === 0) return otherHostsCell(boards);
  return { text: pids.length === 1 ? `dispatcher ${pids[0]}` : `${pids.length} dispatchers` };
}

/** Where nothing dispatches here, another machine may. */
function otherHostsCell(boards: readonly BoardState[]): Cell {
  const hosts = [...new Set(boards.flatMap(({ otherHosts }) => otherHosts))];
  const [first] = hosts;
  if (first === undefined) return { text: "no dispatcher", colour: "yellow" };
  return { text: hosts.length === 1 ? `dispatched by ${first}` : `dispatched by ${hosts.length} hosts` };
}

function boardCell(
  { slug, byStatus, isPaused, problem, dispatcherPid, otherHosts }: BoardState,
  isAnyDispatched: boolean,
): Cell {
  if (problem !== null) return { text: `${slug}: ${problem}`, colour: "red" };
  const of = (status: keyof typeof byStatus) => byStatus[status] ?? 0;
  const open = of("ready") + of("todo") + of("scheduled") + of("review") + of("blocked") + of("triage");
  const words = [
    slug,
    ...(of("running") > 0 ? [`${of("running")} running`] : []),
    ...(open > 0 ? [`${open} open`] : []),
    ...(isPaused ? ["paused"] : []),
    // Where there is none at all the first line says so.
    ...(isAnyDispatched && dispatcherPid === null && otherHosts.length === 0 ? ["no dispatcher"] : []),
  ];
  const text = words.join(" ");
  return isPaused ? { text, colour: "yellow" } : { text };
}
