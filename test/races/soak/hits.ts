import { Journal } from "../orphan-repro/journal.ts";

/** Which process of a run was hit: its shim, its worker, or anything that the worker had started. */
export type Role = "shim" | "worker" | "offspring";

export interface Hit {
  readonly deed: "kill" | "stop";
  readonly role: Role;
  readonly runId: number;
}

/** What was done to the processes of runs; each is written down before it is done. */
export class Hits {
  readonly #journal: Journal;

  constructor(path: string) {
    this.#journal = new Journal(path);
  }

  append({ deed, role, runId }: Hit): void {
    this.#journal.append(deed, role, runId);
  }

  count(deed: Hit["deed"], role: Role): number {
    return this.#journal.read().filter(([done, to]) => done === deed && to === role).length;
  }

  /** Runs of which the shim or the worker was killed: how they end is up to the instant at which that was. */
  listKilledRuns(): Set<number> {
    const killed = this.#journal.read().filter(([deed, role]) => deed === "kill" && role !== "offspring");
    return new Set(killed.map(([, , run]) => Number(run)));
  }
}
