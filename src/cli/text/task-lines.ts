import { admit, freeCandidate } from "../../board/admission.ts";
import type { Card } from "../../board/card.ts";
import type { Hold } from "../../board/hold.ts";
import { noTraits, suits } from "../../board/placement.ts";
import { describeRefusal } from "../../board/refusal.ts";
import type { ListedTask } from "../../board/task.ts";
import type { Session } from "../../home/session/session.ts";
import type { BoardStore } from "../../store/store.ts";
import { cardReason } from "./card-reason.ts";
import type { Screen } from "./screen.ts";
import { formatTable } from "./table.ts";
import { formatAge, paintStatus } from "./task-text.ts";
import { visibleLine } from "./visible.ts";

/** A task among others, with what a line says of it. */
interface TaskLine {
  readonly task: ListedTask;
  readonly reason: string;
}

/** So many of a task's last events are looked through for why it was blocked. */
const eventsMax = 10;
/** Below this a screen has no room for how old a task is. */
const narrowColumns = 100;
/** So many at a time. */
const batch = 500;

/** What is said of each of these tasks, in their order. */
export async function readTaskLines(
  session: Session,
  tasks: readonly ListedTask[],
): Promise<readonly TaskLine[]> {
  const { store } = session;
  const cards = new Map<string, Card>();
  for (let at = 0; at < tasks.length; at += batch) {
    const ids = tasks.slice(at, at + batch).map(({ id }) => id);
    for (const card of (await store.listCards({ ids, limit: batch })).cards) cards.set(card.id, card);
  }
  const nowMs = Date.now();
  const ended = await explainRunning(session, tasks);
  const heldBy = await readHolds(session, tasks);
  const lines: TaskLine[] = [];
  for (const task of tasks) {
    const card = cards.get(task.id);
    const isBlocked = card?.status === "blocked" && card.question === null && card.consecutiveFailures === 0;
    const blockedFor = isBlocked ? await findBlockReason(store, task.id) : null;
    const told = card === undefined ? "" : cardReason(card, nowMs, blockedFor) || heldBy(card);
    lines.push({ task, reason: ended.get(task.id)?.detail ?? told });
  }
  return lines;
}

/** Of running tasks those whose worker is gone: only the processes tell. Loaded only where there are any. */
async function explainRunning(
  session: Session,
  tasks: readonly ListedTask[],
): Promise<ReadonlyMap<string, Hold>> {
  const running = tasks.filter(({ status }) => status === "running").map(({ id }) => id);
  if (running.length === 0) return new Map();
  const { explainTasks } = await import("../../home/tasks/explain.ts");
  const holds = [...(await explainTasks(session, running))];
  return new Map(holds.filter(([, { reason }]) => reason !== "running"));
}

/** What keeps a task that is ready from starting, as far as its board, home and settings tell. Loaded only where there is one. */
async function readHolds(session: Session, tasks: readonly ListedTask[]): Promise<(card: Card) => string> {
  if (tasks.every(({ status }) => status !== "ready")) return () => "";
  const { readRules } = await import("../../home/tasks/explain.ts");
  const { rules } = await readRules(session);
  return (card) => {
    const asksElsewhere = !suits(card, rules.traits ?? noTraits);
    const refusal =
      card.status === "ready" ? admit({ ...freeCandidate(card.assignee), asksElsewhere }, rules) : null;
    const task = { ...card, author: null, returns: null, isRateLimited: false };
    return refusal === null ? "" : describeRefusal(refusal.reason, task, rules).detail;
  };
}

async function findBlockReason(store: BoardStore, taskId: string): Promise<string | null> {
  const events = await store.listEvents({ taskId, limit: eventsMax, charsMax: 300 });
  const reason = events.findLast(({ kind }) => kind === "blocked")?.payload?.reason;
  return typeof reason === "string" ? reason : null;
}

/** A table of tasks, one line each; on a terminal title and reason share what the other columns leave. */
export function formatTaskLines(lines: readonly TaskLine[], screen: Screen, nowMs: number): string {
  const hasPriorities = lines.some(({ task }) => task.priority !== 0);
  const isNarrow = screen.columns < narrowColumns;
  const rows = lines.map(({ task, reason }) => [
    visibleLine(task.id),
    paintStatus(task.status, screen),
    ...(hasPriorities ? [String(task.priority)] : []),
    visibleLine(task.assignee ?? "-"),
    ...(isNarrow ? [] : [formatAge(task.createdAtMs, nowMs).split(" ", 1)[0] ?? ""]),
    visibleLine(task.title),
    visibleLine(reason),
  ]);
  const head = [
    "id",
    "status",
    ...(hasPriorities ? ["prio"] : []),
    "assignee",
    ...(isNarrow ? [] : ["age"]),
    "title",
    "reason",
  ];
  return formatTable(rows, screen, {
    head,
    right: [...(hasPriorities ? [2] : []), ...(isNarrow ? [] : [head.length - 3])],
    flex: head.length - 2,
  });
}
