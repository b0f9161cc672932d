import type { BenchServer } from "../servers/bench-server.ts";

const queue = "bench";

/** Several workers of pg-boss on one queue, each with a connection of its own, in its own settings but for its upkeep. */
export class PgBossWorkers implements AsyncDisposable {
  readonly #bosses: readonly Boss[];
  readonly #server: BenchServer;
  readonly #schema: string;

  private constructor(server: BenchServer, schema: string, bosses: readonly Boss[]) {
    this.#server = server;
    this.#schema = schema;
    this.#bosses = bosses;
  }

  /** With so many jobs to do. */
  static async open(
    server: BenchServer,
    { workers, jobs }: { readonly workers: number; readonly jobs: number },
  ) {
    const { PgBoss } = await import("pg-boss");
    const schema = `boss_${crypto.randomUUID().slice(0, 8)}`;
    const { host, database, user } = server.place;
    const bosses: Boss[] = [];
    for (let opened = 0; opened < workers; opened += 1) {
      const boss = new PgBoss({ host, database, user, schema, max: 1, supervise: false, schedule: false });
      boss.on("error", (error) => {
        throw error;
      });
      await boss.start();
      bosses.push(boss);
    }
    await bosses[0]?.createQueue(queue);
    await bosses[0]?.insert(
      queue,
      Array.from({ length: jobs }, (_, made) => ({ data: { made } })),
    );
    return new PgBossWorkers(server, schema, bosses);
  }

  /** Takes a job and completes it. */
  async work(worker: number): Promise<void> {
    const boss = this.#bosses[worker];
    const [job] = (await boss?.fetch(queue)) ?? [];
    if (job === undefined) throw new Error("pg-boss has no job left");
    await boss?.complete(queue, job.id, { summary: "done" });
  }

  /** @throws when not exactly `count` jobs are done */
  async requireDone(count: number): Promise<void> {
    const [found] = await this.#server.ask<{ done: number }>(
      `SELECT count(*)::int AS done FROM ${this.#schema}.job WHERE name = $1 AND state = 'completed'`,
      [queue],
    );
    if (found?.done !== count) throw new Error(`pg-boss did ${found?.done} jobs of ${count}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const boss of this.#bosses) await boss.stop({ graceful: false });
  }
}

type Boss = import("pg-boss").PgBoss;
