import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Sign } from "../../parts/sign.tsx";
import { theme } from "../../store/preferences.ts";
import type { MetricsData } from "../parts/wire.ts";
import { drawPlot } from "./draw-plot.ts";
import type { Plot } from "./plots-of.ts";

/** A plot with what it says in a word, what its colours mean, and all of it as a table. */
export function MetricPlot({ plot, data }: { readonly plot: Plot; readonly data: MetricsData }) {
  const place = useRef<HTMLDivElement>(null);
  /** Which part of the span is under the pointer. */
  const at = useSignal<number | null>(null);
  const shade = theme.value;
  useEffect(() => {
    if (place.current === null) return;
    return drawPlot(place.current, plot, data, (part) => {
      at.value = part;
    });
  }, [plot, data, shade]);
  const { title, about, sum, series, format } = plot;
  const bucket = data.buckets[at.value ?? -1];
  return (
    <figure class={`metric metric-${plot.id}`}>
      <figcaption>
        <h2>{title}</h2>
        <p class="sum">{sum}</p>
        <p class="about">{about}</p>
      </figcaption>
      <div ref={place} class="metric-plot" aria-hidden="true" />
      <ul class="metric-key">
        {series.map((one) => (
          <li key={one.title}>
            <i
              class={`tone tone-${one.tone}${plot.kind === "lines" ? " line" : ""}${one.isDashed ? " dashed" : ""}`}
              aria-hidden="true"
            />
            {one.sign === null ? null : <Sign of={one.sign} />}
            {one.title}
            <b aria-hidden="true">{at.value === null ? "" : valueAt(one.values[at.value], format)}</b>
          </li>
        ))}
        <li class="when" aria-hidden="true">
          {bucket === undefined ? "" : formatPart(bucket.start_at_ms, data)}
        </li>
      </ul>
      <details>
        <summary>As a table</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
        <section class="plot-table" tabIndex={0} aria-label={`${title}: all values`}>
          <table>
            <thead>
              <tr>
                <th scope="col">From</th>
                {series.map((one) => (
                  <th scope="col" key={one.title}>
                    {one.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.buckets.map(({ start_at_ms }, part) => (
                <tr key={start_at_ms}>
                  <th scope="row">{formatPart(start_at_ms, data)}</th>
                  {series.map((one) => (
                    <td key={one.title} class="number">
                      {valueAt(one.values[part], format)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

function valueAt(value: number | null | undefined, format: (value: number) => string): string {
  return value == null ? "–" : format(value);
}

function formatPart(ms: number, { bucket }: MetricsData): string {
  const isDays = bucket === "1d" || bucket === "1w";
  return new Date(ms).toLocaleString(
    [],
    isDays ? { dateStyle: "medium" } : { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" },
  );
}
