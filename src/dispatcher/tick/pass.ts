import { type Elsewhere, nothingElsewhere } from "../../board/admission.ts";
import type { LiveRun } from "../../board/claim.ts";
import { keptLogBytesMax } from "../../board/kept-log.ts";
import type { BoardStore } from "../../store/store.ts";
import type { ClaimHost, ClosedRun, TickPlan, TickView, TickWrites } from "../../store/tick.ts";
import type { Config } from "../../system/config/config.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import { KnownRuns } from "../../worker/tree/known-runs.ts";
import { endIdleShim, signalRun } from "../../worker/tree/stop.ts";
import type { DispatchContext } from "../context.ts";
import { hostOf } from "../host.ts";
import { findClaimLease } from "../lease/claim-lease.ts";
import { takeOverSilent } from "../lease/take-over.ts";
import type { Finding, FindingKeeper } from "../report/finding.ts";
import { describeRepeats, describeSlotsHolder, describeUnread } from "../report/home-findings.ts";
import { BoardView } from "./board-view.ts";
import { lookElsewhere, type SlotCount, type SlotPatience, tryCountSlots } from "./home-slots.ts";
import { type Findings, lookAtRuns } from "./look.ts";
import { listBudgeted } from "./policies.ts";
import type { ScratchKeeper } from "./scratch-keeper.ts";
import { prepareWorkerHost, type Starts, startClaimed, type WorkerHost } from "./start.ts";
import type { DispatcherOptions, TickOptions } from "./tick-options.ts";
import { changesBoard, makePlan, nothingWritten } from "./tick-plan.ts";

export interface PassResult {
  readonly config: Config;
  readonly findings: Findings;
  readonly writes: TickWrites;
  readonly starts: Starts;
  readonly hadPromotions: boolean;
  /** Scratch folders may be left behind by what is done. */
  readonly mayHaveScratch: boolean;
  /** What was at work on this host when the pass began. */
  readonly atWork: readonly LiveRun[];
  /** Who kept this pass from claiming anything. */
  readonly slotsHolder: string | null;
}

/** The home's slots are being counted for another board: the pass is to be made again, and the lock free until then. */
interface Retry {
  readonly retryInMs: number;
}

type PassOptions = Pick<TickOptions, "max"> & {
  readonly reconcile: boolean;
  readonly patience: SlotPatience;
};

/** What a pass is made with. */
interface PassParts {
  readonly context: DispatchContext;
  readonly options: DispatcherOptions;
  readonly scratch: ScratchKeeper;
  readonly findings: FindingKeeper;
  /** Called for what fails once something was done. */
  readonly onFault: (what: string, error: unknown) => void;
}

/** What a tick does under the lock; and what a dispatcher knows from one tick to the next. */
export class Pass {
  readonly #parts: PassParts;
  readonly #host: ClaimHost;
  readonly #view: BoardView;
  readonly #known = new KnownRuns();
  #dataVersion = 0;
  #live: readonly LiveRun[] = [];
  #elsewhere: Elsewhere = nothingElsewhere;
  #atWork = 0;

  constructor(parts: PassParts) {
    this.#parts = parts;
    this.#host = hostOf(parts.context.place);
    this.#view = new BoardView(this.#host);
  }

  /** The board's number of changes by others, read before the last pass looked. */
  get dataVersion(): number {
    return this.#dataVersion;
  }

  /** What the other boards use, as it was counted last: for whom nothing could start, nothing is counted. */
  get elsewhere(): Elsewhere {
    return this.#elsewhere;
  }

  /** How many workers of this host the last pass left at work on this board. */
  get atWork(): number {
    return this.#atWork;
  }

