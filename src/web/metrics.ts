import type { Durations, Histogram } from "../board/histogram.ts";
import type { BoardStatus } from "../home/boards/status.ts";
import { describeError } from "../home/failure.ts";
import type { BoardCounts, UsageSum } from "../store/counts.ts";
import type { TickCounts } from "./tick-counts.ts";
import type { WebHome } from "./web-home.ts";

const boundsMs = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 604_800].map((seconds) => seconds * 1_000);

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface BoardFacts {
  readonly board: string;
  readonly counts: BoardCounts;
  readonly durations: Durations;
  readonly status: BoardStatus;
  /** By profile. */
  readonly usages: readonly UsageSum[];
}

/**
 * All boards of a home in the text format of Prometheus. One that can't be read is named by `kanbun_board_readable`.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export async function renderMetrics(web: WebHome, ticks: TickCounts, nowMs: number): Promise<string> {
  const boards = await web.current.kanbun.boards.list();
  const read = await Promise.all(boards.map(({ slug }) => readBoard(web, slug)));
  const facts = read.filter((one) => "counts" in one);
  const each = (samples: (of: BoardFacts) => readonly (readonly [Sample["labels"], number])[]) =>
    facts.flatMap((of) =>
      samples(of).map(([labels, value]) => ({ labels: { board: of.board, ...labels }, value })),
    );
  const perBoard = (value: (of: BoardFacts) => number) => each((of) => [[{}, value(of)]]);
  return [
    family(
      "kanbun_board_readable",
      "gauge",
      "Whether the board could be read.",
      read.map((one) => ({ labels: { board: one.board }, value: "counts" in one ? 1 : 0 })),
    ),
    family(
      "kanbun_tasks",
      "gauge",
      "Tasks by status.",
      each(({ counts }) => labelled("status", counts.byStatus)),
    ),
    family(
      "kanbun_tasks_held",
      "gauge",
      "Tasks that stand still, by the reason.",
      each(({ status }) => labelled("reason", status.byHold)),
    ),
    family(
      "kanbun_runs_total",
      "counter",
      "Runs that are over, by outcome.",
      each(({ counts }) => labelled("outcome", counts.byOutcome)),
    ),
    family(
      "kanbun_events_total",
      "counter",
      "Events of the board's history.",
      perBoard(({ counts }) => counts.events),
    ),
    family(
      "kanbun_slots_used",
      "gauge",
      "Workers that use a slot.",
      perBoard(({ status }) => status.slots.boardUsed),
    ),
    family(
      "kanbun_slots_max",
      "gauge",
      "How many workers may run on the board; of a board without a limit that of the home.",
      perBoard(({ status: { slots } }) => slots.boardMax ?? slots.homeMax),
    ),
    family(
      "kanbun_dispatchers",
      "gauge",
      "Dispatchers that stay.",
      perBoard(({ status }) => status.residents.length),
    ),
    family(
      "kanbun_last_tick_age_seconds",
      "gauge",
      "Since a dispatcher last took the lock.",
      each(({ status: { lastTick } }) =>
        lastTick === null ? [] : [[{}, (nowMs - lastTick.sinceAtMs) / 1000]],
      ),
    ),
    family(
      "kanbun_ticks_total",
      "counter",
      "Ticks that this server has made since it was started; skipped: another dispatcher had the lock.",
      each(({ board }) => {
        const counts = ticks.of(board);
        return counts === null ? [] : labelled("result", { made: counts.made, skipped: counts.skipped });
      }),
    ),
    family(
      "kanbun_tick_seconds_total",
      "counter",
      "How long these ticks took.",
      each(({ board }) => {
        const counts = ticks.of(board);
        return counts === null ? [] : [[{}, counts.durationMs / 1000]];
      }),
    ),
    family(
      "kanbun_tokens_total",
      "counter",
      "Tokens that coding agents said they used.",
      each(({ usages }) =>
        usages.flatMap(({ name: profile, inputTokens, outputTokens }) => [
          ...known({ profile, kind: "input" }, inputTokens),
          ...known({ profile, kind: "output" }, outputTokens),
        ]),
      ),
    ),
    family(
      "kanbun_cost_usd_total",
      "counter",
      "What runs cost, in US dollars, where their agents said so.",
      each(({ usages }) => usages.flatMap(({ name: profile, costUsd }) => known({ profile }, costUsd))),
    ),
    histogram("kanbun_run_duration_seconds", "How long runs took.", facts, ({ run }) => run),
    histogram(
      "kanbun_queue_wait_seconds",
      "From a task's creation to its first start.",
      facts,
      ({ wait }) => wait,
    ),
    histogram("kanbun_cycle_time_seconds", "From a task's creation to its end.", facts, ({ cycle }) => cycle),
  ].join("");
}

async function readBoard(
  web: WebHome,
  board: string,
): Promise<BoardFacts | { readonly board: string; readonly error: string }> {
  try {
    const { kanbun, home } = web.board(board);
    await using session = await home.open("read");
    const counts = await session.store.getCounts();
    return {
      board,
      counts,
      durations: await session.store.readDurations(boundsMs),
      status: await kanbun.status(),
      usages: await session.store.sumUsages("profile"),
    };
  } catch (error) {
    return { board, error: describeError(error).message };
  }
}

function labelled(name: string, counts: Readonly<Record<string, number>>) {
  return Object.entries(counts).map(([label, count]) => [{ [name]: label }, count] as const);
}

/** Left out where it is unknown: 0 would be wrong. */
function known(
  labels: Sample["labels"],
  value: number | null,
): readonly (readonly [Sample["labels"], number])[] {
  return value === null ? [] : [[labels, value]];
}

function family(name: string, type: "gauge" | "counter", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => `${name}${renderLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function histogram(
  name: string,
  help: string,
  facts: readonly BoardFacts[],
  of: (durations: Durations) => Histogram,
): string {
  const lines = facts.flatMap(({ board, durations }) => {
    const { upTo, count, sumMs } = of(durations);
    const buckets = [
      ...boundsMs.map((bound, at) => [String(bound / 1000), upTo[at] ?? 0] as const),
      ["+Inf", count] as const,
    ];
    return [
      ...buckets.map(([le, value]) => `${name}_bucket${renderLabels({ board, le })} ${value}\n`),
      `${name}_sum${renderLabels({ board })} ${sumMs / 1000}\n`,
      `${name}_count${renderLabels({ board })} ${count}\n`,
    ];
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${lines.join("")}`;
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const escaped = (text: string) =>
    text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",")}}`;
}
