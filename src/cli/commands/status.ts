import type { Command } from "commander";
import { activePause } from "../../board/admission.ts";
import { taskStatuses } from "../../board/task.ts";
import { describeConfig } from "../../dispatcher/home-findings.ts";
import { listResidents, type Resident } from "../../dispatcher/residents.ts";
import { type LockState, readLockState } from "../../doctor/lock-state.ts";
import { lockPathOf } from "../../home/dispatcher-presence.ts";
import { countRunHolds, readRules } from "../../home/explain.ts";
import { addExamples, type CliContext } from "../command.ts";
import type { Screen } from "../text/screen.ts";
import { formatTable } from "../text/table.ts";
import { formatTime, paintStatus } from "../text/task-text.ts";
import { visibleLine } from "../text/visible.ts";

/** How many held tasks are looked at. */
const HELD_MAX = 1_000;

export function defineCommand(command: Command, cli: CliContext): void {
  command.action(async () => {
    await using session = await cli.open("read");
    const { place, store } = session;
    const { rules, unread } = await readRules(session);
    const faults = describeConfig(await place.configAsFarAsItGoes());
    const { byStatus } = await store.getCounts();
    const held = await store.listHeld(rules, HELD_MAX);
    const { homeUsed, homeMax, boardUsed, boardMax } = rules.slots;
    const status = {
      home: place.home,
      board: place.board,
      database: place.paths.database,
      byStatus,
      // The holder's note outlives the lock: it says who ticked last.
      ...readLockState(lockPathOf(place.paths.database)),
      slots: { homeUsed, homeMax, boardUsed, boardMax },
      pauses: [...new Set(rules.pauses.map(({ scope }) => scope))].flatMap(
        (scope) => activePause(rules, scope) ?? [],
      ),
      held: [...Map.groupBy(held, (one) => one.reason)].map(([reason, tasks]) => ({
        reason,
        count: tasks.length,
        tasks: tasks.map((one) => one.taskId),
      })),
      // Who keeps all boards of the home from starting anything; null: nobody.
      slotsHolder: rules.slotsHolder ?? null,
      configuration: faults.map(({ path, detail }) => ({ path, detail })),
      unreadBoards: unread.map(({ slug, error }) => ({ board: slug, error: error.message })),
      residents: listResidents(place.home).filter(({ boards }) => boards.includes(place.board)),
      byHold: { ...Object.fromEntries(await store.countHolds(rules)), ...(await countRunHolds(session)) },
    };
    await cli.output.answer(status, (screen) =>
      formatStatus(status, screen, (command) => cli.output.typed(command)),
    );
  });
  addExamples(command, "kanbun status");
}

interface Status {
  readonly home: string;
  readonly board: string;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly heldByPid: LockState["heldByPid"];
  readonly lastTick: LockState["lastTick"];
  readonly slots: {
    readonly homeUsed: number;
    readonly homeMax: number;
    readonly boardUsed: number;
    readonly boardMax: number | null;
  };
  readonly pauses: readonly {
    readonly scope: string;
    readonly untilMs: number | null;
    readonly reason: string;
  }[];
  readonly slotsHolder: string | null;
  readonly configuration: readonly { readonly detail: string }[];
  readonly unreadBoards: readonly { readonly board: string; readonly error: string }[];
  readonly residents: readonly Resident[];
  readonly byHold: Readonly<Record<string, number>>;
}

function formatStatus(status: Status, screen: Screen, typed: (command: string) => string): string {
  const { slots, heldByPid, lastTick, byStatus } = status;
  const tasks = taskStatuses.flatMap((one) =>
    byStatus[one] ? [`${byStatus[one]} ${paintStatus(one, screen)}`] : [],
  );
  const boardSlots = slots.boardMax === null ? "" : `, ${slots.boardUsed} of ${slots.boardMax} on this board`;
  const facts = [
    ["board", `${status.board} in ${visibleLine(status.home)}`],
    ["tasks", tasks.length === 0 ? "none" : tasks.join(", ")],
    ["slots", `${slots.homeUsed} of ${slots.homeMax} in use${boardSlots}`],
    ...status.configuration.map(({ detail }) => ["problem", visibleLine(detail)]),
    ...(status.slotsHolder === null
      ? []
      : [
          [
            "slots",
            `held by ${visibleLine(status.slotsHolder)}, which does not go on: see \`${typed("kanbun doctor")}\``,
          ],
        ]),
    ...status.unreadBoards.map(({ board, error }) => [
      "unread",
      visibleLine(`${board}, which counts as one worker at work: ${error}`),
    ]),
    ["lock", heldByPid === null ? "free" : `held by pid ${heldByPid}`],
    ["last tick", lastTick === null ? "never" : describeTick(lastTick)],
    ...(status.residents.length > 0 || heldByPid !== null
      ? []
      : [
          [
            "dispatcher",
            `none is running: \`${typed("kanbun dispatch")}\` ticks once, \`${typed("kanbun dispatch --watch")}\` stays`,
          ],
        ]),
    ...status.residents.map(({ pid, sinceMs, boards }) => [
      "resident",
      visibleLine(`pid ${pid} since ${formatTime(sinceMs)}: ${boards.join(", ")}`),
    ]),
    ...status.pauses.map((pause) => [
      "paused",
      visibleLine(
        `${pause.scope}${pause.untilMs === null ? "" : ` until ${formatTime(pause.untilMs)}`}: ${pause.reason}`,
      ),
    ]),
    ...Object.entries(status.byHold).map(([reason, count]) => ["held", `${count}: ${reason}`]),
  ];
  return formatTable(facts, screen);
}

function describeTick({ pid, host, sinceMs, isAlive }: NonNullable<LockState["lastTick"]>): string {
  const state = isAlive === null ? "" : isAlive ? ", which is still there" : ", which is gone";
  return `${formatTime(sinceMs)} by pid ${pid} on ${visibleLine(host)}${state}`;
}
