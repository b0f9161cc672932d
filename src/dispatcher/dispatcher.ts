import { BoardError } from "../board/error.ts";
import { homeOfHost } from "../board/host.ts";
import type { CheckpointDepth } from "../store/file-backed.ts";
import type { NewsSource } from "../store/news.ts";
import type { HeldTask, Outlook } from "../store/outlook.ts";
import { describePlace } from "../store/place.ts";
import type { BoardStore } from "../store/store.ts";
import { targetsOf } from "../system/config/notify-config.ts";
import type { DispatchContext } from "./context.ts";
import { DispatchLock, type LockNote, readLockNoteOf } from "./dispatch-lock.ts";
import { hostOf } from "./host.ts";
import { LogCutter } from "./log-cutter.ts";
import { FindingKeeper } from "./report/finding.ts";
import { describeConfig, describeFault } from "./report/home-findings.ts";
import { type TickReport, withFindings } from "./report/report.ts";
import { skippedReport, writeReport } from "./report/report-writer.ts";
import { listHeldTasks } from "./tick/held-tasks.ts";
import { SlotPatience } from "./tick/home-slots.ts";
import { Pass, type PassResult } from "./tick/pass.ts";
import { ScratchKeeper } from "./tick/scratch-keeper.ts";
import type { Starts } from "./tick/start.ts";
import type { DispatcherOptions, TickOptions, TickStep } from "./tick/tick-options.ts";

/** The dispatcher of one board: it owns the lock and the connection, both made from one canonical place. */
export class Dispatcher {
  readonly #context: DispatchContext;
  readonly #lock: DispatchLock;
  readonly #onStep: (step: TickStep) => void;
  readonly #scratch: ScratchKeeper;
  readonly #logs: LogCutter;
  readonly #findings = new FindingKeeper();
  readonly #pass: Pass;
  #store: BoardStore | null = null;
  #dataVersion = 0;
  #damage: BoardError | null = null;

