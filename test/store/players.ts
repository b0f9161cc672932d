import { nothingElsewhere } from "../../src/board/admission.ts";
import { BoardError, type BoardErrorKind } from "../../src/board/error.ts";
import type { BoardStore } from "../../src/store/store.ts";
import type { TickPlan } from "../../src/store/tick.ts";
import { here, leaseMs, policies, policy } from "./board-under-test.ts";
import type { RacedPlace } from "./programs.ts";
import { type Program, startProgram } from "./programs.ts";

/** A method that can be called from another process: what it is given and answers is JSON. */
type Method = Exclude<
  {
    [Name in keyof BoardStore]: BoardStore[Name] extends (...args: never[]) => Promise<unknown>
      ? Name
      : never;
  }[keyof BoardStore],
  symbol
>;

export interface Call {
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** What came of a call: its result, or the kind of the refusal. */
export type Answer<Result> =
  | { readonly result: Result; readonly refusal: null }
  | { readonly result: null; readonly refusal: BoardErrorKind };

/** @throws {Error} for anything but a refusal of ours */
export async function answerOf<Result>(work: Promise<Result>): Promise<Answer<Result>> {
  try {
    return { result: await work, refusal: null };
  } catch (error) {
    if (error instanceof BoardError) return { result: null, refusal: error.kind };
    throw error;
  }
}

/** What of a tick's plan can be told to another process. */
export type ToldPlan = Partial<Omit<TickPlan, "random" | "policies" | "claims">> & {
  readonly claims?: { readonly max: number; readonly boardMax?: number };
};

/** The whole plan. */
export function planOf({ claims = { max: 0 }, ...told }: ToldPlan): TickPlan {
  return {
    nowMs: Date.now(),
    monotonicMs: performance.now(),
    random: Math.random,
    closings: [],
    stops: [],
    renewals: [],
    adopted: [],
    freed: [],
    policies: policies(policy("shell")),
    defaultRetry: policy("shell").retry,
    leaseMs,
    foundScratch: [],
    removedScratch: [],
    reconcile: false,
    ...told,
    claims:
      claims.max === 0
        ? null
        : { host: here, homeMax: 1_000, boardMax: null, elsewhere: nothingElsewhere, ...claims },
  };
}

/** Another process with the board open, that does what it is told. */
export class Player {
  readonly #program: Program;
  readonly #lines: AsyncIterator<string>;

  private constructor(program: Program) {
    this.#program = program;
    this.#lines = program.lines()[Symbol.asyncIterator]();
  }

  static async start(): Promise<Player> {
    return new Player(await startProgram("player.ts"));
  }

  /** @throws {Error} when it has ended */
  async call<Name extends Method>(
    place: RacedPlace,
    method: Name,
    ...args: Name extends "applyTick" ? [ToldPlan] : Parameters<BoardStore[Name]>
  ): Promise<Answer<Awaited<ReturnType<BoardStore[Name]>>>> {
    this.#program.say(JSON.stringify({ place, method, args }));
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`a player ended at ${method}`);
    return JSON.parse(value);
  }

  /** Ends it, and waits for that. */
  async end(): Promise<void> {
    await this.#program.kill();
  }
}
