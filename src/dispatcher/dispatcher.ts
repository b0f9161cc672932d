import { type Elsewhere, nothingElsewhere } from "../board/admission.ts";
import { BoardError } from "../board/error.ts";
import type { BoardStore, CheckpointDepth, HeldTask, Outlook } from "../store/store.ts";
import type { TickPlan, TickWrites } from "../store/tick.ts";
import type { Config } from "../system/config.ts";
import { KnownRuns } from "../worker/known-runs.ts";
import type { SpawnedWorker } from "../worker/spawn.ts";
import { BoardView } from "./board-view.ts";
import type { DispatchContext } from "./context.ts";
import { DispatchLock, type LockNote, readLockNoteOf } from "./dispatch-lock.ts";
import { FindingKeeper } from "./finding.ts";
import { describeConfig, describeFault, describeSlotsHolder, describeUnread } from "./home-findings.ts";
import { SlotPatience, tryCountSlots } from "./home-slots.ts";
import { thisHost } from "./host.ts";
import { type Findings, lookAtRuns } from "./look.ts";
import { readAdmissionRules } from "./policies.ts";
import { type TickReport, withFindings } from "./report.ts";
import { skippedReport, writeReport } from "./report-writer.ts";
import { ScratchKeeper } from "./scratch-keeper.ts";
import type * as Start from "./start.ts";
import type { Starts, startClaimed } from "./start.ts";
import type { DispatcherOptions, TickOptions, TickStep } from "./tick-options.ts";
import { changesBoard, makePlan, nothingWritten } from "./tick-plan.ts";

interface TickResult {
  readonly config: Config;
  readonly findings: Findings;
  readonly writes: TickWrites;
  readonly starts: Starts;
  readonly hadPromotions: boolean;
  /** Scratch folders may be left behind by what is done. */
  readonly mayHaveScratch: boolean;
  /** Who kept this tick from claiming anything. */
  readonly slotsHolder: string | null;
}

let start: Promise<typeof Start> | null = null;

/** Most ticks, and most commands that tick, start nobody: what starts workers is loaded for the first of them. */
async function loadStart(): Promise<typeof Start> {
  start ??= import("./start.ts");
  return start;
}

/** The dispatcher of one board: it owns the lock and the connection, both made from one canonical path. */
export class Dispatcher {
  readonly #context: DispatchContext;
  readonly #lock: DispatchLock;
  readonly #onWorkerExit: (() => void) | null;
  readonly #onStep: (step: TickStep) => void;
  readonly #startWorkers: typeof startClaimed | null;
  readonly #known = new KnownRuns();
  readonly #scratch: ScratchKeeper;
  readonly #findings = new FindingKeeper();
  readonly #view = new BoardView(thisHost());
  #store: BoardStore | null = null;
  #dataVersion = 0;
  /** As it was counted last: for whom nothing could start, nothing is counted. */
  #elsewhere: Elsewhere = nothingElsewhere;
  #damage: BoardError | null = null;

  constructor(context: DispatchContext, options: DispatcherOptions = {}) {
    this.#context = context;
    this.#scratch = new ScratchKeeper(context.paths.workspaces);
    this.#lock = new DispatchLock(context.paths.database, options.tryLock);
    this.#onWorkerExit = options.onWorkerExit ?? null;
    this.#onStep = options.onStep ?? (() => {});
    this.#startWorkers = options.startWorkers ?? null;
  }

  /** The slug of its board. */
  get board(): string {
    return this.#context.paths.slug;
  }

  /** The canonical path of its database. */
  get database(): string {
    return this.#lock.database;
  }

  /** What a tick found of damage in the database: from then on this dispatcher leaves it alone. */
  get damage(): BoardError | null {
    return this.#damage;
  }

  /**
   * One pass: take back what ended, promote what became ready, claim what may start, spawn one process per claim.
   * Whoever does not get the lock returns at once, having opened and written nothing. What is reported is on the disk, or
   * the report says that it isn't.
   * @throws {LockError} when the lock file cannot be used: then there is no tick.
   * @throws {BoardError} damaged, and from then on always: then there is no tick any more.
   */
  async tick(options: TickOptions = {}): Promise<TickReport> {
    return this.#noting(() => this.#tick(options));
  }