  /** Reads, plans, writes, starts. To be called under the lock. */
  async run(store: BoardStore, config: Config, options: PassOptions): Promise<PassResult | Retry> {
    const { clock } = this.#parts.context;
    const { onStep = () => {} } = this.#parts.options;
    const at = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    const { reconcile } = options;

    const taken = await this.#takeOver(store, config);
    const { view, dataVersion, isNew } = await this.#view.see(store, config, { nowMs: at.nowMs, reconcile });
    this.#dataVersion = dataVersion;
    const findings = this.#look(view, config, at);
    // Before their runs are closed: who dies in between leaves a shim that no tick would ever look for again.
    for (const sighted of findings.idleShims) endIdleShim(sighted);
    onStep("looked");

    const counted = await this.#countSlots({ view, findings, config, options, nowMs: at.nowMs });
    if ("retryInMs" in counted) return counted;
    const { slots, slotsHolder, spentElsewhere } = counted;
    const makesRepeats = view.hasDueRepeats && options.max !== 0;
    const hasWork = view.hasCandidates || view.hasPromotions || makesRepeats || changesBoard(findings);
    const plan = hasWork ? this.#plan({ findings, config, at, options, slots, spentElsewhere }) : null;

    const { workerHost, writes } = await this.#write(store, plan).finally(() => slots?.release());
    onStep("applied");

    this.#signal(findings, at.monotonicMs);
    onStep("signalled");

    const starts = await this.#start(writes, store, config, workerHost);
    onStep("spawned");
    const failed = workerHost !== null && plan !== null ? await this.#record(store, starts, plan) : [];
    onStep("recorded");
    this.#watchTrees(starts);

    const atWork = view.live.filter((run) => run.holder === "worker" && run.host === this.#host.host);
    const gone = findings.closings.filter(({ treeGone }) => treeGone).length + findings.freed.length;
    this.#atWork = atWork.length - gone + starts.started.length;

    return {
      config,
      findings,
      writes: { ...writes, closed: [...taken, ...writes.closed, ...failed] },
      starts,
      hadPromotions: view.hasPromotions,
      // Also where the board is new to us: another process may have completed what left one behind.
      mayHaveScratch: hasWork || isNew,
      atWork,
      slotsHolder,
    };
  }

  /** What hosts left that are silent for longer than their lease, as far as the last pass saw it. */
  async #takeOver(store: BoardStore, config: Config): Promise<readonly ClosedRun[]> {
    const taken = await takeOverSilent(this.#parts.context, store, { config, live: this.#live });
    if (taken.length > 0) this.#view.forget();
    return taken;
  }

  #look(
    view: TickView,
    config: Config,
    at: { readonly nowMs: number; readonly monotonicMs: number },
  ): Findings {
    this.#live = view.live;
    this.#known.keepOnly(view.live);
    const { runs } = this.#parts.context.paths;
    const observer = { ...this.#host, runs, known: this.#known, monotonicMs: at.monotonicMs };
    return lookAtRuns(view.live, observer, config, at);
  }

  /** What may be claimed; the right to claim is then this pass's, until it is released. */
  async #countSlots(seen: {
    readonly view: TickView;
    readonly findings: Findings;
    readonly config: Config;
    readonly options: PassOptions;
    readonly nowMs: number;
  }): Promise<
    | (Pick<TickPlan, "spentElsewhere"> & {
        readonly slots: SlotCount | null;
        readonly slotsHolder: string | null;
      })
    | Retry
  > {
    const { view, findings, config, options, nowMs } = seen;
    const { context, findings: told } = this.#parts;
    const at = { host: this.#host, nowMs };
    const budgeted = listBudgeted(findings.usages, config, nowMs);
    // Without the right to claim, another board may add to its own at this moment: the next run that ends sees that.
    const withoutSlots = async (slotsHolder: string | null) => ({
      slots: null,
      slotsHolder,
      ...(budgeted.profiles.length === 0
        ? {}
        : { spentElsewhere: (await lookElsewhere(context, at, budgeted)).spent }),
    });
    const canFree = findings.closings.length > 0 || findings.freed.length > 0;
    const mayClaim =
      config.fault === null &&
      (options.max ?? 1) > 0 &&
      (view.hasCandidates || view.hasPromotions || view.hasDueRepeats || canFree);
    if (!mayClaim) return withoutSlots(null);
    const slots = await tryCountSlots(context, at, budgeted);
    if (slots === null) {
      const retryInMs = options.patience.nextInMs(nowMs);
      if (retryInMs !== null) return { retryInMs };
      const slotsHolder = options.patience.holder;
      told.add([describeSlotsHolder(slotsHolder, context.home)]);
      return withoutSlots(slotsHolder);
    }
    this.#elsewhere = slots.elsewhere;
    told.add(slots.unread.map(describeUnread));
    return { slots, slotsHolder: null, spentElsewhere: slots.spent };
  }

  #plan(
    made: Pick<
      Parameters<typeof makePlan>[0],
      "findings" | "config" | "at" | "options" | "slots" | "spentElsewhere"
    >,
  ): TickPlan {
    const { context, options, scratch } = this.#parts;
    const epoch = context.readHostEpoch?.() ?? null;
    this.#view.forget();
    return makePlan({
      ...made,
      logs: this.#readLogs(made.findings),
      host: epoch === null ? this.#host : { ...this.#host, epoch },
      workspaces: context.paths.workspaces,
      removedScratch: scratch.removed,
      foundScratch: scratch.findUnrecorded(made.findings),
      // A caller that does not ask when they end has left by then: to us that looks as if its service had been torn down.
      dispatcher: options.onWorkerExit === undefined ? null : this.#host.dispatcher,
    });
  }

  /** What a run wrote is a file of this machine: for the others its end goes into a board that they see too. */
  #readLogs({ closings, freed }: Findings): NonNullable<TickPlan["logs"]> {
    const { context } = this.#parts;
    if (context.place.kind === "sqlite") return [];
    return [...closings.map(({ run }) => run), ...freed].flatMap((run) => {
      const directory = new RunDirectory(context.paths.runs, run.runId, run.token);
      const end = run.holder === "worker" ? directory.readLogEnd(keptLogBytesMax) : null;
      return end === null ? [] : [{ run, hostname: this.#host.hostname, home: context.home, ...end }];
    });
  }

  async #write(
    store: BoardStore,
    plan: TickPlan | null,
  ): Promise<{ readonly workerHost: WorkerHost | null; readonly writes: TickWrites }> {
    if (plan === null) return { workerHost: null, writes: nothingWritten };
    const { findings, scratch } = this.#parts;
    const prepared = plan.claims && (await this.#prepare(store));
    // What ended is closed all the same: only the start of workers needs more than the board.
    const workerHost = prepared !== null && "about" in prepared ? null : prepared;
    if (prepared !== null && "about" in prepared) findings.add([prepared]);
    const claims = workerHost && plan.claims && { ...plan.claims, lease: workerHost.lease };
    const writes = await store.applyTick({ ...plan, claims });
    scratch.forget(plan.removedScratch);
    findings.add(describeRepeats(writes.repeats));
    return { workerHost, writes };
  }

  /** What workers are started with; the finding where none can be. */
  async #prepare(store: BoardStore): Promise<WorkerHost | Finding> {
    const { context } = this.#parts;
    const lease = await findClaimLease(context, store);
    return lease !== null && "about" in lease ? lease : prepareWorkerHost(context, lease);
  }

  #signal({ terms, kills }: Findings, monotonicMs: number): void {
    for (const sighted of terms) signalRun(sighted, "SIGTERM");
    for (const sighted of kills) {
      signalRun(sighted, "SIGKILL");
      this.#known.noteKill(sighted.token, monotonicMs);
    }
  }

  async #start(
    { claimed }: TickWrites,
    store: BoardStore,
    config: Config,
    workerHost: WorkerHost | null,
  ): Promise<Starts> {
    const { startWorkers = startClaimed } = this.#parts.options;
    const starts = await startWorkers(claimed, store, config, workerHost);
    this.#parts.findings.add(starts.findings);
    return starts;
  }

  /** What can't be written down has been started all the same, and is told. */
  async #record(store: BoardStore, starts: Starts, plan: TickPlan): Promise<readonly ClosedRun[]> {
    try {
      return await store.recordStarts(starts, plan);
    } catch (error) {
      this.#parts.onFault("what was started could not be written down", error);
      return [];
    }
  }

  #watchTrees({ started }: Starts): void {
    const { onWorkerExit } = this.#parts.options;
    for (const { claim, worker } of started) {
      this.#known.holdTree(claim.token, worker.tree);
      if (onWorkerExit !== undefined) worker.tree.onChange(onWorkerExit);
    }
  }
}
