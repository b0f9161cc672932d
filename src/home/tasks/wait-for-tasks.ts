import type { HoldReason } from "../../board/hold.ts";
import { wait } from "../../system/wait.ts";
import { hasDispatcher } from "../dispatch/dispatcher-presence.ts";
import type { Session } from "../session/session.ts";
import { hasLivingHost } from "../stores/other-hosts.ts";
import { describeHold, explainTask } from "./explain.ts";
import { type Standing, standingOf } from "./standing.ts";

const lookMs = 50;
/** So long nothing is said of a board that no dispatcher is seen on: one may just be starting. */
const patienceMs = 2_000;

/** How a task that was waited for stands, and why. */
export interface WaitedTask {
  readonly taskId: string;
  readonly title: string;
  readonly standing: Standing;
  readonly reason: HoldReason;
  readonly detail: string;
  /** What to type; null where nothing needs to be done. */
  readonly command: string | null;
}

export interface WaitOptions {
  /** The first that is over is enough. */
  readonly isAny: boolean;
  readonly signal: AbortSignal;
  /** Called once where nothing ticks the board, so that the wait may have no end. */
  readonly onNoDispatcher: () => void;
}

/**
 * Waits until all of them, or the first, are done or stuck, or until the signal; it ticks nothing itself.
 * @returns them as they are then, each once, in the order in which they were named
 */
export async function waitForTasks(
  session: Session,
  texts: readonly string[],
  { isAny, signal, onNoDispatcher }: WaitOptions,
): Promise<readonly WaitedTask[]> {
  const { store, place } = session;
  const ids = [...new Set(await Promise.all(texts.map((text) => session.taskId(text))))];
  for (const id of ids) await store.requireTask(id);
  let sayAtMs = performance.now() + patienceMs;
  for (let seen: number | null = null; !signal.aborted; await wait(lookMs, signal)) {
    const version = await store.news.getKnownVersion();
    if (version !== seen) {
      seen = version;
      const standings = await Promise.all(
        ids.map(async (id) => standingOf(session, await store.requireTask(id))),
      );
      const isOver = (standing: Standing) => standing !== "under_way";
      if (isAny ? standings.some(isOver) : standings.every(isOver)) break;
    }
    if (performance.now() < sayAtMs) continue;
    sayAtMs = Number.POSITIVE_INFINITY;
    if (!hasDispatcher(place) && !(await hasLivingHost(session))) onNoDispatcher();
  }
  return Promise.all(ids.map((id) => describe(session, id)));
}

async function describe(session: Session, id: string): Promise<WaitedTask> {
  const task = await session.store.requireTask(id);
  const hold = await explainTask(session, id);
  return {
    taskId: id,
    title: task.title,
    standing: await standingOf(session, task),
    reason: hold.reason,
    detail: describeHold(hold),
    command: hold.command,
  };
}
