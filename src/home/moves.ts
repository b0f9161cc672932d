import type { NewQuestion } from "../board/question.ts";
import type { BlockKind } from "../board/task.ts";
import type { ReviewRequest, Verdict } from "../store/store.ts";
import { claimTask, type PersonClaim, renewClaim } from "./claims.ts";
import type { Home } from "./home.ts";
import { type Change, type Moved, moveTask } from "./move.ts";

/** Each move may be forced: even if the task is running, which stops its worker, or somebody else has claimed it. */
export interface Forced {
  readonly force?: boolean | undefined;
}

/** A task by its id or the beginning of it; undefined: inside a worker its own task. */
export type TaskName = string | undefined;

/**
 * The moves of a task. One that takes it from its worker ends the worker, and waits for that as long as its grace allows.
 * @throws {BoardError} not_found; illegal_move where the task's status doesn't allow it; conflict for what somebody else
 *   holds; superseded inside a worker whose run is over. Then nothing has been done.
 */
export class Moves {
  readonly #home: Home;

  constructor(home: Home) {
    this.#home = home;
  }

  /** It is done: what waits for it goes on. */
  complete(task: TaskName, verdict: Verdict = {}, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.completeTask(id, verdict, by));
  }

  /** Until a person unblocks it. */
  block(task: TaskName, reason: string, how: Forced & { readonly kind?: BlockKind } = {}): Promise<Moved> {
    const block = { reason, kind: how.kind ?? null };
    return this.#move(task, how, (store, id, by) => store.blockTask(id, block, by));
  }

  unblock(task: TaskName): Promise<Moved> {
    return this.#move(task, {}, (store, id, by) => store.unblockTask(id, by));
  }

  /** A waiting task becomes ready. */
  promote(task: TaskName): Promise<Moved> {
    return this.#move(task, {}, (store, id, by) => store.promoteTask(id, by));
  }

  /** Put aside until `atMs`, in milliseconds since 1970; without it until it is promoted. */
  schedule(
    task: TaskName,
    {
      atMs = null,
      reason = null,
      force,
    }: Forced & { readonly atMs?: number | null; readonly reason?: string | null } = {},
  ): Promise<Moved> {
    const at = { notBeforeMs: atMs, reason };
    return this.#move(task, { force }, (store, id, by) => store.scheduleTask(id, at, by));
  }

  /** Gives it up for good. */
  cancel(task: TaskName, reason: string | null = null, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.cancelTask(id, reason, by));
  }

  archive(task: TaskName, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.archiveTask(id, by));
  }

  /** Stops its worker; it is ready again when that is gone. */
  reclaim(task: TaskName, reason: string | null = null, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.reclaimTask(id, reason, by));
  }

  /** @param assignee a profile, or null for nobody */
  assign(task: TaskName, assignee: string | null, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.assignTask(id, assignee, by));
  }

  /** Blocked until a person has answered. */
  ask(task: TaskName, question: NewQuestion, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.askQuestion(id, question, by));
  }

  /** @throws {BoardError} illegal_move when nothing was asked, usage for an answer that is not possible */
  answer(task: TaskName, answer: string): Promise<Moved> {
    return this.#move(task, {}, (store, id, by) => store.answerQuestion(id, answer, by));
  }

  requestReview(task: TaskName, request: Partial<ReviewRequest> = {}, how?: Forced): Promise<Moved> {
    const asked = { reviewer: null, summary: null, metadata: null, ...request };
    return this.#move(task, how, (store, id, by) => store.requestReview(id, asked, by));
  }

  approve(task: TaskName, verdict: Verdict = {}, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.approveTask(id, verdict, by));
  }

  requestChanges(task: TaskName, comment: string, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.requestChanges(id, comment, by));
  }

  /** Takes a ready task oneself, for `leaseMs` from the last heartbeat on; default as in kanbun.toml. */
  async claim(
    task: string,
    { leaseMs }: { readonly leaseMs?: number | undefined } = {},
  ): Promise<PersonClaim> {
    await this.#home.requireMayChange();
    await using session = await this.#home.open("write");
    return await claimTask(session, task, leaseMs);
  }

  /** Keeps a claim; the new end of it, in milliseconds since 1970. */
  async heartbeat(task: TaskName, note: string | null = null, how: Forced = {}): Promise<number> {
    await this.#home.requireMayChange();
    await using session = await this.#home.open("write");
    return (await renewClaim(session, task, { note, ...how })).claimExpiresAtMs;
  }

  async #move(text: TaskName, how: Forced | undefined, change: Change): Promise<Moved> {
    await this.#home.requireMayChange();
    await using session = await this.#home.open("write");
    return await moveTask(this.#home, session, { text, force: how?.force }, change);
  }
}
