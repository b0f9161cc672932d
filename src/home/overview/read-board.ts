import { activePause } from "../../board/admission.ts";
import type { Hold } from "../../board/hold.ts";
import type { BoardOverview, OverviewQuestion } from "../../board/overview.ts";
import type { Question } from "../../board/question.ts";
import { type RepeatSummary, summariseRepeats } from "../../board/repeat.ts";
import type { ListedTask } from "../../board/task.ts";
import { runLogPath } from "../runs/run-log.ts";
import type { Session } from "../session/session.ts";
import type { BoardHost } from "../stores/board-hosts.ts";
import { explainBy, readRules } from "../tasks/explain.ts";
import { readLastLine } from "./last-line.ts";
import type { OverviewTask } from "./overview.ts";

/** What one board brings to an overview. */
export interface ReadBoard {
  readonly glance: BoardOverview;
  readonly needsYou: readonly OverviewTask[];
  readonly running: readonly OverviewTask[];
  readonly next: readonly OverviewTask[];
  readonly done: readonly OverviewTask[];
  readonly isPaused: boolean;
  /** Of this home alone: another host has its own. */
  readonly slots: { readonly used: number; readonly max: number };
  readonly repeats: RepeatSummary;
  readonly otherHosts: readonly string[];
}

/** Reads a board at a glance, each named task with the reason why it stands where it stands. */
export async function readBoard(session: Session, asked: OverviewQuestion): Promise<ReadBoard> {
  const { store } = session;
  const glance = await store.getOverview(asked);
  const { rules } = await readRules(session);
  const others = await listOtherHosts(session);
  const usedElsewhere = others.reduce((sum, { running }) => sum + running, 0);
  const explained = async (tasks: readonly ListedTask[]) => {
    const found: OverviewTask[] = [];
    for (const task of tasks) {
      const hold = await explainBy(rules, session, task.id);
      const question = hold.reason === "needs_answer" ? await findQuestion(session, task.id) : null;
      found.push(viewTask(session, task, { hold, question }));
    }
    return found;
  };
  return {
    glance,
    needsYou: (await explained(glance.needsYou.first.map(({ task }) => task))).map((one, index) => ({
      ...one,
      needsYouSinceAtMs: glance.needsYou.first[index]?.sinceMs ?? null,
    })),
    running: (await explained(glance.running.first.map(({ task }) => task))).map((one, index) => ({
      ...one,
      startedAtMs: glance.running.first[index]?.startedAtMs ?? null,
    })),
    next: await explained(glance.next.first),
    done: glance.done.map(({ task, startedAtMs, endedAtMs }) => ({
      ...viewTask(session, task, { hold: null, question: null }),
      startedAtMs,
      endedAtMs,
    })),
    isPaused: activePause(rules, "board") !== null,
    slots: { used: rules.slots.boardUsed - usedElsewhere, max: rules.slots.homeMax },
    repeats: summariseRepeats(await store.listRepeats()),
    otherHosts: others.filter(({ state }) => state === "alive").map(({ machine }) => machine),
  };
}

/** Loaded here: most boards are files. */
async function listOtherHosts(session: Session): Promise<BoardHost[]> {
  if (session.store.hosts === null) return [];
  const { listBoardHosts } = await import("../stores/board-hosts.ts");
  return (await listBoardHosts(session)).filter(({ isThis }) => !isThis);
}

/** A task as it has become while it ran on: what its worker has written since. */
export function readAgain(session: Session, seen: OverviewTask): OverviewTask {
  return { ...seen, lastLine: lastLineOf(session, seen.task) };
}

function viewTask(
  session: Session,
  task: ListedTask,
  { hold, question }: { readonly hold: Hold | null; readonly question: Question | null },
): OverviewTask {
  const lastLine = task.status === "running" ? lastLineOf(session, task) : "";
  const { board } = session.place;
  const times = { startedAtMs: null, endedAtMs: null, needsYouSinceAtMs: null };
  return { board, task, hold, question, ...times, lastLine };
}

function lastLineOf({ place: { paths } }: Session, { id, currentRunId }: ListedTask): string {
  if (currentRunId === null) return "";
  return readLastLine(runLogPath(paths, id, currentRunId));
}

async function findQuestion({ store }: Session, id: string): Promise<Question | null> {
  const { questions } = await store.requireDossier(id, { charsMax: questionCharsMax });
  return questions.findLast(({ closedAtMs }) => closedAtMs === null) ?? null;
}

const questionCharsMax = 2_000;
