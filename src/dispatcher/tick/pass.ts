import type { LiveRun } from "../../board/claim.ts";
import type { Outlook } from "../../store/outlook.ts";
import type { BoardStore } from "../../store/store.ts";
import type { ClaimHost, ClosedRun, TickPlan, TickView, TickWrites } from "../../store/tick.ts";
import type { Config } from "../../system/config/config.ts";
import { KnownRuns } from "../../worker/tree/known-runs.ts";
import { continueShim, endIdleShim } from "../../worker/tree/stop.ts";
import type { DispatchContext } from "../context.ts";
import { hostOf } from "../host.ts";
import { takeOverSilent } from "../lease/take-over.ts";
import type { FindingKeeper } from "../report/finding.ts";
import { describeRefusals, describeRepeats } from "../report/home-findings.ts";
import { BoardView } from "./board-view.ts";
import { ClaimSlots, type Retry } from "./claim-slots.ts";
import { readEndedLogs } from "./ended-logs.ts";
import type { SlotPatience } from "./home-slots.ts";
import { type Findings, lookAtRuns } from "./look.ts";
import type { ScratchKeeper, ScratchLeft } from "./scratch-keeper.ts";
import { signalRuns } from "./signal-runs.ts";
import { type Starts, startClaimed } from "./start.ts";
import type { DispatcherOptions, TickOptions } from "./tick-options.ts";
import { changesBoard, isRefused, makePlan, nothingWritten } from "./tick-plan.ts";
import { Turn } from "./turn.ts";
import { prepareWorkerHost, type WorkerHost } from "./worker-host.ts";

export interface PassResult {
  readonly config: Config;
  readonly findings: Findings;
  readonly writes: TickWrites;
  readonly starts: Starts;
  readonly hadPromotions: boolean;
  /** Whether scratch folders may be left behind: by what has ended here, or by what anyone did. */
  readonly scratchLeft: ScratchLeft | null;
  /** What was at work on this host when the pass began. */
  readonly atWork: readonly LiveRun[];
  /** Who kept this pass from claiming anything. */
  readonly slotsHolder: string | null;
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
  readonly #slots: ClaimSlots;
  readonly #known = new KnownRuns();
  readonly #turn = new Turn();
  #dataVersion = 0;
  #seen: Pick<TickView, "live" | "others"> = { live: [], others: [] };
  #atWork = 0;

  constructor(parts: PassParts) {
    this.#parts = parts;
    this.#host = hostOf(parts.context.place);
    this.#view = new BoardView(this.#host);
    this.#slots = new ClaimSlots(parts.context, this.#host, parts.findings);
  }

  /** The board's number of changes by others, read before the last pass looked. */
  get dataVersion(): number {
    return this.#dataVersion;
  }

