import { closeSync, openSync } from "node:fs";
import {
  identifyProcess,
  type ProcessRef,
  probeProcess,
  signalProcess,
} from "../../../native-shims/index.ts";
import { eventually } from "../../support/eventually.ts";
import type { Arena } from "./arena.ts";
import {
  type DispatcherOrders,
  dispatcherCommand,
  executableCommand,
  serviceCommand,
} from "./dispatcher-orders.ts";
import type { Random } from "./random.ts";
import { Standing } from "./standing.ts";
import type { Wards } from "./wards.ts";

/** Under Wine each attempt on a lock that someone has costs its server a descriptor, until for a moment no one has it. */
const restMs = process.platform === "win32" ? 50 : 0;

export interface CrewMember {
  readonly name: string;
  readonly ref: ProcessRef;
  readonly isOrphan: boolean;
}

export interface CrewOptions {
  readonly lock: "kernel" | "none";
  readonly gapRate: number;
  readonly untilMs: number;
  /** What those without a part of their own are started from. Default: the source. */
  readonly executable?: string | null;
  /** Default: none. */
  readonly unrest?: DispatcherOrders["unrest"];
  readonly random: Random;
  readonly wards: Wards;
}

/** The dispatcher processes of one race. */
export class Crew {
  readonly #arena: Arena;
  readonly #options: CrewOptions;
  readonly #standing: Standing;
  readonly #members = new Map<string, CrewMember>();
  #started = 0;
  readonly #stoppedUntil = new Map<string, number>();
  readonly #sweep: NodeJS.Timeout;
  /** Called for a member that has stopped itself before it acts on what it saw, or on what it claimed. */
  onGap: (member: CrewMember) => void = () => {};
  kills = 0;
  stops = 0;
  sentHome = 0;

  constructor(arena: Arena, options: CrewOptions) {
    this.#arena = arena;
    this.#options = options;
    this.#standing = new Standing(arena.records);
    this.#sweep = setInterval(() => this.#continueAllDue(), 25);
  }

  get members(): readonly CrewMember[] {
    return [...this.#members.values()];
  }

  /** Starts a dispatcher through a service; the service is alive and is the caller's to kill. */
  async startOrphan(): Promise<{ readonly orphan: CrewMember; readonly service: ProcessRef }> {
    const orders = this.#orders("orphan", { gapRate: 0 });
    const service = Bun.spawn(serviceCommand(orders), { stdio: ["ignore", "pipe", "inherit"] });
    const serviceRef = this.#guard(service.pid);
    const { value } = await service.stdout.getReader().read();
    const pid = Number.parseInt(new TextDecoder().decode(value), 10);
    const orphan = this.#enlist({ name: "orphan", ref: this.#guard(pid), isOrphan: true });
    return { orphan, service: serviceRef };
  }

  start(kind: Partial<Pick<DispatcherOrders, "overtakenBefore">> = {}): CrewMember {
    const name = `d${++this.#started}`;
    const { executable = null } = this.#options;
    if (executable !== null && kind.overtakenBefore === undefined)
      return this.#startExecutable(name, executable);
    const command = dispatcherCommand(this.#orders(name, kind));
    const child = Bun.spawn(command, { stdio: ["ignore", "pipe", "inherit"] });
    const member = this.#enlist({ name, ref: this.#guard(child.pid), isOrphan: false });
    if (kind.overtakenBefore) this.leaveStopped(member, Number.POSITIVE_INFINITY);
    void this.#listen(member, child.stdout);
    return member;
  }

  /** It knows nothing of journals, and does not stop itself. */
  #startExecutable(name: string, executable: string): CrewMember {
    const output = openSync(this.#arena.reports.path, "a");
    const command = executableCommand(executable, this.#arena.home);
    const child = Bun.spawn(command, { stdio: ["ignore", output, "inherit"] });
    closeSync(output);
    this.#arena.ticks.append("here", name);
    return this.#enlist({ name, ref: this.#guard(child.pid), isOrphan: false });
  }

  /** Resolves when the member is at work. */
  async here(member: CrewMember): Promise<void> {
    await eventually(`${member.name} is there`, () => this.#hasSaid("here", member));
  }

  /** Stops a member for so long. */
  stop(member: CrewMember, forMs: number): void {
    if (!this.#standing.stop(member)) return;
    this.stops++;
    this.leaveStopped(member, forMs);
  }

  /** Makes sure that a member which is stopped, or is just about to stop itself, stays so for no longer than this. */
  leaveStopped(member: CrewMember, forMs: number): void {
    this.#stoppedUntil.set(member.name, performance.now() + forMs);
  }

  continueNow(member: CrewMember): void {
    this.#stoppedUntil.delete(member.name);
    this.#standing.continue(member);
  }

  /** Kills a member, wherever it is in its tick, and starts another one. */
  replace(member: CrewMember): void {
    if (!this.#members.delete(member.name)) return;
    // Said before it is done: from here on nothing is known of a tick that it was in.
    this.#arena.ticks.append("killing", member.name);
    signalProcess(member.ref, "SIGKILL");
    this.kills++;
    this.start();
  }

  /** Lets all but the orphan and one more finish the tick they are in, and then end. */
  sendHome(): void {
    for (const member of this.members.filter((one) => !one.isOrphan).slice(1)) {
      this.#standing.sendHome(member);
      this.#standing.continue(member);
      this.sentHome++;
    }
  }

  /** Lets everyone finish the tick they are in; who does not within two seconds is killed. */
  async end(): Promise<void> {
    clearInterval(this.#sweep);
    const isGone = () => this.members.every((member) => probeProcess(member.ref) === "dead");
    for (const member of this.members) this.#standing.sendHome(member);
    const deadline = performance.now() + 2_000;
    while (!isGone() && performance.now() < deadline) {
      for (const member of this.members) this.#standing.continue(member);
      await Bun.sleep(20);
    }
    for (const member of this.members) {
      if (probeProcess(member.ref) !== "dead") this.#arena.ticks.append("killing", member.name);
      signalProcess(member.ref, "SIGKILL");
    }
    this.#members.clear();
  }

  /** Again and again: who says that it stops may do so only after it was continued, and would then stand forever. */
  #continueAllDue(): void {
    const now = performance.now();
    for (const member of this.members)
      if ((this.#stoppedUntil.get(member.name) ?? 0) <= now) this.#standing.continue(member);
  }

  #orders(name: string, own: Partial<DispatcherOrders>): DispatcherOrders {
    const { lock, gapRate, executable = null, unrest = null, untilMs, random } = this.#options;
    return {
      name,
      home: this.#arena.home,
      ticksPath: this.#arena.ticks.path,
      onlyClosePath: this.#arena.onlyClosePath,
      lock,
      gapRate,
      overtakenBefore: null,
      restMs: executable === null ? restMs : 50,
      unrest,
      seed: random.seed(),
      untilMs,
      ...own,
    };
  }

  #guard(pid: number): ProcessRef {
    const ref = identifyProcess(pid);
    if (ref === null) throw new Error(`a process of the race ended at once (pid ${pid})`);
    this.#options.wards.add(ref);
    return ref;
  }

  #enlist(member: CrewMember): CrewMember {
    this.#members.set(member.name, member);
    return member;
  }

  #hasSaid(verb: string, member: CrewMember): boolean {
    return this.#arena.ticks.read().some(([said, name]) => said === verb && name === member.name);
  }

  /** Every line that a member says on its standard output means that it is about to stop itself. */
  async #listen(member: CrewMember, output: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of output) for (const byte of chunk) if (byte === 10) this.onGap(member);
  }
}
