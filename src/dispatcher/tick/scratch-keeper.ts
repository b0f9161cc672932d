import { sep } from "node:path";
import { homeOfHost } from "../../board/host.ts";
import type { BoardStore } from "../../store/store.ts";
import type { FoundScratch } from "../../store/tick.ts";
import { type Remains, removeScratch, ScratchFolder } from "../../worker/workspace/scratch-folder.ts";
import type { Finding } from "../report/finding.ts";
import type { Findings } from "./look.ts";

/** What could not be removed is tried again after this long, for it may be large; on Windows a scanner soon lets go. */
const retryMs = process.platform === "win32" ? 1_000 : 60_000;

/** From one look for what may wait for others of a server's board to the next; they write all the time. */
const lookMs = { least: 8_000, spread: 4_000 };

/** What may have left a scratch folder behind: a run that has ended here, or anyone's change of the board. */
export type ScratchLeft = "here" | "anywhere";

/**
 * Removes the scratch folders of what is done: outside of the dispatch lock, for a large one may take long. What it has
 * removed it writes down with the next tick's writes, where there will be one. A process that dies in between leaves a folder
 * on the board that is not there any more, and the next to look for it strikes it off.
 */
export class ScratchKeeper {
  readonly #workspaces: string;
  readonly #home: string;
  readonly #removed = new Set<number>();
  /** On a server's board: when it may look again for what others did, and whether they did something; by `performance.now()`. */
  #lookAtMs = 0;
  #isLookDue = false;
  /** When those that could not be removed are tried again, by `performance.now()`. */
  readonly #retryAtMs = new Map<number, number>();

  /** @param home what this home is called on a board of a server; "" on a file */
  constructor(workspaces: string, home = "") {
    this.#workspaces = workspaces;
    this.#home = home;
  }

  /** Whether to take a turn after a tick. */
  isDue(left: ScratchLeft | null): boolean {
    if (this.#home === "" || left === "here") return left !== null;
    this.#isLookDue ||= left !== null;
    return performance.now() >= this.nextMs;
  }

  /** When a turn is due that was put off, by `performance.now()`. */
  get nextMs(): number {
    return this.#isLookDue ? this.#lookAtMs : Number.POSITIVE_INFINITY;
  }

  /** The runs whose folders were removed, for the next transaction; `forget` them when it is through. */
  get removed(): readonly number[] {
    return [...this.#removed];
  }

  forget(runIds: readonly number[]): void {
    for (const runId of runIds) this.#removed.delete(runId);
  }

  /** The folders of runs whose dispatcher died before it could write down what it had made for them; half-made ones go. */
  findUnrecorded({ adopted, closings, freed }: Findings): readonly FoundScratch[] {
    const runs = [...adopted.map(({ run }) => run), ...closings.map(({ run }) => run), ...freed];
    const unrecorded = runs.filter(({ process, holder }) => process === null && holder === "worker");
    return unrecorded.flatMap(({ runId, taskId }) => {
      const folder = new ScratchFolder(this.#workspaces, taskId);
      folder.removeDraft();
      return folder.isOurs() ? [{ runId, path: folder.path }] : [];
    });
  }

  /**
   * @param willWrite another tick of this dispatcher is to come that writes: what it started will end.
   * @returns what could not be removed
   */
  async turn(store: BoardStore, { willWrite }: { readonly willWrite: boolean }): Promise<readonly Finding[]> {
    this.#isLookDue = false;
    this.#lookAtMs = performance.now() + lookMs.least + Math.random() * lookMs.spread;
    const folders = (await store.listRemovableScratch(this.#home)).filter(
      (folder) => this.#isOnThisDisk(folder) && this.#isDue(folder.runId),
    );
    if (folders.length + this.#removed.size === 0) return [];
    const findings = folders.flatMap(({ runId, taskId, path }): Finding[] => {
      const left = removeScratch({ path, taskId, workspaces: this.#workspaces });
      if (left === null) {
        this.#removed.add(runId);
        this.#retryAtMs.delete(runId);
        return [];
      }
      this.#retryAtMs.set(runId, performance.now() + retryMs);
      return [{ about: "scratch_folder", taskId, runId, path, ...describe(left) }];
    });
    if (willWrite || this.#removed.size === 0) return findings;
    const { removed } = this;
    await store.forgetScratch(removed);
    this.forget(removed);
    return findings;
  }

  /** What another host made would be taken for gone here, and stay there for ever. */
  #isOnThisDisk({ host, path }: { readonly host: string; readonly path: string }): boolean {
    const home = homeOfHost({ host });
    if (this.#home === "" || home === this.#home) return true;
    // Of before the board was moved to a server: of the home that moved it.
    return home === "" && path.startsWith(`${this.#workspaces}${sep}`);
  }

  #isDue(runId: number): boolean {
    return !this.#removed.has(runId) && performance.now() >= (this.#retryAtMs.get(runId) ?? 0);
  }
}

function describe({ count, path, reason }: Remains): Pick<Finding, "detail" | "hint"> {
  const more = count === 1 ? "" : `, and ${count - 1} more`;
  return {
    detail: `its scratch folder could not be removed: ${path}: ${reason}${more}`,
    hint: "remove it as a user who may, or unmount what is mounted there; the dispatcher tries again",
  };
}
