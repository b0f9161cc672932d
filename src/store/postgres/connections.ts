import type { ReservedSQL, SQL } from "bun";
import { inTime } from "./in-time.ts";

/** Of all stores of this process on one server: a command needs one, and a resident more only where things go on at once. */
const connectionsMax = 3;

/** A connection that no one else uses, until it is given back. */
export interface Taken {
  readonly connection: ReservedSQL;
  release(): void;
  /** For one that may be in any state: closed, and with it whatever is open on it. */
  abandon(): void;
}

/**
 * The connections of this process to one server, each a pool of the driver of its own: that opens as many as it may at its first query,
 * and gives out one after the other, so that each would have every statement planned anew. Here the one that was used last is used
 * next, others are made while it is in use, and the driver closes what was idle for long.
 */
export class Connections {
  readonly #connect: () => SQL;
  readonly #all = new Set<SQL>();
  readonly #idle: SQL[] = [];
  readonly #waiting: ((one: SQL) => void)[] = [];

  /** @param connect gives a pool of one connection, which is not made yet */
  constructor(connect: () => SQL) {
    this.#connect = connect;
  }

  /** @throws {NoAnswer} when none was free or could be made by then */
  async take(withinMs: number): Promise<Taken> {
    const one =
      this.#idle.pop() ?? (this.#all.size < connectionsMax ? this.#make() : await this.#wait(withinMs));
    try {
      const connection = await inTime(one.reserve(), withinMs);
      return {
        connection,
        release: () => {
          void connection.release();
          this.#giveBack(one);
        },
        abandon: () => this.#drop(one),
      };
    } catch (error) {
      this.#drop(one);
      throw error;
    }
  }

  /** None of them is given out again; those in use go on to their end. */
  async retire(): Promise<void> {
    const idle = this.#idle.splice(0);
    this.#all.clear();
    await Promise.all(idle.map((one) => one.close()));
  }

  async close(): Promise<void> {
    const all = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(all.map((one) => one.close({ timeout: 1 })));
  }

  #make(): SQL {
    const made = this.#connect();
    this.#all.add(made);
    return made;
  }

  #giveBack(one: SQL): void {
    if (!this.#all.has(one)) void one.close();
    else this.#hand(one);
  }

  #hand(one: SQL): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(one);
    else next(one);
  }

  #drop(one: SQL): void {
    void one.close({ timeout: 0 }).catch(() => {}); // it is gone then
    if (this.#all.delete(one) && this.#waiting.length > 0) this.#hand(this.#make());
  }

  async #wait(ms: number): Promise<SQL> {
    const { promise, resolve } = Promise.withResolvers<SQL>();
    this.#waiting.push(resolve);
    try {
      return await inTime(promise, ms);
    } catch (error) {
      const at = this.#waiting.indexOf(resolve);
      if (at >= 0) this.#waiting.splice(at, 1);
      throw error;
    }
  }
}