  async #noting<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#damage !== null) throw this.#damage;
    try {
      return await work();
    } catch (error) {
      this.#noteDamage(error);
      throw error;
    }
  }

  #noteFault(what: string, error: unknown): void {
    this.#noteDamage(error);
    this.#findings.add([describeFault(what, error, this.database)]);
  }

  /** What is no database any more was one when it was opened. */
  #noteDamage(error: unknown): void {
    if (!(error instanceof BoardError)) return;
    if (error.kind === "damaged" || (error.kind === "not_a_board" && this.#store !== null))
      this.#damage = error;
  }

  /**
   * Whether somebody else has written to the board since the last tick began, or since this was last asked; false
   * where that can't be told.
   */
  async hasNews(): Promise<boolean> {
    try {
      if (this.#store === null) return false;
      const before = this.#dataVersion;
      this.#dataVersion = await this.#store.getDataVersion();
      return this.#dataVersion !== before;
    } catch {
      return false; // what is wrong with the board, the next tick will say
    }
  }

  /** What the last tick's dispatcher, this one or another, wrote into the lock file; null when nobody ever has. */
  readLastTick(): LockNote | null {
    return readLockNoteOf(this.#lock.path);
  }

  async #tick(options: TickOptions): Promise<TickReport> {
    const startedAt = performance.now();
    const done = await this.#tickLocked(options);
    const { board } = this;
    if (done === null) return skippedReport(board, () => this.#lock.readHolder(), startedAt);
    const lock = this.#lock.support === "none" ? "unavailable" : "held";
    const held = options.heldMax ? await this.#listHeld(options.heldMax, done) : [];
    if (done.mayHaveScratch) await this.#removeScratch(done.starts);
    const report = writeReport({ board, lock, ...done, held, startedAt });
    return withFindings(report, this.#findings.take());
  }

  /** Whatever keeps it from being done, the tick has been made, and is told. */
  async #removeScratch({ started }: Starts): Promise<void> {
    try {
      const findings = await this.#scratch.turn(await this.#open(), { willWrite: started.length > 0 });
      this.#findings.add(findings);
    } catch (error) {
      this.#noteFault("scratch folders could not be looked for", error);
    }
  }

  /** Whatever keeps it from being read, what the tick has started is told. @throws {BoardError} damaged where it started nothing */
  async #listHeld(max: number, { config, slotsHolder, starts }: TickResult): Promise<readonly HeldTask[]> {
    try {
      const { listHeldTasks } = await import("./held-tasks.ts");
      return await listHeldTasks(this.#context, { store: await this.#open(), max, config, slotsHolder });
    } catch (error) {
      this.#noteFault("what is held back could not be read", error);
      if (this.#damage !== null && starts.started.length === 0) throw this.#damage;
      return [];
    }
  }

  /** What still runs here, and what becomes due by itself after `sinceMs`. */
  async outlook(sinceMs: number): Promise<Outlook> {
    const store = await this.#open();
    const at = {
      config: this.#context.loadConfig(),
      host: thisHost(),
      nowMs: sinceMs,
      elsewhere: this.#elsewhere,
    };
    return store.getOutlook(await readAdmissionRules(store, at), at.host);
  }

  /** The board as it stands, for whoever shows it. Not for writing. */
  async view<Result>(read: (store: BoardStore) => Promise<Result>): Promise<Result> {
    return read(await this.#open());
  }

  /** Moves what was written into the database: never under the dispatch lock. The pages that the log has then. */
  async checkpoint(depth: CheckpointDepth): Promise<number> {
    return (await this.#open()).checkpoint(depth);
  }

  close(): void {
    this.#lock.close();
    this.#store?.close();
    this.#store = null;
  }

  /** null: somebody else has the lock. */
  async #tickLocked(options: TickOptions): Promise<TickResult | null> {
    // Read before the lock is taken, and the note with it.
    const settled = options.reconcile ? (this.readLastTick()?.settled ?? null) : null;
    const patience = new SlotPatience(this.#context.home);
    for (;;) {
      let retryInMs: number;
      const lock = this.#lock.try(() => this.#context.clock.nowMs());
      if (lock === null) return null;
      try {
        this.#onStep("locked");
        // Read after the lock, not before: a loser has nothing to do with it. And at each tick: caps may have changed.
        const config = this.#context.loadConfig();
        this.#findings.addAll("configuration", describeConfig(config));
        const state = options.reconcile ? this.#lock.readState(this.#context.clock.nowMs()) : null;
        // A board that nobody has written to since it was last looked at as a whole needs no such look again.
        const reconcile = options.reconcile === true && (state === null || state !== settled);
        const store = await this.#open();
        const result = await this.#pass(store, config, { ...options, reconcile, patience });
        if (!("retryInMs" in result)) {
          if (!result.hadPromotions) lock.settled = state;
          return result;
        }
        retryInMs = result.retryInMs;
      } finally {
        lock.release();
        this.#onStep("unlocked");
      }
      await Bun.sleep(retryInMs); // without the lock: another board is counting the home's slots
    }
  }

  async #pass(
    store: BoardStore,
    config: Config,
    options: TickOptions & { readonly patience: SlotPatience },
  ): Promise<TickResult | { readonly retryInMs: number }> {
    const { clock, paths } = this.#context;
    const host = thisHost();
    const at = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    const reconcile = options.reconcile ?? false;
    const { view, dataVersion, isNew } = await this.#view.see(store, config, { nowMs: at.nowMs, reconcile });
    this.#dataVersion = dataVersion;
    this.#known.keepOnly(view.live);
    const findings = lookAtRuns(
      view.live,
      { ...host, runs: paths.runs, known: this.#known, monotonicMs: at.monotonicMs },
      config,
      at,
    );

    this.#onStep("looked");
    const canFree = findings.closings.length > 0 || findings.freed.length > 0;
    const mayClaim =
      config.fault === null &&
      (options.max ?? 1) > 0 &&
      (view.hasCandidates || view.hasPromotions || canFree);
    const slots = mayClaim ? await tryCountSlots(this.#context, { host, nowMs: at.nowMs }) : null;
    const busy = mayClaim && slots === null ? options.patience : null;
    const retryInMs = busy?.nextInMs(at.nowMs) ?? null;
    if (retryInMs !== null) return { retryInMs };
    this.#elsewhere = slots?.elsewhere ?? this.#elsewhere;
    const slotsHolder = busy?.holder ?? null;
    this.#findings.add([
      ...(slotsHolder === null ? [] : [describeSlotsHolder(slotsHolder, this.#context.home)]),
      ...(slots?.unread ?? []).map(describeUnread),
    ]);
    const hasWork = view.hasCandidates || view.hasPromotions || changesBoard(findings);
    const { removed: removedScratch } = this.#scratch;
    const foundScratch = await this.#scratch.findUnrecorded(findings);
    const plan = hasWork
      ? makePlan({
          findings,
          workspaces: paths.workspaces,
          foundScratch,
          removedScratch,
          config,
          at,
          options,
          slots,
          // Who doesn't ask when they end is gone before: that its service was torn down can't be told from that.
          dispatcher: this.#onWorkerExit === null ? null : host.dispatcher,
        })
      : null;
    if (hasWork) this.#view.forget();
    const { workerHost, writes } = await this.#applyPlan(store, plan).finally(() => slots?.release());

    this.#onStep("applied");
    await this.#signal(findings, at.monotonicMs);
    this.#onStep("signalled");
    const starts = await this.#start(writes.claimed, store, config, workerHost);
    this.#onStep("spawned");
    this.#findings.add(starts.findings);
    const failed = workerHost !== null && plan !== null ? await this.#record(store, starts, plan) : [];
    this.#onStep("recorded");
    for (const { claim, worker } of starts.started) this.#hold(claim.token, worker);
    return {
      config,
      findings,
      writes: { ...writes, closed: [...writes.closed, ...failed] },
      starts,
      hadPromotions: view.hasPromotions,
      // Also where the board is new to us: somebody else may have completed what left one behind.
      mayHaveScratch: hasWork || isNew,
      slotsHolder,
    };
  }

  /** What can't be written down has been started all the same, and is told. */
  async #record(store: BoardStore, starts: Starts, plan: TickPlan) {
    try {
      return await store.recordStarts(starts, plan);
    } catch (error) {
      this.#noteFault("what was started could not be written down", error);
      return [];
    }
  }

  async #signal({ terms, kills, idleShims }: Findings, monotonicMs: number): Promise<void> {
    if (terms.length + kills.length + idleShims.length === 0) return;
    const { endIdleShim, signalRun } = await import("../worker/stop.ts");
    for (const sighted of terms) signalRun(sighted, "SIGTERM");
    for (const sighted of kills) {
      signalRun(sighted, "SIGKILL");
      this.#known.noteKill(sighted.token, monotonicMs);
    }
    for (const sighted of idleShims) endIdleShim(sighted);
  }

  async #start(...[claims, ...how]: Parameters<typeof startClaimed>): Promise<Starts> {
    if (claims.length === 0) return { started: [], failed: [], findings: [] };
    const startWorkers = this.#startWorkers ?? (await loadStart()).startClaimed;
    return startWorkers(claims, ...how);
  }

  #hold(token: string, { tree }: SpawnedWorker): void {
    this.#known.holdTree(token, tree);
    if (this.#onWorkerExit !== null) tree.onChange(this.#onWorkerExit);
  }

  /** The right to claim, if any, is the caller's to give back. */
  async #applyPlan(store: BoardStore, plan: TickPlan | null) {
    if (plan === null) return { workerHost: null, writes: nothingWritten };
    const prepared = plan.claims && (await loadStart()).prepareWorkerHost(this.#context);
    // What ended is settled all the same: only the start of workers needs more than the board.
    const workerHost = prepared !== null && "about" in prepared ? null : prepared;
    if (prepared !== null && "about" in prepared) this.#findings.add([prepared]);
    const writes = await store.applyTick({ ...plan, claims: workerHost === null ? null : plan.claims });
    this.#scratch.forget(plan.removedScratch);
    return { workerHost, writes };
  }

  async #open(): Promise<BoardStore> {
    this.#store ??= await this.#context.openStore(this.#lock.database);
    return this.#store;
  }
}
