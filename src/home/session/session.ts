import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { Expected } from "../../board/expected.ts";
import type { OwnRun } from "../../board/run.ts";
import { Nudges } from "../../dispatcher/resident/nudge.ts";
import { openStore } from "../../store/open/open-store.ts";
import { placeOf } from "../../store/place.ts";
import type { BoardStore, By } from "../../store/store.ts";
import { hideFromGit } from "../../system/files/git-ignore.ts";
import { boardPaths, hasBoard, listBoardSlugs, residentsFolder } from "../../system/home/board-paths.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import { initCommand, noBoard } from "../boards/no-board.ts";
import { type Actor, ownRunAt } from "./actor.ts";
import type { Place } from "./place.ts";
import { systemClock } from "./system-clock.ts";
import { resolveTaskId } from "./task-id.ts";

/** `read` changes no byte; `create` makes the board if there is none. */
export type OpenMode = "read" | "write" | "create";

/** An open board, and on whose behalf it is changed. */
export class Session implements AsyncDisposable {
  readonly store: BoardStore;
  readonly place: Place;
  readonly #actor: Actor;
  readonly #within: OwnRun | null;
  readonly #nudges: Nudges | null;

  constructor(
    store: BoardStore,
    place: Place,
    how: { readonly actor: Actor; readonly within: OwnRun | null; readonly nudges: Nudges | null },
  ) {
    this.store = store;
    this.place = place;
    this.#actor = how.actor;
    this.#within = how.within;
    this.#nudges = how.nudges;
  }

  /** Who asks or writes. */
  get actor(): string {
    return this.#actor.name;
  }

  /** Who writes to the task `taskId`; inside the worker of that very task with the proof of its run. */
  by(
    taskId: string | null,
    options: { readonly force?: boolean | undefined; readonly expected?: Expected | undefined } = {},
  ): By {
    const run = this.#within?.taskId === taskId ? this.#within : null;
    return {
      actor: this.#actor.name,
      ...(run === null ? {} : { run }),
      ...(options.force ? { force: true } : {}),
      ...(options.expected === undefined ? {} : { expected: options.expected }),
    };
  }

  /**
   * The full id of the task that `text` means: an id or a prefix of one. Without text, inside a worker, its own task.
   * @throws {BoardError} usage when it is ambiguous, too short or missing, not_found
   */
  async taskId(text: string | undefined): Promise<string> {
    if (text === undefined) return this.#ownTask();
    return resolveTaskId(this, text);
  }

  /** As `taskId` for each of them, in their order. */
  async taskIds(texts: readonly string[]): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const text of texts) ids.push(await this.taskId(text));
    return ids;
  }

  #ownTask(): string {
    const task = this.#actor.env.KANBUN_TASK;
    if (task) return task;
    throw new BoardError("usage", "no task was given", {
      hint: "give a task id (inside a worker: its own task)",
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#nudges?.areSent();
    } finally {
      await this.store.close();
    }
  }
}

/** Opens the board `slug` of `place`. @throws {BoardError} not_found with what to type when there is none. */
export async function openSession(
  place: Place,
  slug: string,
  how: { readonly mode: OpenMode; readonly actor: Actor },
): Promise<Session> {
  const paths = slug === place.board ? place.paths : boardPaths(place.home, slug);
  if (how.mode !== "create" && !hasBoard(paths)) throw missingBoard(place, slug);
  const nudges = how.mode === "read" ? null : nudgesOf(place.home, slug);
  const within = how.mode === "read" ? null : ownRunAt({ home: place.home, board: slug }, how.actor.env);
  const store = await openStore(placeOf(paths), {
    clock: systemClock,
    mode: how.mode,
    within,
    environment: how.actor.env,
    ...(nudges === null ? {} : { onCommit: () => nudges.send() }),
  });
  if (how.mode === "create" && basename(place.home) === ".kanbun") hideFromGit(place.home);
  return new Session(store, { ...place, board: slug, paths }, { actor: how.actor, within, nudges });
}

/** null where no one stays, who could be told. */
function nudgesOf(home: string, slug: string): Nudges | null {
  return existsSync(residentsFolder(home)) ? new Nudges(home, slug) : null;
}

function missingBoard(place: Place, slug: string): BoardError {
  const others = listBoards(place.home);
  if (others.length === 0) return noBoard(place);
  const make = slug === "default" ? initCommand(place) : `kanbun boards create ${slug}`;
  // A folder in a database's place: no one can work on that board.
  const sound = others.filter((one) => !isFolder(boardPaths(place.home, one).database));
  const meant = nearestName(slug, sound);
  const use =
    meant !== null
      ? `did you mean \`${meant}\`? `
      : sound.length > 0
        ? `use one of ${sound.join(", ")}; `
        : "";
  return new BoardError("not_found", `there is no board ${slug} in ${place.home}`, {
    hint: `${use}\`${make}\` makes it`,
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function listBoards(home: string): readonly string[] {
  try {
    return listBoardSlugs(home);
  } catch {
    // A home that cannot be looked into has no board that could be named.
    return [];
  }
}
