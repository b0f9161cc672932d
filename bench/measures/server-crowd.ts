import { measureCrowd } from "../crowd/crowd.ts";
import type { PhaseFigures } from "../crowd/phase.ts";
import type { Measure } from "../measure.ts";
import type { Limit, Row } from "../row.ts";

/** Many hosts on one board: at rest as residents of their own, at work with ten of them in a process. */
export const serverCrowd: Measure = {
  ids: ["PG5"],
  isLong: true,
  async run(bench) {
    const hosts = bench.pick({ full: 100, quick: 100, smoke: 3 });
    const seconds = bench.pick({ full: 20, quick: 10, smoke: 1 });
    const rates = bench.pick({ full: [20, 60, 120], quick: [20, 60, 120], smoke: [3] });
    const settleS = bench.pick({ full: 40, quick: 20, smoke: 0 });
    const workMs = bench.pick({ full: 2_000, quick: 2_000, smoke: 50 });
    const common = { hosts, seconds, slots: 8, settleS, workMs, statementsMax: 0 };
    const atRest = await measureCrowd(bench, { ...common, rates: [0], isLight: false });
    const atWork = await measureCrowd(bench, { ...common, rates, isLight: true, settleS: 0 });
    return [
      ...atRest.phases.map((phase) => restRow(phase, hosts)),
      ...atWork.phases.flatMap((phase) => workRows(phase, hosts)),
      duplicatesRow([...atRest.phases, ...atWork.phases]),
    ];
  },
};

function restRow(phase: PhaseFigures, hosts: number): Row {
  return makeRow({
    id: "PG5 rest",
    what: `processor time of the server, of one core, with ${hosts} idle residents on one board`,
    value: phase.serverPercent,
    unit: "%",
    limit: { is: "at most", must: 10, stretch: 5, unit: "%" },
    notes: [
      ...aboutServer(phase),
      `a resident takes ${phase.hostPercent.toFixed(2)} % of a core and ${phase.memoryMb.toFixed(0)} MB`,
    ],
  });
}

function workRows(phase: PhaseFigures, hosts: number): readonly Row[] {
  const what = `${phase.perS} tasks/s, ${hosts} dispatchers on one board: from the commit that made a task to the one that claimed it`;
  const notes = [
    `${phase.madePerS.toFixed(0)} tasks/s were made; the server took ${phase.serverPercent.toFixed(0)} % of a core`,
    ...aboutServer(phase),
  ];
  const id = `PG5 ${phase.perS}`;
  const limitOf = (must: number, stretch: number): Limit => ({ is: "at most", must, stretch, unit: "ms" });
  return [
    makeRow({
      id: `${id} p50`,
      what,
      value: phase.claimed?.p50 ?? Number.NaN,
      unit: "ms",
      limit: limitOf(50, 10),
      notes,
    }),
    makeRow({
      id: `${id} p99`,
      what,
      value: phase.claimed?.p99 ?? Number.NaN,
      unit: "ms",
      limit: limitOf(1_000, 200),
      notes: [],
    }),
  ];
}

function duplicatesRow(phases: readonly PhaseFigures[]): Row {
  const count = (of: (phase: PhaseFigures) => number) => phases.reduce((sum, phase) => sum + of(phase), 0);
  return makeRow({
    id: "PG5 faults",
    what: "tasks that were started twice, lost, or never done, by what the workers wrote down",
    value: count(({ startedTwice, lost, left }) => startedTwice + lost + left),
    unit: "tasks",
    limit: { is: "at most", must: 0, stretch: 0, unit: "tasks" },
    notes: [`of ${count(({ tasks }) => tasks).toLocaleString("en")}`],
  });
}

function makeRow({
  value,
  unit,
  ...row
}: Pick<Row, "id" | "what" | "limit" | "notes"> & { value: number; unit: string }): Row {
  return { ...row, ours: { name: row.id, unit, rounds: [value] }, yardstick: null, judged: "ours" };
}

function aboutServer({ connections, statementsPerS, commitsPerS }: PhaseFigures): readonly string[] {
  const statements = statementsPerS === null ? "" : `${statementsPerS.toFixed(0)} statements/s, `;
  return [`${connections} connections, ${statements}${commitsPerS.toFixed(0)} commits/s`];
}
