import type { BoardStore } from "../store/store.ts";
import type * as Workspace from "../worker/workspace.ts";

/** Loaded with the first folder: most ticks have none. */
let workspace: Promise<typeof Workspace> | null = null;

/**
 * Removes the scratch folders of what is done: outside of the dispatch lock, for a large one may take long. What it has
 * removed it writes down with the next tick's writes, where there will be one. Whoever dies in between leaves a folder
 * on the board that is not there any more, and the next to look for it strikes it off.
 */
export class ScratchKeeper {
  readonly #workspaces: string;
  #removed = new Set<number>();

  constructor(workspaces: string) {
    this.#workspaces = workspaces;
  }

  /** The runs whose folders were removed, for the next transaction; `forget` them when it is through. */
  get removed(): readonly number[] {
    return [...this.#removed];
  }

  forget(runIds: readonly number[]): void {
    for (const runId of runIds) this.#removed.delete(runId);
  }

  /** @param willWrite another tick of this dispatcher is to come that writes: what it started will end. */
  async turn(store: BoardStore, { willWrite }: { readonly willWrite: boolean }): Promise<void> {
    const folders = await store.listRemovableScratch();
    if (folders.length + this.#removed.size === 0) return;
    workspace ??= import("../worker/workspace.ts");
    const { removeScratch } = await workspace;
    for (const { runId, taskId, path } of folders)
      if (!this.#removed.has(runId) && removeScratch({ path, taskId, workspaces: this.#workspaces }))
        this.#removed.add(runId);
    if (willWrite || this.#removed.size === 0) return;
    const { removed } = this;
    await store.forgetScratch(removed);
    this.forget(removed);
  }
}
