import { Database } from "bun:sqlite";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nothingElsewhere } from "../../src/board/admission.ts";
import type { DispatchContext } from "../../src/dispatcher/context.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import type { TickReport } from "../../src/dispatcher/report/report.ts";
import { profilePolicies, retryPolicy } from "../../src/dispatcher/tick/policies.ts";
import type { TickOptions } from "../../src/dispatcher/tick/tick-options.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import type { ClaimHost } from "../../src/store/tick.ts";
import type { Clock } from "../../src/system/clock.ts";
import { makeTestBoard, type TestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { processesOf } from "../support/processes.ts";
import { createShellTask } from "../support/run-all.ts";

/** The real clocks, both moved on by as much as a test says: what takes hours need not be waited for. */
export class MovedClock implements Clock {
  #byMs = 0;
  nowMs = () => systemClock.nowMs() + this.#byMs;
  monotonicMs = () => systemClock.monotonicMs() + this.#byMs;
  readonly bootId = systemClock.bootId;

  pass(ms: number): void {
    this.#byMs += ms;
  }
}

/** A board with a dispatcher of its own; its workers wait at gates that the test opens. */
export class Scene implements Disposable {
  readonly board: TestBoard;
  readonly clock: MovedClock;
  readonly #dispatcher: Dispatcher;

  private constructor(board: TestBoard, clock: MovedClock, context: DispatchContext) {
    this.board = board;
    this.clock = clock;
    this.#dispatcher = new Dispatcher(context);
  }

  static async open(config?: string, more: Partial<DispatchContext> = {}): Promise<Scene> {
    const clock = new MovedClock();
    const board = await makeTestBoard({ clock, ...(config === undefined ? {} : { config }) });
    return new Scene(board, clock, { ...board.context, ...more });
  }

  get store() {
    return this.board.store;
  }

  get home() {
    return this.board.home;
  }

  get database() {
    return this.board.context.paths.database;
  }

  tick(options: TickOptions = {}): Promise<TickReport> {
    return this.#dispatcher.tick(options);
  }

  /** Ticks until `isReached`; all the reports. */
  async tickUntil(what: string, isReached: (report: TickReport) => unknown): Promise<TickReport[]> {
    const reports: TickReport[] = [];
    await eventually(what, async () => {
      const report = await this.tick();
      reports.push(report);
      return Boolean(await isReached(report));
    });
    return reports;
  }

  create(body: string, more: Parameters<typeof createShellTask>[2] = {}): Promise<string> {
    return createShellTask(this.board, body, more);
  }

  /** A line of shell that waits until `open` is called with the same name. */
  gate(name = "gate"): string {
    return `until [ -e '${join(this.home, name)}' ]; do sleep 0.02; done`;
  }

  openGate(name = "gate"): void {
    writeFileSync(join(this.home, name), "");
  }

  processes(): number[] {
    return processesOf(this.home);
  }

  runPath(runId: number | undefined, name: "start" | "exit" | "output.log"): string {
    return join(this.board.context.paths.runs, String(runId), name);
  }

  /** Waits until the run's worker has ended and its shim has said how. */
  async ended(runId: number | undefined): Promise<void> {
    await eventually(`run ${runId} ends`, async () => {
      const path = this.runPath(runId, "exit");
      return existsSync(path) && (await Bun.file(path).text()).includes("\n");
    });
  }

  /** Waits until the run's worker has written this, and nothing else. */
  async said(runId: number | undefined, text: string): Promise<void> {
    await eventually(`run ${runId} says ${text}`, async () => {
      // Looked at anew each time: such an object remembers how long the file was.
      const log = Bun.file(this.runPath(runId, "output.log"));
      return (await log.exists()) && (await log.text()) === text;
    });
  }

  /** What another program, or bad luck, writes into the database. */
  sql(statement: string, ...values: (string | number | null)[]): void {
    using db = new Database(this.database);
    db.run("PRAGMA busy_timeout = 5000");
    db.run(statement, values);
  }

  /** Claims like a dispatcher that dies before it starts anything. */
  async claimAndDie(max: number, host: Partial<ClaimHost> = {}): Promise<void> {
    const config = this.board.context.loadConfig();
    await this.store.applyTick({
      nowMs: this.clock.nowMs(),
      monotonicMs: this.clock.monotonicMs(),
      random: () => 0,
      closings: [],
      stops: [],
      renewals: [],
      adopted: [],
      freed: [],
      policies: profilePolicies(config),
      defaultRetry: retryPolicy(config.dispatch),
      leaseMs: config.dispatch.leaseMs,
      foundScratch: [],
      removedScratch: [],
      reconcile: false,
      claims: {
        host: { ...thisHost(), ...host },
        max,
        homeMax: max,
        boardMax: null,
        elsewhere: nothingElsewhere,
      },
    });
  }

  async kinds(taskId: string): Promise<string[]> {
    return (await this.store.listEvents({ taskId })).map((event) => event.kind);
  }

  async outcomes(taskId: string): Promise<(string | null)[]> {
    return (await this.store.listRuns(taskId)).map((run) => run.outcome);
  }

  [Symbol.dispose](): void {
    this.#dispatcher.close();
    this.store.close();
  }
}
