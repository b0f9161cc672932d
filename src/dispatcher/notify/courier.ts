import type { NoticeTarget } from "../../store/notice.ts";
import type { BoardStore } from "../../store/store.ts";
import type { NotifyTarget } from "../../system/config/notify-config.ts";
import { send } from "./send.ts";

/** Beside the time that a try may take: for a machine that is slow. */
const leaseSlackMs = 30_000;

/** A receiver that was given so long has been tried. */
const fairTryMs = 1_000;

/** What a courier is given. */
export interface CourierRound {
  readonly store: BoardStore;
  readonly board: string;
  readonly targets: readonly NotifyTarget[];
  /** Ends it; the tries that it is in are given back. */
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How a try is made. */
  readonly send?: typeof send;
}

/**
 * Tells each target what it is to be told, one thing after the other in the order in which they happened, and all targets
 * side by side; one that fails keeps its own queue waiting and no other. At least once: a process that dies after a try and
 * before writing that down leaves it to be made again, with the same id. To be called without the dispatch lock.
 */
export async function deliver(round: CourierRound): Promise<void> {
  const { store, board, targets, signal } = round;
  const wanted = targets.map(toNoticeTarget);
  while ((await store.collectNotices(wanted, board)) && !signal.aborted);
  await Promise.all(targets.map((target) => serve(target, round)));
}

async function serve(target: NotifyTarget, round: CourierRound): Promise<void> {
  const { store, board, signal, nowMs, environment, send: sendOne = send } = round;
  while (!signal.aborted) {
    const taken = await store.takeDelivery(target.name, target.timeoutMs + leaseSlackMs);
    if (taken === null) return;
    const letter = { ...taken, board };
    const beganAtMs = nowMs();
    const error = await sendOne({ target, letter, signal, nowMs: beganAtMs, environment });
    // Cut off by us so soon, it says nothing about the receiver. One that hangs must not take the time of each tick.
    const isReleased = error !== null && signal.aborted && nowMs() - beganAtMs < fairTryMs;
    await store.endDelivery(taken, isReleased ? { isReleased } : { error });
  }
}

function toNoticeTarget({ name, on, profiles, subscriptions, platforms }: NotifyTarget): NoticeTarget {
  return { name, on, profiles, subscriptions, platforms };
}