  constructor(context: DispatchContext, options: DispatcherOptions = {}) {
    this.#context = context;
    this.#onStep = options.onStep ?? (() => {});
    this.#lock = new DispatchLock(context.place, options.tryLock);
    this.#scratch = new ScratchKeeper(context.paths.workspaces, homeOfHost(hostOf(context.place)));
    this.#logs = new LogCutter(context.paths.runs);
    const onFault = this.#noteFault.bind(this);
    const [scratch, findings] = [this.#scratch, this.#findings];
    this.#pass = new Pass({ context, options, scratch, findings, onFault });
  }

  /** The slug of its board. */
  get board(): string {
    return this.#context.paths.slug;
  }

  /** How many workers of this host the last tick left at work on its board. */
  get atWork(): number {
    return this.#pass.atWork;
  }

  /** Tells of what others write; null before the board has been opened. */
  get news(): NewsSource | null {
    return this.#store?.news ?? null;
  }

  /** What a tick found of damage in the database: from then on this dispatcher leaves it alone. */
  get damage(): BoardError | null {
    return this.#damage;
  }

  /**
   * One pass: take back what ended, promote what became ready, claim what may start, spawn one process per claim.
   * A process that does not get the lock returns at once, having opened and written nothing. What is reported is on the disk, or
   * the report says that it isn't.
   * @throws {LockError} when the lock file cannot be used: then there is no tick.
   * @throws {BoardError} damaged, and from then on always: then there is no tick any more.
   */
  async tick(options: TickOptions = {}): Promise<TickReport> {
    if (this.#damage !== null) throw this.#damage;
    const startedAt = performance.now();
    try {
      const done = await this.#passUnderLock(options);
      // From here on without the lock: what may be slow keeps no other dispatcher waiting.
      const { board } = this;
      if (done === null) return skippedReport(board, () => this.#lock.readHolder(), startedAt);
      this.#cutLogs(done);
      const held = options.heldMax ? await this.#listHeld(options.heldMax, done) : [];
      if (this.#scratch.isDue(done.scratchLeft)) await this.#removeScratch(done.starts);
      const lock = this.#lock.support === "none" ? "unavailable" : "taken";
      const report = writeReport({ board, lock, ...done, held, startedAt });
      return withFindings(report, this.#findings.take());
    } catch (error) {
      this.#noteDamage(error);
      throw error;
    }
  }

  /**
   * Whether another process has written to the board since the last tick began, or since this was last asked; false
   * where that can't be told.
   */
  async hasNews(): Promise<boolean> {
    try {
      if (this.#store === null) return false;
      const before = this.#dataVersion;
      this.#dataVersion = await this.#store.news.getKnownVersion();
      return this.#dataVersion !== before;
    } catch {
      return false; // what is wrong with the board, the next tick will say
    }
  }

  /** What the last tick's dispatcher, this one or another, wrote into the lock file; null before the first tick. */
  readLastTick(): LockNote | null {
    return readLockNoteOf(this.#lock.path);
  }

  /** When it looks for scratch folders again, by `performance.now()`: with the next tick from then on. */
  get nextScratchMs(): number {
    return this.#scratch.nextMs;
  }

  /** What still runs here, and what becomes due by itself after `sinceMs`. */
  async outlook(sinceMs: number): Promise<Outlook> {
    return this.#pass.getOutlook(await this.#open(), this.#context.loadConfig(), sinceMs);
  }

  /** The board as it is, to show it. Not for writing. */
  async view<Result>(read: (store: BoardStore) => Promise<Result>): Promise<Result> {
    return read(await this.#open());
  }

  /** Moves what was written into the database: never under the dispatch lock. The pages that the log has then; 0 without one. */
  async checkpoint(depth: CheckpointDepth): Promise<number> {
    return (await (await this.#open()).file?.checkpoint(depth)) ?? 0;
  }

  /**
   * Tells whom kanbun.toml names under `[notify]` what has happened: never under the dispatch lock. When the next try is
   * due, by the board's clock; null: nothing waits.
   */
  async tell(signal: AbortSignal): Promise<number | null> {
    const { loadConfig, clock, environment } = this.#context;
    const targets = targetsOf(loadConfig().notify, this.board);
    if (targets.length === 0) return null;
    // Loaded here: most homes have no targets.
    const { deliver } = await import("./notify/courier.ts");
    const store = await this.#open();
    await deliver({ store, board: this.board, targets, signal, nowMs: () => clock.nowMs(), environment });
    return signal.aborted ? null : store.getNextDeliveryMs(targets.map(({ name }) => name));
  }

  /** Whether someone asks for the log of a run through the board, as far as is known. */
  get isLogAsked(): boolean {
    return this.#store?.logAsks?.isAsked === true;
  }

  /** Writes the ends of this home's logs that are asked for: never under the dispatch lock. @param sent what was written last */
  async answerAskedLogs(sent: Map<number, string>): Promise<void> {
    const { answerAskedLogs } = await import("./asked-logs.ts");
    await answerAskedLogs(await this.#open(), this.#context, sent);
  }

  /** Waits for what it has open. */
  async close(): Promise<void> {
    const store = this.#store;
    this.#store = null;
    this.#lock.close();
    await store?.close();
  }

  /** null: another process has the lock. */
  async #passUnderLock(options: TickOptions): Promise<PassResult | null> {
    // Read before the lock is taken, and the note with it.
    const lastReconciled = options.reconcile ? (this.readLastTick()?.reconciled ?? null) : null;
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
        // A board without a write since its last whole look needs no such look again.
        const reconcile = options.reconcile === true && (state === null || state !== lastReconciled);
        const done = await this.#pass.run(await this.#open(), config, { ...options, reconcile, patience });
        this.#dataVersion = this.#pass.dataVersion;
        if (!("retryInMs" in done)) {
          if (!done.hadPromotions) lock.reconciled = state;
          return done;
        }
        retryInMs = done.retryInMs;
      } finally {
        lock.release();
        this.#onStep("unlocked");
      }
      await Bun.sleep(retryInMs); // without the lock: another board or host is at it
    }
  }

  /** What the tick has started is reported even if this can't be read. @throws {BoardError} damaged where it started nothing */
  async #listHeld(max: number, { config, slotsHolder, starts }: PassResult): Promise<readonly HeldTask[]> {
    try {
      return await listHeldTasks(this.#context, { store: await this.#open(), max, config, slotsHolder });
    } catch (error) {
      this.#noteFault("what is held back could not be read", error);
      if (this.#damage !== null && starts.started.length === 0) throw this.#damage;
      return [];
    }
  }

  #cutLogs({ atWork, config, findings }: PassResult): void {
    const { logMaxBytes } = config.dispatch;
    try {
      this.#logs.turn(atWork, { maxBytes: logMaxBytes, hasEnded: findings.closings.length > 0 });
    } catch (error) {
      this.#noteFault("logs could not be looked at", error);
    }
  }

  /** The tick is over: what goes wrong here is a finding in its report. */
  async #removeScratch({ started }: Starts): Promise<void> {
    try {
      const findings = await this.#scratch.turn(await this.#open(), { willWrite: started.length > 0 });
      this.#findings.add(findings);
    } catch (error) {
      this.#noteFault("scratch folders could not be looked for", error);
    }
  }

  #noteFault(what: string, error: unknown): void {
    this.#noteDamage(error);
    this.#findings.add([describeFault(what, error, describePlace(this.#lock.place))]);
  }

  /** It was a board when it was opened: `not_a_board` now means that it was damaged since. */
  #noteDamage(error: unknown): void {
    if (!(error instanceof BoardError)) return;
    if (error.kind === "damaged" || (error.kind === "not_a_board" && this.#store !== null))
      this.#damage = error;
  }

  async #open(): Promise<BoardStore> {
    this.#store ??= await this.#context.openStore(this.#lock.place);
    return this.#store;
  }
}
