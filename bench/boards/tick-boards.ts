import type { Bench } from "../bench.ts";
import type { BenchHome } from "./bench-home.ts";
import { buildTickBoard, type RunningWorkers, startRunningWorkers } from "./tick-board.ts";

/** The boards that idle ticks and reads are measured on: each is built once, when it is first asked for. */
export class TickBoards {
  readonly #bench: Bench;
  readonly #boards = new Map<number, BenchHome>();
  #workers: RunningWorkers | null = null;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** Whoever gets it changes nothing: others will get it too. */
  async get(size: number): Promise<BenchHome> {
    const known = this.#boards.get(size);
    if (known !== undefined) return known;
    this.#workers ??= await startRunningWorkers(this.#bench);
    const board = await this.#build(size, this.#workers);
    this.#boards.set(size, board);
    return board;
  }

  /** One for the one that asks, on which the 20 are ready and no one's yet. */
  makeOwn(size: number): Promise<BenchHome> {
    return this.#build(size, null);
  }

  async #build(size: number, workers: RunningWorkers | null): Promise<BenchHome> {
    const startedAt = performance.now();
    const board = await buildTickBoard(this.#bench, size, workers);
    this.#bench.say(
      `a board of ${size.toLocaleString("en")} tasks: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
    );
    return board;
  }
}
