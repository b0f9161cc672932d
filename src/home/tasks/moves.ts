import type { Expected } from "../../board/expected.ts";
import type { NewQuestion } from "../../board/question.ts";
import type { BlockKind } from "../../board/task.ts";
import type { ReviewRequest, Verdict } from "../../store/store.ts";
import type { Home } from "../session/home.ts";
import type { Session } from "../session/session.ts";
import { claimTask, type PersonClaim, renewClaim } from "./claims.ts";
import { type Change, type Moved, moveTask } from "./move.ts";

/** Each move may be forced: even if the task is running, which stops its worker, or someone else has claimed it. */
export interface Forced {
  readonly force?: boolean | undefined;
}

/** What came of a task that is done. */
export interface CompletedWith extends Omit<Verdict, "attachments"> {
  readonly artifacts?: readonly string[];
}

/** What is handed in for review. */
export interface HandedIn extends Partial<Omit<ReviewRequest, "attachments">> {
  readonly artifacts?: readonly string[];
}

/** A task that is done again. */
export interface RetriedWith extends Moved {
  /** The tasks below it that are done again too. */
  readonly below: readonly string[];
  /** The tasks below it whose workers were stopped. */
  readonly stopped: readonly string[];
}

/** A task by its id or the beginning of it; undefined: inside a worker its own task. */
export type TaskName = string | undefined;

/**
 * The moves of a task. One that takes it from its worker ends the worker, and waits for that as long as its grace allows.
 * @throws {BoardError} not_found; illegal_move where the task's status doesn't allow it; conflict for what someone else
 *   holds; superseded inside a worker whose run is over. Then nothing has been done.
 */
// What reads processes, files or settings is loaded by the moves that need it: most commands make one move.
export class Moves {
  readonly #home: Home;
  readonly #session: Session | null;
  readonly #expected: Expected | undefined;

  /** @param session an open board, for many moves in a row; default: each move opens it */
  constructor(home: Home, session: Session | null = null, expected?: Expected) {
    this.#home = home;
    this.#session = session;
    this.#expected = expected;
  }

  /** The same moves, each refused as a conflict where the task is no longer as it was seen. */
  asSeen(expected: Expected): Moves {
    return new Moves(this.#home, this.#session, expected);
  }

  /**
   * It is done: what waits for it goes on.
   * @param verdict.artifacts files of its workspace that are copied to keep them with the task; relative to the working
   *   directory
   */
  complete(task: TaskName, { artifacts = [], ...verdict }: CompletedWith = {}, how?: Forced): Promise<Moved> {
    return this.#move(task, how, async (store, id, by) => {
      if (this.#home.env.KANBUN_TOKEN) {
        const { requireVerified } = await import("./require-verified.ts");
        await requireVerified(this.#home, id);
      }
      if (artifacts.length === 0) return store.completeTask(id, verdict, by);
      const { moveWithArtifacts } = await import("../attachments/move-with-artifacts.ts");
      return moveWithArtifacts(this.#home, artifacts, { store, id, by }, (attachments) =>
        store.completeTask(id, { ...verdict, attachments }, by),
      );
    });
  }

  /** Until a person unblocks it. */
  block(
    task: TaskName,
    reason: string,
    how: Forced & { readonly kind?: BlockKind | undefined } = {},
  ): Promise<Moved> {
    const block = { reason, kind: how.kind ?? null };
    return this.#move(task, how, (store, id, by) => store.blockTask(id, block, by));
  }

  unblock(task: TaskName): Promise<Moved> {
    return this.#move(task, {}, (store, id, by) => store.unblockTask(id, by));
  }

  /** A waiting task becomes ready. @param how.force also while tasks that it waits for are open */
  promote(
    task: TaskName,
    how: Forced & { readonly reason?: string | null | undefined } = {},
  ): Promise<Moved> {
    const { reason = null } = how;
    return this.#move(task, how, (store, id, by) => store.promoteTask(id, { ...by, reason }));
  }

  /** Put aside until `atMs`, in milliseconds since 1970; without it until it is promoted. */
  schedule(
    task: TaskName,
    {
      atMs = null,
      reason = null,
      force,
    }: Forced & {
      readonly atMs?: number | null | undefined;
      readonly reason?: string | null | undefined;
    } = {},
  ): Promise<Moved> {
    const at = { dueAtMs: atMs, reason };
    return this.#move(task, { force }, (store, id, by) => store.scheduleTask(id, at, by));
  }

