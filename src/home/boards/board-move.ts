import { existsSync, mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { BoardError } from "../../board/error.ts";
import { openStore } from "../../store/open/open-store.ts";
import { serverPlace } from "../../store/place.ts";
import { describeGoal, type Relocation, type RelocationState } from "../../store/relocation.ts";
import type { BoardStore } from "../../store/store.ts";
import type { BoardPaths } from "../../system/home/board-paths.ts";
import { type BoardStoreName, readBoardStore, writeBoardStore } from "../../system/home/board-store.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";
import { requireBoard } from "./board-changes.ts";
import { lockBetweenTicks } from "./lock-between-ticks.ts";
import { requireSafeDisk } from "./safe-disk.ts";

export interface BoardMoving {
  /** A store of kanbun.toml, or `file`. */
  readonly to: string;
  /** What it is to be called there; default: as here. */
  readonly board?: string;
  /** Only find out whether it could be moved, and how much there is. */
  readonly isDryRun?: boolean;
  /** Take back a move that another home began. */
  readonly force?: boolean;
}

/** What came of a move, and where the board is kept now. */
export interface MovedBoard {
  readonly slug: string;
  /** `finished`: an earlier call had got it there; `kept`: it was there; `taken_back`: it had not got away yet. */
  readonly outcome: "moved" | "finished" | "taken_back" | "kept" | "planned";
  readonly database: string | null;
  readonly store: string | null;
  /** What it is called in the store. */
  readonly storeBoard: string | null;
  /** null where nothing was carried. */
  readonly tasks: number | null;
  readonly rows: number | null;
  /** SHA-256 of all rows, the same on both sides. */
  readonly digest: string | null;
}

/** null: a file of this home. */
type Goal = BoardStoreName | null;

/**
 * Moves a board with all its rows and numbers from where it is kept to another store, and ends all writing where it was. Stopped at
 * any instant it can be called again, or be taken back by a call that moves it to where it was.
 * @throws {BoardError} conflict while a task is at work, when there is another board, or when the move has to be finished first
 */
export async function moveBoard(home: Home, text: string, moving: BoardMoving): Promise<MovedBoard> {
  await home.requireMayChange();
  const paths = requireBoard(home.place, text);
  const lock = await lockBetweenTicks(paths);
  try {
    return await new Mover(home, paths, moving).move();
  } finally {
    lock.release();
  }
}

class Mover {
  readonly #home: Home;
  readonly #paths: BoardPaths;
  readonly #moving: BoardMoving;
  readonly #from: Goal;
  readonly #to: Goal;
  /** Who moves, for a person at another machine. */
  readonly #self: string;

  constructor(home: Home, paths: BoardPaths, moving: BoardMoving) {
    const { to, board } = moving;
    this.#home = home;
    this.#paths = paths;
    this.#moving = moving;
    // Under the lock: a call beside this one may have moved it a moment ago.
    this.#from = readBoardStore(paths);
    this.#to = to === "file" ? null : { store: to, board: board ?? this.#nameIn(to) };
    this.#self = `${hostname()}:${home.place.home}`;
  }

  async move(): Promise<MovedBoard> {
    await using source = await this.#open(this.#from, "write");
    const state = await source.getRelocation();
    if (isSame(this.#from, this.#to)) return await this.#keep(source, state);
    return this.#moving.isDryRun ? await this.#plan(source, state) : await this.#carry(source, state);
  }

  async #plan(source: BoardStore, { left, arrivedBy }: RelocationState): Promise<MovedBoard> {
    const { tasks, rows } = await this.#requireMovable(source);
    if (left !== null) this.#requireOnItsWayThere(left);
    if (this.#to !== null || existsSync(this.#paths.database)) {
      await using goal = await this.#tryOpen(this.#to);
      const there = await goal?.getRelocation();
      const isFree = there === undefined || there.isEmpty;
      const isOurs = there?.arrivedBy === left?.id || (arrivedBy !== null && there?.left?.id === arrivedBy);
      if (!isFree && !isOurs) throw this.#taken();
    }
    return this.#answer("planned", this.#to, { tasks, rows, digest: null });
  }

  async #carry(source: BoardStore, { left, arrivedBy }: RelocationState): Promise<MovedBoard> {
    if (this.#to === null) requireSafeDisk(this.#home.place.home, { force: false });
    if (left === null) await this.#requireMovable(source);
    else this.#requireOnItsWayThere(left);
    const relocation = left ?? { id: crypto.randomUUID(), home: this.#self, ...this.#goal(this.#to) };
    await using goal = await this.#open(this.#to, "create");
    await source.leave(relocation);
    const { id } = relocation;
    if (await goal.hasArrived(id)) {
      this.#pointTo(this.#to);
      return this.#answer("finished", this.#to);
    }
    try {
      const arrived = await goal.arrive(source, { id, replaces: arrivedBy });
      this.#pointTo(this.#to);
      return this.#answer("moved", this.#to, arrived);
    } catch (error) {
      // Nothing has arrived: unless that is what is not known, all is as it was before this call.
      if (left === null && error instanceof BoardError && error.kind !== "in_doubt") await source.stay();
      throw error;
    }
  }

  /** It is where it is to be: there may be a move away from there to be taken back. */
  async #keep(source: BoardStore, { left }: RelocationState): Promise<MovedBoard> {
    if (left === null || this.#moving.isDryRun) return this.#answer("kept", this.#from);
    const began = `${this.#paths.slug} is on its way to ${describeGoal(left)}`;
    if (left.home !== this.#self && !this.#moving.force)
      throw new BoardError("conflict", `${began}, by another home: ${left.home}`, {
        hint: "finish it or take it back there; if that home is gone, --force takes it back here",
      });
    const goal = left.store === null ? null : { store: left.store, board: left.board };
    if (left.home === this.#self && (goal !== null || existsSync(this.#paths.database))) {
      await using there = await this.#tryOpen(goal);
      const to = left.store ?? "file";
      if ((await there?.hasArrived(left.id)) === true)
        throw new BoardError("conflict", `${began}, and has arrived`, {
          hint: `finish it with \`kanbun boards move ${this.#paths.slug} --to ${to}\`, then move it back`,
        });
    }
    await source.stay();
    return this.#answer("taken_back", this.#from);
  }

  async #requireMovable(source: BoardStore): Promise<{ readonly tasks: number; readonly rows: number }> {
    const { busy, unknown, tasks, rows } = await source.planRelocation();
    if (busy.length > 0)
      throw new BoardError("conflict", `${this.#paths.slug} has tasks at work: ${some(busy)}`, {
        hint: "pause the board, `kanbun pause`, and wait until `kanbun list --status running` shows none",
      });
    if (unknown.length === 0) return { tasks, rows };
    throw new BoardError("unsupported", `other programs keep what has no place elsewhere: ${some(unknown)}`, {
      hint: "`kanbun export > tasks.jsonl` and `kanbun import tasks.jsonl` carry the tasks without it",
    });
  }

  #requireOnItsWayThere(left: Relocation): void {
    const { store, board } = this.#goal(this.#to);
    const isThere = left.store === store && (store === null || left.board === board);
    if (isThere && left.home === this.#self) return;
    throw new BoardError("conflict", `${this.#paths.slug} is on its way to ${describeGoal(left)}`, {
      hint:
        left.home === this.#self
          ? `finish that move with the same command again, or take it back with --to ${this.#from?.store ?? "file"}`
          : `another home moves it: ${left.home}`,
    });
  }

  #taken(): BoardError {
    return new BoardError("conflict", `there is another board already: ${describeGoal(this.#goalOf())}`, {
      hint: "move it under another name: --store-board",
    });
  }

  #goalOf(): Omit<Relocation, "id"> {
    return { ...this.#goal(this.#to), home: this.#self };
  }

  #goal(goal: Goal): { readonly store: string | null; readonly board: string } {
    return goal ?? { store: null, board: this.#paths.slug };
  }

  /** As it is called in the store that it is in, where that is the one; else as here. */
  #nameIn(store: string): string {
    return this.#from?.store === store ? this.#from.board : this.#paths.slug;
  }

  /** null: there is none. */
  async #tryOpen(goal: Goal): Promise<BoardStore | null> {
    try {
      return await this.#open(goal, "write");
    } catch (error) {
      if (error instanceof BoardError && error.kind === "not_found") return null;
      throw error;
    }
  }

  #open(goal: Goal, mode: "write" | "create"): Promise<BoardStore> {
    const { database, initLock } = this.#paths;
    const place =
      goal === null
        ? ({ kind: "sqlite", path: database, initLockPath: initLock } as const)
        : serverPlace(this.#paths, goal);
    return openStore(place, { clock: systemClock, mode, environment: this.#home.env });
  }

  #pointTo(goal: Goal): void {
    mkdirSync(dirname(this.#paths.metadata), { recursive: true, mode: 0o700 });
    writeBoardStore(this.#paths, goal);
  }

  #answer(
    outcome: MovedBoard["outcome"],
    at: Goal,
    carried: Pick<MovedBoard, "tasks" | "rows" | "digest"> = { tasks: null, rows: null, digest: null },
  ): MovedBoard {
    const { slug, database } = this.#paths;
    const { tasks, rows, digest } = carried;
    return {
      slug,
      outcome,
      database: at === null ? database : null,
      store: at?.store ?? null,
      storeBoard: at?.board ?? null,
      tasks,
      rows,
      digest,
    };
  }
}

function isSame(a: Goal, b: Goal): boolean {
  return a?.store === b?.store && a?.board === b?.board;
}

function some(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
