import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Loading } from "../../parts/loading.tsx";
import { boardPath, call, describe } from "../../store/api.ts";
import { status } from "../../store/dispatcher.ts";
import { place } from "../../store/location.ts";
import { PlotProblem } from "../parts/plot-problem.tsx";
import { spanOf } from "../parts/span.ts";
import { SpanChooser } from "../parts/span-chooser.tsx";
import type { MetricsData } from "../parts/wire.ts";
import { MetricPlot } from "./metric-plot.tsx";
import { plotsOf } from "./plots-of.ts";

const spans = ["1h", "24h", "7d", "30d", "90d"];
/** These change slowly. */
const againMs = 30_000;

/** How tasks moved through the board in a span of time. `?span=7d` */
export default function MetricsView({ board }: { readonly board: string }) {
  const chosen = useComputed(() => spanOf(place.value.query.get("span"), "24h").name);
  const data = useSignal<MetricsData | null>(null);
  const problem = useSignal<string | null>(null);
  // A finished task is shown at once; all else every half minute.
  const done = useComputed(() => status.value?.by_status.done ?? 0);
  useEffect(() => {
    let isOver = false;
    const ask = async () => {
      const { fromMs, toMs } = spanOf(chosen.value, "24h");
      const query = `since_at_ms=${Math.floor(fromMs)}&until_at_ms=${Math.ceil(toMs)}`;
      try {
        const answer = await call<MetricsData>("GET", `${boardPath(board, "metrics")}?${query}`);
        if (isOver) return;
        data.value = answer;
        problem.value = null;
      } catch (error) {
        if (!isOver) problem.value = describe(error);
      }
    };
    void ask();
    const timer = setInterval(() => document.visibilityState === "visible" && void ask(), againMs);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [board, chosen.value, done.value]);
  return (
    <div class="plot-view">
      <header class="plot-head">
        <h1>Metrics</h1>
        {data.value === null ? null : (
          <p class="dim">
            by {unitOf(data.value.bucket)}
            {data.value.is_cut
              ? `, from ${new Date(data.value.since_at_ms).toLocaleString()} on: there are too many events`
              : ""}
          </p>
        )}
        <div class="plot-tools">
          <SpanChooser names={spans} now={chosen.value} />
        </div>
      </header>
      <PlotProblem problem={problem.value} />
      {data.value !== null || problem.value !== null ? null : <Loading />}
      {data.value === null ? null : (
        <div class="metrics">
          {plotsOf(data.value).map((plot) => (
            <MetricPlot key={plot.id} plot={plot} data={data.value as MetricsData} />
          ))}
        </div>
      )}
    </div>
  );
}

const units: Readonly<Record<string, string>> = {
  "1m": "minute",
  "5m": "5 minutes",
  "15m": "quarter of an hour",
  "1h": "hour",
  "6h": "6 hours",
  "1d": "day",
  "1w": "week",
};

function unitOf(bucket: string): string {
  return units[bucket] ?? bucket;
}