  /** Gives it up for good. */
  cancel(task: TaskName, reason: string | null = null, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.cancelTask(id, reason, by));
  }

  archive(task: TaskName, how?: Forced): Promise<Moved> {
    return this.#move(task, how, (store, id, by) => store.archiveTask(id, by));
  }

  /**
   * Does it again: one that failed at once and with a new count, one that is done or archived from the start.
   * @param how.fromHere also what was done, or gave up, of all that hangs below it
   * @param how.force also while tasks below it run, whose workers are then stopped
   */
  async retry(
    task: TaskName,
    { fromHere = false, force }: Forced & { readonly fromHere?: boolean | undefined } = {},
  ): Promise<RetriedWith> {
    let others: Pick<RetriedWith, "below" | "stopped"> = { below: [], stopped: [] };
    const moved = await this.#move(task, { force }, async (store, id, by) => {
      const retried = await store.retryTask(id, { fromHere }, by);
      others = retried;
      return retried.task;
    });
    return { ...moved, below: others.below, stopped: others.stopped };
  }

  /** Out of the archive, to where it was; also of a cancelled one. */
  restore(task: TaskName): Promise<Moved> {
    return this.#move(task, {}, (store, id, by) => store.restoreTask(id, by));
  }

  /**
   * Deletes it for good, with its comments, runs, logs and attachments; the task as it was.
   * @throws {BoardError} conflict while it runs, a process of it may be left, or an unfinished task builds on it
   */
  async delete(task: TaskName): Promise<Moved> {
    let notes: readonly string[] = [];
    const moved = await this.#move(task, {}, async (store, id, by) => {
      const { deleteWithFiles } = await import("./deletion.ts");
      const deleted = await deleteWithFiles(this.#home.place.paths, { store, id, by });
      notes = deleted.notes;
      return deleted.task;
    });
    return { ...moved, notes: [...moved.notes, ...notes] };
  }

  /**
   * Stops its worker; it is ready again when that is gone.
   * @param how.dead at once: you know that no process of it is left
   * @throws {BoardError} conflict where one is seen to live here, whatever you know
   */
  reclaim(
    task: TaskName,
    reason: string | null = null,
    how: Forced & { readonly dead?: boolean | undefined } = {},
  ): Promise<Moved> {
    return this.#move(task, how, async (store, id, by) => {
      if (how.dead) await (await import("./none-seen.ts")).requireNoneSeen(this.#home, store, id);
      return store.reclaimTask(id, reason, how.dead ? { ...by, vouchesDead: true } : by);
    });
  }

  /** As a worker: it comes back after `retryAfterMs`, else as kanbun.toml says, and its profile pauses until then. */
  async rateLimit(
    task: TaskName,
    { retryAfterMs = null, force }: Forced & { readonly retryAfterMs?: number | null | undefined } = {},
  ): Promise<Moved> {
    const { retryPolicy } = await import("../../dispatcher/tick/policies.ts");
    const policy = retryPolicy((await this.#home.place.config()).dispatch);
    return this.#move(task, { force }, (store, id, by) =>
      store.rateLimitTask(id, { retryAfterMs, policy }, by),
    );
  }

  /** @param assignee a profile, or null for no one */
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

  /** @param request.artifacts as those of `complete` */
  requestReview(task: TaskName, { artifacts = [], ...request }: HandedIn = {}, how?: Forced): Promise<Moved> {
    const asked = { reviewer: null, summary: null, metadata: null, ...request };
    return this.#move(task, how, async (store, id, by) => {
      if (artifacts.length === 0) return store.requestReview(id, asked, by);
      const { moveWithArtifacts } = await import("../attachments/move-with-artifacts.ts");
      return moveWithArtifacts(this.#home, artifacts, { store, id, by }, (attachments) =>
        store.requestReview(id, { ...asked, attachments }, by),
      );
    });
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
    const given = { text, force: how?.force, expected: this.#expected };
    if (this.#session !== null) return moveTask(this.#home, this.#session, given, change);
    await this.#home.requireMayChange();
    await using session = await this.#home.open("write");
    return await moveTask(this.#home, session, given, change);
  }
}
