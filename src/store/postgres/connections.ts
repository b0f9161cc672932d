import { type ReservedSQL, SQL } from "bun";
import { inTime } from "./in-time.ts";
import { ServerListener } from "./server-listener.ts";
import type { ServerPlace } from "./server-place.ts";

/** Of all stores of this process on one server: a command needs one, and a resident more only where things go on at once. */
const connectionsMax = 3;
const idleS = 30;
const connectS = 10;

/** A connection that no one else uses, until it is given back. */
export interface Taken {
  readonly connection: ReservedSQL;
  release(): void;
  /** For one that may be in any state: closed, and with it whatever is open on it. */
  abandon(): void;
}

/**
 * The connections of this process to one server, each a pool of the driver of its own: that opens as many as it may at its first query,
 * and gives out one after the other, so that each would have every statement planned anew. Here the oldest that is free is used, others
 * are made only while it is in use, and the driver closes what was idle for long.
 */
export class Connections {
  /** Each transaction has the session of the one before, as far as is known. */
  isDirect = false;
  /** Which server it is, and since which fail-over; null: it doesn't say; undefined until it is asked. */
  origin: string | null | undefined;
  readonly #place: ServerPlace;
  /** In the order in which they were made. */
  readonly #all = new Set<SQL>();
  readonly #idle = new Set<SQL>();
  readonly #waiting: ((one: SQL) => void)[] = [];
  /** What all listeners share; null until there is one. */
  #listening: SQL | null = null;
  #isPooled = false;

  constructor(place: ServerPlace) {
    this.#place = place;
  }

  /** A pooler stands in between, and gives each transaction another session. */
  get isPooled(): boolean {
    return this.#isPooled;
  }

  /** @param how.isUrgent it doesn't wait for those that are in use @throws {NoAnswer} when none was free or could be made by then */
  async take(withinMs: number, { isUrgent }: { readonly isUrgent: boolean }): Promise<Taken> {
    const isGiven = isUrgent || this.#inUse < connectionsMax;
    const one = isGiven ? (this.#tryIdle() ?? this.#make()) : await this.#wait(withinMs);
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

  /** Calls `onNotice` for each notice on the channel, and whenever it may have missed some. null behind a pooler. */
  tryListen(channel: string, onNotice: (named: string) => void): ServerListener | null {
    if (this.#isPooled) return null;
    this.#listening ??= this.#connect();
    return new ServerListener(this.#listening, channel, onNotice);
  }

  /**
   * A statement that was prepared in one session is another one, or none, in the next: then none is prepared. What is under way goes to
   * its end on the connections that there were.
   */
  usePooler(): void {
    if (this.#isPooled) return;
    this.#isPooled = true;
    this.isDirect = false;
    for (const one of [...this.#idle, ...(this.#listening === null ? [] : [this.#listening])])
      void one.close();
    this.#listening = null;
    this.#idle.clear();
    this.#all.clear();
  }

  async close(): Promise<void> {
    const all = [...this.#all, ...(this.#listening === null ? [] : [this.#listening])];
    this.#all.clear();
    this.#idle.clear();
    this.#listening = null;
    await Promise.all(all.map((one) => one.close({ timeout: 1 })));
  }

  /** A connection of the driver, which makes it when it is first asked for something. */
  #connect(): SQL {
    const { host, port, database, user, password, tls = "disable", caFile = null } = this.#place;
    return new SQL({
      // Said, so that none is looked for in the environment; each part of it is said below.
      url: "postgres://localhost",
      adapter: "postgres",
      hostname: host,
      port: port ?? 5432,
      database,
      username: user,
      password: password ?? "",
      tls: caFile === null ? tls : { rejectUnauthorized: true, ca: Bun.file(caFile) },
      max: 1,
      idleTimeout: idleS,
      connectionTimeout: connectS,
      prepare: !this.#isPooled,
      connection: this.#isPooled ? {} : { application_name: "kanbun", "kanbun.is_direct": "1" },
    });
  }

  get #inUse(): number {
    return this.#all.size - this.#idle.size;
  }

  #make(): SQL {
    const made = this.#connect();
    this.#all.add(made);
    return made;
  }

  #tryIdle(): SQL | null {
    for (const one of this.#all) if (this.#idle.delete(one)) return one;
    return null;
  }

  #giveBack(one: SQL): void {
    if (this.#all.has(one)) this.#hand(one);
    else void one.close();
  }

  /** One more than there may be was for what is urgent, and stays for that. */
  #hand(one: SQL): void {
    this.#idle.add(one);
    const next = this.#inUse < connectionsMax ? this.#waiting.shift() : undefined;
    if (next === undefined) return;
    this.#idle.delete(one);
    next(one);
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
      // It was given one in the same instant.
      else void promise.then((one) => this.#giveBack(one));
      throw error;
    }
  }
}
