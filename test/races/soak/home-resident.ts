import { identifyProcess, signalProcess } from "../../../native-shims/index.ts";
import { mainPath } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import type { Arena } from "../orphan-repro/arena.ts";
import type { Random } from "../orphan-repro/random.ts";
import type { Wards } from "../orphan-repro/wards.ts";
import { createQuickTasks } from "../orphan-repro/workload.ts";
import { FaultyBoard } from "./faulty-board.ts";
import { findMarkedOf } from "./run-processes.ts";

/** A resident as users have it, for all boards of the home, one of which things go wrong on. No one kills or stops it. */
export class HomeResident {
  readonly #arena: Arena;
  readonly #board: FaultyBoard;
  readonly #child: Bun.Subprocess;
  readonly #breaking: NodeJS.Timeout;

  private constructor(arena: Arena, board: FaultyBoard, { random, wards }: { random: Random; wards: Wards }) {
    this.#arena = arena;
    this.#board = board;
    this.#child = Bun.spawn([process.execPath, mainPath, "dispatch", "--watch"], {
      env: { PATH: process.env.PATH ?? "", HOME: arena.home, KANBUN_HOME: arena.home },
      stdio: ["ignore", "ignore", "ignore"],
    });
    const ref = identifyProcess(this.#child.pid);
    if (ref !== null) wards.add(ref);
    this.#breaking = setInterval(async () => {
      board.breakSomething();
      if (random.chance(0.3)) await board.addTask().catch(() => {}); // busy, or it can't be opened for what was broken
    }, 150);
  }

  static async start(arena: Arena, how: { random: Random; wards: Wards }): Promise<HomeResident> {
    return new HomeResident(arena, await FaultyBoard.make(arena, how.random), how);
  }

  get faults(): number {
    return this.#board.faults;
  }

  /** Makes one more task on the sound board, which no one else is left to do; what is wrong then. */
  async requireWork(): Promise<string[]> {
    clearInterval(this.#breaking);
    try {
      await using store = await this.#arena.open("write");
      const before = (await store.getCounts()).byStatus.done ?? 0;
      await createQuickTasks(store, 1);
      await eventually("the resident goes on with the sound board", async () => {
        if (this.#child.exitCode !== null) throw new Error(`it ended with ${this.#child.exitCode}`);
        return ((await store.getCounts()).byStatus.done ?? 0) > before;
      });
      return [];
    } catch (error) {
      return [`the resident of all boards: ${(error as Error).message}`];
    }
  }

  async end(): Promise<void> {
    clearInterval(this.#breaking);
    this.#child.kill("SIGKILL");
    await this.#child.exited;
    for (const ref of findMarkedOf(this.#arena.home, "faulty")) signalProcess(ref, "SIGKILL");
    this.#board.end();
  }
}
