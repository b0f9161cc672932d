import { formatSpan } from "../../parts/time.ts";
import type { MetricsBucket, MetricsData, Spread } from "../parts/wire.ts";

/** A row of values, one for each part of the span. */
interface Series {
  readonly title: string;
  /** The name of a colour of the page, and of a sign, where it stands for a state. */
  readonly tone: string;
  readonly sign: string | null;
  readonly isDashed?: boolean;
  /** null: there is none. */
  readonly values: readonly (number | null)[];
}

export interface Plot {
  readonly id: string;
  readonly title: string;
  /** What it is, in a sentence. */
  readonly about: string;
  /** The whole span in a word or two. */
  readonly sum: string;
  readonly kind: "areas" | "bars" | "lines";
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

const openStatuses = [
  ["triage", "dim"],
  ["todo", "dim"],
  ["scheduled", "dim"],
  ["ready", "soft"],
  ["running", "run"],
  ["blocked", "ask"],
  ["review", "review"],
] as const;

const whole = (value: number) => String(Math.round(value));

/** The plots of the metrics; costs only where an agent has reported some. */
export function plotsOf(data: MetricsData): readonly Plot[] {
  const { buckets } = data;
  const each = (value: (bucket: MetricsBucket) => number | null) => buckets.map(value);
  const total = (value: (bucket: MetricsBucket) => number) =>
    buckets.reduce((sum, one) => sum + value(one), 0);
  const [succeeded, failed] = [total((one) => one.succeeded), total((one) => one.failed)];
  const rated = succeeded + failed;
  return [
    flowPlot(data),
    {
      id: "throughput",
      title: "Throughput",
      about: "Tasks that were done.",
      sum: `${total((one) => one.completed)} done`,
      kind: "bars",
      series: [{ title: "done", tone: "good", sign: "done", values: each((one) => one.completed) }],
      format: whole,
    },
    spreadPlot(
      "cycle",
      "Cycle time",
      "From a task's creation until it is done.",
      buckets,
      (one) => one.cycle,
    ),
    spreadPlot(
      "wait",
      "Queue wait",
      "How long tasks were ready before they started.",
      buckets,
      (one) => one.wait,
    ),
    {
      id: "runs",
      title: "Success rate",
      about: "Runs that ended, by how.",
      sum: rated === 0 ? "no runs" : `${Math.round((succeeded / rated) * 100)} % of ${rated} runs`,
      kind: "bars",
      series: [
        { title: "succeeded", tone: "good", sign: "done", values: each((one) => one.succeeded) },
        { title: "failed", tone: "fail", sign: "failed", values: each((one) => one.failed) },
        { title: "neither", tone: "dim", sign: "scheduled", values: each((one) => one.other) },
      ],
      format: whole,
    },
    ...costPlot(buckets),
  ];
}

/** Of ended tasks only those that ended in the span: all of them would dwarf the open ones. */
function flowPlot({ buckets, by_status_before: before }: MetricsData): Plot {
  const over = (counts: Readonly<Record<string, number>>) => (counts.done ?? 0) + (counts.archived ?? 0);
  const shown = openStatuses.filter(([status]) => buckets.some((one) => (one.by_status[status] ?? 0) > 0));
  const last = buckets.at(-1)?.by_status ?? {};
  const open = openStatuses.reduce((sum, [status]) => sum + (last[status] ?? 0), 0);
  return {
    id: "flow",
    title: "Cumulative flow",
    about: "Tasks in each status; at the bottom what was done since the span began.",
    sum: `${open} open`,
    kind: "areas",
    series: [
      {
        title: "done since",
        tone: "good",
        sign: "done",
        values: buckets.map((one) => Math.max(0, over(one.by_status) - over(before))),
      },
      ...shown.toReversed().map(([status, tone]) => ({
        title: status,
        tone,
        sign: status,
        values: buckets.map((one) => one.by_status[status] ?? 0),
      })),
    ],
    format: whole,
  };
}

function spreadPlot(
  id: string,
  title: string,
  about: string,
  buckets: readonly MetricsBucket[],
  of: (bucket: MetricsBucket) => Spread | null,
): Plot {
  const all = buckets.flatMap((one) => of(one) ?? []);
  const count = all.reduce((sum, one) => sum + one.count, 0);
  // The median of the medians, weighted by the number of runs behind each.
  const sorted = all.toSorted((a, b) => a.p50_ms - b.p50_ms);
  let seen = 0;
  const middle = sorted.find((one) => {
    seen += one.count;
    return seen * 2 >= count;
  });
  return {
    id,
    title,
    about,
    sum: middle === undefined ? "none" : `median ${formatSpan(middle.p50_ms)}`,
    kind: "lines",
    series: [
      {
        title: "median",
        tone: "ink",
        sign: null,
        values: buckets.map((one) => of(one)?.p50_ms ?? null),
      },
      {
        title: "85th percentile",
        tone: "dim",
        sign: null,
        isDashed: true,
        values: buckets.map((one) => of(one)?.p85_ms ?? null),
      },
    ],
    format: formatSpan,
  };
}

const tones = ["ink", "run", "review", "ask", "good", "dim"];

function costPlot(buckets: readonly MetricsBucket[]): readonly Plot[] {
  const sums = new Map<string, number>();
  for (const { costs } of buckets)
    for (const { profile, cost_usd } of costs) sums.set(profile, (sums.get(profile) ?? 0) + cost_usd);
  if (sums.size === 0) return [];
  const dear = [...sums].sort(([, a], [, b]) => b - a).map(([profile]) => profile);
  const named = dear.slice(0, tones.length - 1);
  const of = (names: readonly string[]) =>
    buckets.map(({ costs }) =>
      costs.filter(({ profile }) => names.includes(profile)).reduce((sum, one) => sum + one.cost_usd, 0),
    );
  const rest = dear.slice(tones.length - 1);
  return [
    {
      id: "cost",
      title: "Cost by profile",
      about: "What agents say that their runs have cost.",
      sum: formatCost([...sums.values()].reduce((sum, one) => sum + one, 0)),
      kind: "bars",
      series: [
        ...named.map((name, at) => ({
          title: name,
          tone: tones[at] ?? "dim",
          sign: null,
          values: of([name]),
        })),
        ...(rest.length === 0 ? [] : [{ title: "others", tone: "dim", sign: null, values: of(rest) }]),
      ],
      format: formatCost,
    },
  ];
}

function formatCost(usd: number): string {
  return `$${usd.toFixed(usd !== 0 && usd < 10 ? 2 : 0)}`;
}