  /** What still runs here, and what becomes due by itself after `sinceMs`. Needs no lock. */
  getOutlook(store: BoardStore, config: Config, sinceMs: number): Promise<Outlook> {
    return this.#view.getOutlook(store, this.#seenUnder(config), sinceMs);
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
    const { view, dataVersion, isNew } = await this.#view.see(store, this.#seenUnder(config), {
      nowMs: at.nowMs,
      reconcile,
    });
    this.#dataVersion = dataVersion;
    const findings = this.#look(view, config, at);
    // Before their runs are closed: who dies in between leaves a shim that no tick would ever look for again.
    for (const sighted of findings.idleShims) endIdleShim(sighted);
    for (const sighted of findings.silentShims) continueShim(sighted);
    onStep("looked");

    const { max, patience } = options;
    const counted = await this.#slots.count({ view, findings, config, max, patience, nowMs: at.nowMs });
    if ("retryInMs" in counted) return counted;
    const { slots, slotsHolder, spentElsewhere } = counted;
    const makesRepeats = view.hasDueRepeats && max !== 0;
    const hasOther = view.hasPromotions || makesRepeats || changesBoard(findings);
    const hasWork = view.hasCandidates || hasOther;
    const made = { findings, config, at, options, slots, spentElsewhere, onlyClaims: !hasOther };
    const plan = hasWork ? this.#plan(made) : null;

    const written = await this.#write(store, plan, !hasOther).finally(() => slots?.release());
    if ("retryInMs" in written) return written;
    const { workerHost, writes } = written;
    onStep("applied");

    const terms = findings.terms.filter(({ run }) => !isRefused(run, writes));
    this.#parts.findings.add(signalRuns({ ...findings, terms }, this.#known, at.monotonicMs));
    onStep("signalled");

    const starts = await this.#start(writes, store, config, workerHost);
    onStep("spawned");
    const recorded =
      workerHost !== null && plan !== null ? await this.#record(store, starts, plan) : nothingWritten;
    const refused = [...writes.refused, ...recorded.refused];
    this.#parts.findings.add(describeRefusals(this.#parts.findings.news(refused)));
    onStep("recorded");
    this.#watchTrees(starts);

    const atWork = view.live.filter((run) => run.holder === "worker" && run.host === this.#host.host);
    const gone = findings.closings.filter(({ treeGone }) => treeGone).length + findings.freed.length;
    this.#atWork = atWork.length - gone + starts.started.length;

    return {
      config,
      findings,
      writes: { ...writes, closed: [...taken, ...writes.closed, ...recorded.closed], refused },
      starts,
      hadPromotions: view.hasPromotions,
      // Also where the board is new to us: another process may have completed what left one behind.
      scratchLeft: gone > 0 ? "here" : hasWork || isNew ? "anywhere" : null,
      atWork,
      slotsHolder,
    };
  }

  #seenUnder(config: Config) {
    return { config, pausesElsewhere: this.#slots.elsewhere.pauses };
  }

  /** What hosts left that are silent for longer than their lease, as far as the last pass saw it. */
  async #takeOver(store: BoardStore, config: Config): Promise<readonly ClosedRun[]> {
    const taken = await takeOverSilent(this.#parts.context, store, { config, seen: this.#seen });
    if (taken.length > 0) this.#view.forget();
    return taken;
  }

  #look(
    view: TickView,
    config: Config,
    at: { readonly nowMs: number; readonly monotonicMs: number },
  ): Findings {
    this.#seen = view;
    this.#known.keepOnly(view.live);
    const { runs } = this.#parts.context.paths;
    const observer = { ...this.#host, runs, known: this.#known, monotonicMs: at.monotonicMs };
    return lookAtRuns(view.live, observer, config, at);
  }

  #plan(
    made: Pick<
      Parameters<typeof makePlan>[0],
      "findings" | "config" | "at" | "options" | "slots" | "spentElsewhere"
    > & { readonly onlyClaims: boolean },
  ): TickPlan {
    const { context, options, scratch } = this.#parts;
    const epoch = context.readHostEpoch?.() ?? null;
    return makePlan({
      ...made,
      logs: readEndedLogs(context, this.#host, made.findings),
      host: epoch === null ? this.#host : { ...this.#host, epoch },
      workspaces: context.paths.workspaces,
      removedScratch: scratch.removed,
      foundScratch: scratch.findUnrecorded(made.findings),
      // A caller that does not ask when they end has left by then: to us that looks as if its service had been torn down.
      dispatcher: options.onWorkerExit === undefined ? null : this.#host.dispatcher,
      givesWay: epoch !== null && made.onlyClaims && this.#turn.canWait,
    });
  }

  async #write(
    store: BoardStore,
    plan: TickPlan | null,
    onlyClaims: boolean,
  ): Promise<{ readonly workerHost: WorkerHost | null; readonly writes: TickWrites } | Retry> {
    if (plan === null) {
      this.#turn.end();
      return { workerHost: null, writes: nothingWritten };
    }
    const { context, findings, scratch } = this.#parts;
    const prepared = plan.claims && (await prepareWorkerHost(context, store));
    // What ended is closed all the same: only the start of workers needs more than the board.
    const workerHost = prepared !== null && "about" in prepared ? null : prepared;
    if (prepared !== null && "about" in prepared) findings.add([prepared]);
    const claims = workerHost && plan.claims && { ...plan.claims, lease: workerHost.lease };
    const { isCalled } = store.news;
    const writes = await this.#turn.apply(store, { ...plan, claims }, { isCalled }).catch((error) => {
      this.#view.forget();
      throw error;
    });
    if ("retryInMs" in writes) return writes;
    // Where others came first, what was seen is still as it was but for what they wrote.
    if (!onlyClaims || writes.claimed.length > 0) this.#view.forget();
    scratch.forget(plan.removedScratch);
    findings.add(describeRepeats(writes.repeats));
    return { workerHost, writes };
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
  async #record(store: BoardStore, starts: Starts, plan: TickPlan): ReturnType<BoardStore["recordStarts"]> {
    try {
      return await store.recordStarts(starts, plan);
    } catch (error) {
      this.#parts.onFault("what was started could not be written down", error);
      return nothingWritten;
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
