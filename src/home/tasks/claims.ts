import type { Task } from "../../board/task.ts";
import { thisHost } from "../../dispatcher/host.ts";
import type { Claim } from "../../store/tick.ts";
import type { Session } from "../session/session.ts";

/** A claim of a person's, without a process: it holds until `claimExpiresAtMs` unless it is renewed. */
export interface PersonClaim extends Omit<Claim, "task"> {
  readonly task: Task;
}

/**
 * Takes a ready task oneself.
 * @param leaseMs how long without a heartbeat; default as in kanbun.toml
 * @throws {BoardError} illegal_move, conflict when someone else was first
 */
export async function claimTask(
  session: Session,
  text: string,
  leaseMs: number | undefined,
): Promise<PersonClaim> {
  const lease = leaseMs ?? (await session.place.config()).dispatch.leaseMs;
  const id = await session.taskId(text);
  const at = { host: thisHost(), leaseMs: lease };
  const claim = await session.store.claimTask(id, at, session.by(id));
  return { ...claim, task: await session.store.requireTask(id) };
}

/**
 * Renews the lease of a claim: its own of a worker, that of a person.
 * @returns the task's id, and the new end of the claim
 * @throws {BoardError} superseded for a worker whose run is over, conflict for a claim of another's
 */
export async function renewClaim(
  session: Session,
  text: string | undefined,
  { note = null, force }: { readonly note?: string | null; readonly force?: boolean | undefined } = {},
): Promise<{ readonly taskId: string; readonly claimExpiresAtMs: number }> {
  // A mistake in kanbun.toml must not end workers that are healthy: then the default holds.
  const { leaseMs } = (await session.place.configAsFarAsItGoes()).dispatch;
  const task = await session.taskId(text);
  const beat = { leaseMs, note };
  return {
    taskId: task,
    claimExpiresAtMs: await session.store.heartbeat(task, beat, session.by(task, { force })),
  };
}
