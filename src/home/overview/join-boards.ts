import { systemClock } from "../session/system-clock.ts";
import type { BoardState, Overview, OverviewTask, Part } from "./overview.ts";
import type { ReadBoard } from "./read-board.ts";

/** A board as far as it could be read. */
interface Readable extends Pick<BoardState, "slug" | "dispatcherPid" | "problem"> {
  readonly read: ReadBoard | null;
}

type PartName = "needsYou" | "running" | "next";

/** The boards of a home as one overview: each part in its order over all of them. */
export function joinBoards(home: string, boards: readonly Readable[], limit: number): Overview {
  const reads = boards.flatMap(({ read }) => read ?? []);
  const part = (name: PartName, order: (a: OverviewTask, b: OverviewTask) => number): Part => ({
    count: reads.reduce((sum, { glance }) => sum + glance[name].count, 0),
    tasks: reads
      .flatMap((read) => read[name])
      .sort(order)
      .slice(0, limit),
  });
  const done = reads.flatMap((read) => read.done);
  return {
    home,
    atMs: systemClock.nowMs(),
    boards: boards.map(({ slug, dispatcherPid, problem, read }) => ({
      slug,
      byStatus: read?.glance.byStatus ?? {},
      isPaused: read?.isPaused ?? false,
      dispatcherPid,
      otherHosts: read?.otherHosts ?? [],
      problem,
    })),
    slots: {
      used: reads.reduce((sum, { slots }) => sum + slots.used, 0),
      max: reads[0]?.slots.max ?? 0,
    },
    needsYou: part("needsYou", (a, b) => urgency(a) - urgency(b)),
    running: part("running", (a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0)),
    next: part("next", (a, b) => distance(a) - distance(b) || orderOfWork(a, b)),
    done: {
      count: reads.reduce((sum, { glance }) => sum + (glance.byStatus.done ?? 0), 0),
      tasks: done.sort((a, b) => (b.endedAtMs ?? 0) - (a.endedAtMs ?? 0)).slice(0, limit),
    },
    pace: {
      completed: reads.reduce((sum, { glance }) => sum + glance.pace.completed, 0),
      sinceAtMs: Math.max(0, ...reads.map(({ glance }) => glance.pace.sinceAtMs)),
    },
    ...joinRepeats(boards),
  };
}

function joinRepeats(boards: readonly Readable[]): Pick<Overview, "nextRepeat" | "stoppedRepeats"> {
  const of = boards.flatMap(({ slug, read }) => (read === null ? [] : [{ board: slug, ...read.repeats }]));
  const next = of.flatMap(({ board, next }) => (next === null ? [] : [{ board, ...next }]));
  return {
    nextRepeat: next.sort((a, b) => a.nextAtMs - b.nextAtMs)[0] ?? null,
    stoppedRepeats: of.flatMap(({ board, problems }) =>
      problems.map(({ id, title }) => ({ board, id, title })),
    ),
  };
}

/** Sorting keeps the order of a board among what is alike. */
function urgency({ hold, task }: OverviewTask): number {
  if (hold?.reason === "needs_answer") return 0;
  return { review: 1, blocked: 2 }[task.status as string] ?? 3;
}

function distance({ task }: OverviewTask): number {
  return { ready: 0, review: 0, scheduled: 1, todo: 2 }[task.status as string] ?? 3;
}

function orderOfWork(a: OverviewTask, b: OverviewTask): number {
  const isReady = distance(a) === 0;
  return isReady ? b.task.priority - a.task.priority || a.task.createdAtMs - b.task.createdAtMs : 0;
}
