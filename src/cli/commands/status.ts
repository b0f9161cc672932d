import type { Command } from "commander";
import { taskStatuses } from "../../board/task.ts";
import { type BoardStatus, readStatus } from "../../home/boards/status.ts";
import { nameHost } from "../../home/stores/board-hosts.ts";
import { formatDuration } from "../../system/text/duration.ts";
import { formatTime } from "../../system/text/when.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { holdWords } from "../text/hold-words.ts";
import { describeNext } from "../text/repeat-text.ts";
import type { Screen } from "../text/screen.ts";
import { formatTable } from "../text/table.ts";
import { paintStatus } from "../text/task-text.ts";
import { columnsOf, visibleLine } from "../text/visible.ts";

/** What stands before a fact. */
const factColumns = "dispatcher  ".length;

export function defineCommand(command: Command, cli: CliContext): void {
  command.action(async () => {
    const status = await readStatus(cli.home);
    await cli.output.answer(status, (screen) =>
      formatStatus(status, screen, (command) => cli.output.typed(command)),
    );
  });
  addExamples(command, "kanbun status");
}

function formatStatus(status: BoardStatus, screen: Screen, typed: (command: string) => string): string {
  const { slots, lastTick, byStatus } = status;
  const tasks = taskStatuses.flatMap((one) =>
    byStatus[one] ? [`${byStatus[one]} ${paintStatus(one, screen)}`] : [],
  );
  const boardSlots = slots.boardMax === null ? "" : `, ${slots.boardUsed} of ${slots.boardMax} on this board`;
  const facts = [
    ["board", `${status.board} in ${visibleLine(status.home)}${storeNote(status)}`],
    ...linesOf(tasks, screen.columns - factColumns).map((line, at) => [at === 0 ? "tasks" : "", line]),
    ...Object.entries(status.byHold).map(([reason, count]) => ["", `${count} ${holdWords(reason)}`]),
    ["slots", `${slots.homeUsed} of ${slots.homeMax} in use${boardSlots}`],
    ...status.configuration.map(({ detail }) => ["problem", visibleLine(detail)]),
    ...(status.slotsHolder === null
      ? []
      : [
          [
            "slots",
            `taken by ${visibleLine(status.slotsHolder)}, which is stuck: see \`${typed("kanbun doctor")}\``,
          ],
        ]),
    ...status.unreadBoards.map(({ board, problem: error }) => [
      "unread",
      visibleLine(`${board} (counted as one running worker): ${error}`),
    ]),
    ...repeatFacts(status, typed),
    ...dispatcherFacts(status, typed),
    ...status.stoppedResidents.map(({ pid }) => [
      "",
      `pid ${pid} is stopped (Ctrl-Z?) and starts nothing: \`kill -CONT ${pid}\``,
    ]),
    ...hostFacts(status, typed),
    ["last tick", lastTick === null ? "never" : describeTick(lastTick)],
    ...status.pauses.map((pause) => [
      "paused",
      visibleLine(
        `${pause.scope}${pause.untilAtMs === null ? "" : ` until ${formatTime(pause.untilAtMs)}`}: ${pause.reason}`,
      ),
    ]),
  ];
  return formatTable(facts, screen);
}

/** The parts on as few lines as they fit on, with commas between them. */
function linesOf(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length === 0 ? part : `${lines.at(-1)}, ${part}`;
    if (lines.length > 0 && columnsOf(longer) >= columns) lines.push(part);
    else lines[Math.max(0, lines.length - 1)] = longer;
  }
  if (lines.length === 0) return ["none"];
  return lines.map((line, at) => (at < lines.length - 1 ? `${line},` : line));
}

function storeNote({ store }: BoardStatus): string {
  return store === null ? "" : `, kept in the store ${visibleLine(store)}`;
}

function dispatcherFacts(
  { residents, lockHolderPid, hosts }: BoardStatus,
  typed: (command: string) => string,
): string[][] {
  if (residents.length > 0)
    return residents.map(({ pid, sinceAtMs, boards }) => [
      "dispatcher",
      visibleLine(`pid ${pid} since ${formatTime(sinceAtMs)}, on ${boards.join(", ")}`),
    ]);
  if (lockHolderPid !== null) return [["dispatcher", `pid ${lockHolderPid} is in a tick`]];
  const own = hosts.find(({ isThis, state }) => isThis && state === "alive");
  if (own !== undefined)
    return [
      [
        "dispatcher",
        `heard of ${formatDuration(own.silentMs)} ago, but not seen from here: is it in a container?`,
      ],
    ];
  return [
    ["dispatcher", hosts.some(({ state }) => state === "alive") ? "none is running here" : "none is running"],
    ["", `start one: \`${typed("kanbun dispatch --watch")}\``],
  ];
}

/** So many hosts are named, those that run most first. */
const hostsMax = 8;

/** Who else dispatches the board. */
function hostFacts({ hosts }: BoardStatus, typed: (command: string) => string): string[][] {
  const shown = hosts.toSorted((a, b) => b.running - a.running).slice(0, hostsMax);
  const facts = shown.map((host, at) => [
    at === 0 ? "hosts" : "",
    visibleLine(
      `${nameHost(host)}${host.isThis ? " (this home)" : ""}: ${host.running} running, ${host.slotsFree} of ${host.slots} slots free`,
    ),
  ]);
  const more = hosts.length - shown.length;
  return more > 0 ? [...facts, ["", `and ${more} more (\`${typed("kanbun hosts")}\`)`]] : facts;
}

function describeTick({ pid, host, sinceAtMs, isAlive }: NonNullable<BoardStatus["lastTick"]>): string {
  const state = isAlive === null ? "" : isAlive ? ", still running" : ", ended";
  return `${formatTime(sinceAtMs)} by pid ${pid} on ${visibleLine(host)}${state}`;
}

function repeatFacts({ repeats }: BoardStatus, typed: (command: string) => string): string[][] {
  const { count, next, problems } = repeats;
  if (count === 0) return [];
  const then = next === null ? "" : `, next ${describeNext(next, Date.now())}`;
  return [
    ["repeating", `${count}${then} (\`${typed("kanbun cron list")}\`)`],
    ...problems.map(({ id, problem }) => ["problem", visibleLine(`repeating task ${id}: ${problem}`)]),
  ];
}
