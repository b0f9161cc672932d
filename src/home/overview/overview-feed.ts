import { listResidents } from "../../dispatcher/resident/residents.ts";
import { readLockState } from "../../doctor/lock-state.ts";
import { dispatchLockPathOf, identityOf, placeOf } from "../../store/place.ts";
import { boardPaths } from "../../system/home/board-paths.ts";
import { slugsMeant } from "../dispatch/dispatch-boards.ts";
import { describeError } from "../failure.ts";
import type { Home } from "../session/home.ts";
import type { Session } from "../session/session.ts";
import { systemClock } from "../session/system-clock.ts";
import { joinBoards } from "./join-boards.ts";
import type { Overview } from "./overview.ts";
import { type ReadBoard, readAgain, readBoard } from "./read-board.ts";

/** How often it is looked which boards there are, and whether a dispatcher is there. */
const lookMs = 1_000;
/** What time alone changes (something became due, a pause is over) is seen after so long at the latest. */
const restMs = 30_000;
/** The same while anything runs: a worker that ends where no dispatcher is there to write it down. */
const runningMs = 5_000;
/** Reading takes at most this part of the time, however large a board is and however often it is written to. */
const readShare = 0.1;

export interface OverviewRequest {
  /** How many tasks of each part are named. */
  readonly limit: number;
  /** Only tasks whose id, title or assignee has this in it; null: all. */
  readonly match: string | null;
}

interface FeedBoard {
  readonly slug: string;
  readonly session: Session | null;
  /** Which board the session has open. */
  readonly identity: string;
  version: number | null;
  read: ReadBoard | null;
  dispatcherPid: number | null;
  problem: string | null;
}

/**
 * A home at a glance, again and again: the boards stay open, and are read only when something was written, and a board of
 * which nothing was written is not read at all. Reads only (I7).
 */
export class OverviewFeed implements AsyncDisposable {
  readonly #home: Home;
  #boards: readonly FeedBoard[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #pauseUntilMs = 0;
  #asked = "";

  constructor(home: Home) {
    this.#home = home;
  }

  /**
   * The overview as it is now; null when it is as it was at the last call, but for what a running task has written.
   * @throws {BoardError} not_found when there is no board at all
   */
  async poll(request: OverviewRequest): Promise<Overview | null> {
    const asked = JSON.stringify(request);
    const nowMs = performance.now();
    const isAnother = asked !== this.#asked;
    if (nowMs < this.#pauseUntilMs && !isAnother) return null;
    const isOld = isAnother || nowMs - this.#readAtMs >= (this.#isAnyRunning() ? runningMs : restMs);
    const hasLooked = nowMs - this.#lookedAtMs >= lookMs && (await this.#look(nowMs));
    const changed: FeedBoard[] = [];
    for (const board of this.#boards) if ((await this.#hasNews(board)) || isOld) changed.push(board);
    if (changed.length === 0 && !hasLooked) return null;
    for (const board of changed) await read(board, request);
    this.#asked = asked;
    if (isOld) this.#readAtMs = nowMs;
    const tookMs = performance.now() - nowMs;
    this.#pauseUntilMs = performance.now() + tookMs / readShare;
    return joinBoards(this.#home.place.home, this.#boards, request.limit);
  }

  /** The overview with what its running tasks have written since. */
  readLines(overview: Overview): Overview {
    const tasks = overview.running.tasks.map((one) => {
      const session = this.#boards.find(({ slug }) => slug === one.board)?.session;
      return session ? readAgain(session, one) : one;
    });
    return { ...overview, atMs: systemClock.nowMs(), running: { ...overview.running, tasks } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { session } of this.#boards) await session?.[Symbol.asyncDispose]();
  }

  /** Which boards there are, and who dispatches them; whether any of that is new. */
  async #look(nowMs: number): Promise<boolean> {
    this.#lookedAtMs = nowMs;
    const before = this.#boards;
    const boards: FeedBoard[] = [];
    for (const slug of slugsMeant(this.#home)) {
      const old = before.find((one) => one.slug === slug);
      boards.push(old && old.identity === boardAt(this.#home, slug) ? old : await this.#open(slug));
    }
    this.#boards = boards;
    for (const old of before) if (!boards.includes(old)) await old.session?.[Symbol.asyncDispose]();
    const hasMoved =
      boards.length !== before.length || boards.some((board, index) => board !== before[index]);
    return this.#findDispatchers() || hasMoved;
  }

  async #open(slug: string): Promise<FeedBoard> {
    const board = {
      slug,
      identity: boardAt(this.#home, slug),
      version: null,
      read: null,
      dispatcherPid: null,
    };
    try {
      const session = await this.#home.open("read", slug, { asActor: true });
      return { ...board, session, problem: null };
    } catch (error) {
      // Tried again at the next look: of one that can't be opened the file is not known.
      return { ...board, session: null, identity: "", problem: describeError(error).message };
    }
  }

  #isAnyRunning(): boolean {
    return this.#boards.some(({ read }) => read !== null && read.glance.running.count > 0);
  }

  #findDispatchers(): boolean {
    const residents = listResidents(this.#home.place.home);
    let isNew = false;
    for (const board of this.#boards) {
      const resident = residents.find(({ boards }) => boards.includes(board.slug));
      const pid = resident?.pid ?? holderOf(board);
      isNew ||= (pid === null) !== (board.dispatcherPid === null);
      board.dispatcherPid = pid;
    }
    return isNew;
  }

  async #hasNews(board: FeedBoard): Promise<boolean> {
    if (board.session === null) return false;
    try {
      const version = await board.session.store.news.getKnownVersion();
      const isNew = version !== board.version;
      board.version = version;
      return isNew;
    } catch {
      // Reading it says what is wrong. That is news once, and so is the first answer behind it.
      board.version = null;
      return board.problem === null;
    }
  }
}

async function read(board: FeedBoard, request: OverviewRequest): Promise<void> {
  if (board.session === null) return;
  try {
    board.read = await readBoard(board.session, { ...request, nowMs: systemClock.nowMs() });
    board.problem = null;
  } catch (error) {
    board.problem = describeError(error).message;
  }
}

function holderOf({ session }: FeedBoard): number | null {
  return session === null
    ? null
    : readLockState(dispatchLockPathOf(placeOf(session.place.paths))).lockHolderPid;
}

/** Another file of the same name is another board. "" where there is none. */
function boardAt(home: Home, slug: string): string {
  return identityOf(placeOf(boardPaths(home.place.home, slug)));
}
