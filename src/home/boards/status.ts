import { activePause, type Pause } from "../../board/admission.ts";
import { type RepeatSummary, summariseRepeats } from "../../board/repeat.ts";
import type { TaskStatus } from "../../board/task.ts";
import { describeConfig } from "../../dispatcher/report/home-findings.ts";
import { listResidents, listStoppedResidents, type Resident } from "../../dispatcher/resident/residents.ts";
import { type LockState, readLockState } from "../../doctor/lock-state.ts";
import { dispatchLockPathOf, placeOf } from "../../store/place.ts";
import type { Home } from "../session/home.ts";
import type { BoardHost } from "../stores/board-hosts.ts";
import { countRunHolds, readRules } from "../tasks/explain.ts";

/** How many held tasks are looked at. */
const HELD_MAX = 1_000;

/** How a board and its dispatcher stand at this moment. */
export interface BoardStatus extends Pick<LockState, "lockHolderPid" | "lastTick"> {
  readonly home: string;
  readonly board: string;
  /** Its file; null: a store keeps it. */
  readonly database: string | null;
  readonly store: string | null;
  readonly byStatus: Readonly<Partial<Record<TaskStatus, number>>>;
  readonly slots: {
    readonly homeUsed: number;
    readonly homeMax: number;
    readonly boardUsed: number;
    readonly boardMax: number | null;
  };
  readonly pauses: readonly Pause[];
  /** Ready tasks that may not start now, by the reason; of the first 1,000. */
  readonly held: readonly {
    readonly reason: string;
    readonly count: number;
    readonly taskIds: readonly string[];
  }[];
  /** Who keeps all boards of the home from starting anything; null: no one. */
  readonly slotsHolder: string | null;
  /** What is wrong with kanbun.toml. */
  readonly configuration: readonly { readonly path: string | null; readonly detail: string }[];
  readonly unreadBoards: readonly { readonly board: string; readonly problem: string }[];
  readonly repeats: RepeatSummary;
  readonly residents: readonly Resident[];
  /** Dispatchers of the board that a signal has stopped, as Ctrl-Z does. */
  readonly stoppedResidents: readonly Resident[];
  /** Of a board on a server: who dispatches it, or runs something of it. */
  readonly hosts: readonly BoardHost[];
  /** How many tasks stand still, by the reason. */
  readonly byHold: Readonly<Record<string, number>>;
}

/** Of the board that is used. @throws {BoardError} not_found */
export async function readStatus(home: Home): Promise<BoardStatus> {
  await using session = await home.open("read");
  const { place, store } = session;
  const { rules, unread } = await readRules(session);
  const faults = describeConfig(await place.configAsFarAsItGoes());
  const { byStatus } = await store.getCounts();
  const held = await store.listHeld(rules, HELD_MAX);
  const at = placeOf(place.paths);
  const { homeUsed, homeMax, boardUsed, boardMax } = rules.slots;
  const isOfBoard = ({ boards }: Resident) => boards.includes(place.board);
  return {
    home: place.home,
    board: place.board,
    database: at.kind === "sqlite" ? place.paths.database : null,
    store: at.kind === "sqlite" ? null : at.store,
    byStatus,
    // The holder's note outlives the lock: it says who ticked last.
    ...readLockState(dispatchLockPathOf(at)),
    slots: { homeUsed, homeMax, boardUsed, boardMax },
    pauses: [...new Set(rules.pauses.map(({ scope }) => scope))].flatMap(
      (scope) => activePause(rules, scope) ?? [],
    ),
    held: [...Map.groupBy(held, (one) => one.reason)].map(([reason, tasks]) => ({
      reason,
      count: tasks.length,
      taskIds: tasks.map((one) => one.taskId),
    })),
    slotsHolder: rules.slotsHolder ?? null,
    configuration: faults.map(({ path, detail }) => ({ path, detail })),
    unreadBoards: unread.map(({ slug, error }) => ({ board: slug, problem: error.message })),
    repeats: summariseRepeats(await store.listRepeats()),
    hosts:
      store.hosts === null ? [] : await (await import("../stores/board-hosts.ts")).listBoardHosts(session),
    residents: listResidents(place.home).filter(isOfBoard),
    stoppedResidents: listStoppedResidents(place.home).filter(isOfBoard),
    byHold: { ...Object.fromEntries(await store.countHolds(rules)), ...(await countRunHolds(session)) },
  };
}
