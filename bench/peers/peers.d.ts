// What is used of the packages that are compared with. The bench alone installs them, so the product's types are
// checked where they are not.
declare module "plainjob" {
  import type { Database } from "bun:sqlite";

  interface Queue {
    add(type: string, data: unknown): { readonly id: number };
    countJobs(filter?: { readonly status?: number }): number;
    getAndMarkJobAsProcessing(type: string): { readonly id: number } | undefined;
    markJobAsDone(id: number): void;
    close(): void;
  }
  type Logger = Readonly<Record<"error" | "warn" | "info" | "debug", () => void>>;
  export function bun(database: Database): unknown;
  export function defineQueue(options: { readonly connection: unknown; readonly logger: Logger }): Queue;
  export function defineWorker(
    type: string,
    process: (job: { readonly data: string }) => Promise<void>,
    options: { readonly queue: Queue; readonly logger: Logger },
  ): { start(): Promise<void> };
}

declare module "bunqueue/client" {
  interface Place {
    readonly embedded: true;
    readonly dataPath: string;
  }
  export class Queue<Data> {
    constructor(name: string, options: Place);
    add(name: string, data: Data): Promise<unknown>;
    addBulk(jobs: readonly { readonly name: string; readonly data: Data }[]): Promise<unknown>;
  }
  export class Worker<Data> {
    constructor(
      name: string,
      process: (job: { readonly data: Data }) => Promise<unknown>,
      options: Place & { readonly concurrency: number },
    );
    close(): Promise<void>;
  }
}

declare module "pg-boss" {
  export class PgBoss {
    constructor(options: {
      readonly host: string;
      readonly database: string;
      readonly user: string;
      readonly schema: string;
      readonly max: number;
      readonly supervise: boolean;
      readonly schedule: boolean;
    });
    on(event: "error", listener: (error: Error) => void): void;
    start(): Promise<unknown>;
    createQueue(name: string): Promise<void>;
    insert(name: string, jobs: readonly { readonly data: unknown }[]): Promise<unknown>;
    fetch(name: string): Promise<readonly { readonly id: string }[]>;
    complete(name: string, id: string, data: unknown): Promise<unknown>;
    stop(options: { readonly graceful: boolean }): Promise<void>;
  }
}
