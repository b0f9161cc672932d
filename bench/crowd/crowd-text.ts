import type { Machine } from "../machine.ts";
import type { CrowdFigures, CrowdOptions } from "./crowd.ts";
import type { Delay, PhaseFigures } from "./phase.ts";

/** A line for each phase, as a person reads it in a terminal of 160 columns. */
export function crowdText(result: CrowdOptions & CrowdFigures & { readonly machine: Machine }): string {
  const { machine, phases } = result;
  const lines = [heads, ...phases.map(cells)];
  const widths = heads.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const layOut = (line: readonly string[]) =>
    line
      .map((cell, at) => cell.padStart(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    ...about(result),
    "",
    ...lines.map(layOut),
    "",
    ...phases.flatMap(statements),
    ...notes,
    "",
    aboutMachine(machine),
  ].join("\n");
}

const heads = [
  "tasks/s",
  "connections",
  "statements/s",
  "commits/s",
  "server",
  "a host",
  "workers",
  "machine",
  "memory",
  "claimed p50",
  "p99",
  "began p50",
  "p99",
  "tasks",
  "twice",
  "lost",
  "left",
];

function cells(phase: PhaseFigures): readonly string[] {
  return [
    phase.perS === 0 ? "rest" : number(phase.madePerS),
    number(phase.connections),
    phase.statementsPerS === null ? "?" : number(phase.statementsPerS),
    number(phase.commitsPerS),
    percent(phase.serverPercent),
    percent(phase.hostPercent),
    percent(phase.workersPercent),
    percent(phase.machinePercent),
    `${number(phase.memoryMb)} MB`,
    ...delay(phase.claimed),
    ...delay(phase.began),
    number(phase.tasks),
    number(phase.startedTwice),
    number(phase.lost),
    number(phase.left),
  ];
}

const textLengthMax = 150;

const notes = [
  "server, a host, workers: processor time in % of one processor; machine: in % of all of them, by everything that runs on it",
  "memory: of a process that dispatches, its share of what others use as well",
  "claimed: from the commit that made the task to the one that claimed it, by the server; began: to the worker's first line",
  "twice: started twice, by what workers wrote down; lost: acknowledged and never started; left: never done",
];

function statements({ perS, statements }: PhaseFigures): readonly string[] {
  if (statements.length === 0) return [];
  const lines = statements.map(
    ({ text, calls, ms, planningMs }) =>
      `${number(ms).padStart(8)} ms, ${number(planningMs)} to plan, ${number(calls)} times: ${text.slice(0, textLengthMax)}`,
  );
  return [`${perS} tasks/s, what took the server longest:`, ...lines, ""];
}

function about({ hosts, slots, seconds, workMs, isLight, serverVersion }: CrowdOptions & CrowdFigures) {
  const what = isLight
    ? "dispatchers, ten in a process, whose workers are no processes"
    : "residents with workers of their own";
  return [
    `${hosts} ${what}, ${slots} slots each, on one board of PostgreSQL ${serverVersion}; work takes ${workMs} ms; ${seconds} s a line`,
  ];
}

function aboutMachine({ cpu, cores, memoryGb, kernel, load, date, commit }: Machine): string {
  return `${cores} cores (${cpu}), ${memoryGb} GB, ${kernel}; ${date}, commit ${commit ?? "unknown"}, load average ${load}`;
}

function delay(value: Delay | null): readonly [string, string] {
  return value === null ? ["–", "–"] : [`${number(value.p50)} ms`, `${number(value.p99)} ms`];
}

function percent(value: number): string {
  return `${number(value)} %`;
}

function number(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 && value > 0 ? 1 : 0 });
}
