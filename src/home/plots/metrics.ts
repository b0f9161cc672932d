import { BoardError } from "../../board/error.ts";
import { Flow, type FlowBucket, type FlowTask, type StatusCounts } from "../../board/flow.ts";
import { isFailure } from "../../board/retry.ts";
import type { RunEnd } from "../../store/history.ts";
import type { BoardStore } from "../../store/store.ts";
import { type Bucket, bucketEdges, bucketFor } from "./bucket-edges.ts";

export interface MetricsSpan {
  readonly sinceAtMs: number;
  readonly untilAtMs: number;
  /** Default: so that there are some dozens. */
  readonly bucket?: Bucket | undefined;
}

/** The middle and the long end of how long something took; null where nothing did. */
interface Spread {
  readonly count: number;
  readonly p50Ms: number;
  readonly p85Ms: number;
}

interface MetricsBucket {
  readonly startAtMs: number;
  readonly endAtMs: number;
  /** At its end. */
  readonly byStatus: StatusCounts;
  readonly completed: number;
  /** From a task's creation to its end, of those that were completed. */
  readonly cycle: Spread | null;
  /** From ready to running, of those that were started; a back-off counts as well. */
  readonly wait: Spread | null;
  /** Runs that ended: what was achieved, what failed, and what was neither, such as interrupted. */
  readonly succeeded: number;
  readonly failed: number;
  readonly other: number;
  /** What runs cost that ended, where their agents said so. */
  readonly costs: readonly { readonly profile: string; readonly costUsd: number }[];
}

export interface Metrics {
  readonly sinceAtMs: number;
  readonly untilAtMs: number;
  readonly bucket: Bucket;
  /** The span begins later than asked for: more events than can be read lie in it. */
  readonly isCut: boolean;
  /** Before the span. */
  readonly byStatusBefore: StatusCounts;
  readonly buckets: readonly MetricsBucket[];
}

/** So many events behind the beginning of the span are read, also those after its end. */
const eventsMax = 500_000;
/** Read at a time: some 20 ms, so that others are served in between. */
const pageMax = 10_000;

/**
 * What a board's history says about a span of time, in parts of it.
 * @throws {BoardError} usage for a span that is none, or of too many parts
 */
export async function readMetrics(store: BoardStore, span: MetricsSpan): Promise<Metrics> {
  if (span.untilAtMs <= span.sinceAtMs) throw new BoardError("usage", "the span ends before it begins");
  const { firstId, sinceAtMs, isCut } = await findStart(store, span);
  const bucket = span.bucket ?? bucketFor(span.untilAtMs - sinceAtMs);
  const edges = bucketEdges({ sinceAtMs, untilAtMs: span.untilAtMs, bucket });
  const flow = new Flow(edges);
  if (firstId !== null) await readChanges(store, flow, firstId);
  const now = await store.readFlowNow(flow.taskIds);
  const { before, buckets } = flow.finish(now);
  const ends = await readRunEnds(store, buckets);
  return {
    sinceAtMs,
    untilAtMs: span.untilAtMs,
    bucket,
    isCut,
    byStatusBefore: before,
    buckets: buckets.map((one, at) => ({
      startAtMs: edges[at] ?? 0,
      endAtMs: edges[at + 1] ?? 0,
      byStatus: one.byStatus,
      completed: one.completed.length,
      cycle: spread(cyclesMs(one, now.tasks)),
      wait: spread(one.waitsMs),
      ...countRuns(one.endedRuns.flatMap((id) => ends.get(id) ?? [])),
    })),
  };
}

async function findStart(store: BoardStore, { sinceAtMs, untilAtMs }: MetricsSpan) {
  const asked = await store.findEventAt(sinceAtMs);
  const oldest = (await store.getLastEventId()) - eventsMax + 1;
  if (asked === null || asked >= oldest) return { firstId: asked, sinceAtMs, isCut: false };
  const [first] = await store.listEvents({ afterId: oldest - 1, limit: 1, charsMax: 0 });
  const startAtMs = first?.createdAtMs ?? sinceAtMs;
  if (startAtMs >= untilAtMs)
    throw new BoardError("usage", `only the last ${eventsMax} events can be told, and they are later`, {
      hint: `give a later end than ${new Date(startAtMs).toISOString()}`,
    });
  return { firstId: oldest, sinceAtMs: startAtMs, isCut: true };
}

async function readChanges(store: BoardStore, flow: Flow, firstId: number): Promise<void> {
  for (let eventId: number | null = firstId; eventId !== null; ) {
    const { changes, nextId } = await store.listStatusChanges({ eventId, max: pageMax });
    const unknown = new Set(changes.map((change) => change.taskId).filter((id) => !flow.isKnown(id)));
    for (const change of await store.listChangesBefore(firstId, [...unknown])) flow.begin(change);
    for (const change of changes) flow.add(change);
    eventId = nextId;
    await new Promise(setImmediate);
  }
}

async function readRunEnds(
  store: BoardStore,
  buckets: readonly FlowBucket[],
): Promise<ReadonlyMap<number, RunEnd>> {
  const ids = [...new Set(buckets.flatMap((bucket) => bucket.endedRuns))];
  const ends = new Map<number, RunEnd>();
  for (let at = 0; at < ids.length; at += pageMax) {
    for (const end of await store.listRunEnds(ids.slice(at, at + pageMax))) ends.set(end.id, end);
    await new Promise(setImmediate);
  }
  return ends;
}

/** Those that are gone by now are left out. */
function cyclesMs({ completed }: FlowBucket, tasks: ReadonlyMap<string, FlowTask>): readonly number[] {
  return completed.flatMap(({ taskId, atMs }) => {
    const task = tasks.get(taskId);
    return task === undefined ? [] : [Math.max(0, atMs - task.createdAtMs)];
  });
}

function spread(lengthsMs: readonly number[]): Spread | null {
  if (lengthsMs.length === 0) return null;
  const sorted = lengthsMs.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p85Ms: at(0.85) };
}

const achieved: ReadonlySet<string | null> = new Set(["completed", "review_requested", "changes_requested"]);

function countRuns(ends: readonly RunEnd[]) {
  const failed = ends.filter(({ outcome }) => isFailure(outcome)).length;
  const succeeded = ends.filter(({ outcome }) => achieved.has(outcome)).length;
  const costs = new Map<string, number>();
  for (const { profile, costUsd } of ends)
    if (costUsd !== null) costs.set(profile ?? "-", (costs.get(profile ?? "-") ?? 0) + costUsd);
  return {
    succeeded,
    failed,
    other: ends.length - succeeded - failed,
    costs: [...costs].map(([profile, costUsd]) => ({ profile, costUsd })),
  };
}
