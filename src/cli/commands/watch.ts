import type { Command } from "commander";
import { taskStatuses } from "../../board/task.ts";
import { followEvents } from "../../home/boards/follow-events.ts";
import type { BoardStore } from "../../store/store.ts";
import { wait } from "../../system/wait.ts";
import { LiveTable, tableRows } from "../dispatch/live-table.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { duration } from "../input/option-values.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import { formatEvent } from "../text/event-text.ts";
import type { Screen } from "../text/screen.ts";
import { stdoutIsClosed } from "../text/standard-streams.ts";

/** What people look for first: what runs, what is stuck, what comes next; what is over comes last. */
const ORDER = ["running", "blocked", "review", "ready", "todo", "scheduled", "triage", "done"] as const;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--interval <duration>", "check this often: 500ms, 5s", duration, 1_000)
    .action(async ({ interval }: { interval: number }) => {
      await using session = await cli.open("read");
      const { store } = session;
      const screen = await cli.output.screen();
      await untilInterrupted((signal) =>
        cli.output.isJson || !screen.isTerminal
          ? watchLines(cli, store, { intervalMs: interval, signal })
          : watchTable(store, screen, { intervalMs: interval, signal, board: cli.place.board }),
      );
    });
  command.addHelpText("after", "\nOn a terminal: a live table. In a pipe: one line per change.");
  addExamples(command, "kanbun watch", "kanbun watch --interval 5s");
}

async function watchLines(
  cli: CliContext,
  store: BoardStore,
  how: { readonly intervalMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const afterId = await store.getLastEventId();
  for await (const event of followEvents(store, { ...how, afterId, taskId: null })) {
    await cli.output.line(event, (screen) => formatEvent(event, screen, { withTask: true }));
    if (stdoutIsClosed()) return;
  }
}

async function watchTable(
  store: BoardStore,
  screen: Screen,
  how: { readonly intervalMs: number; readonly signal: AbortSignal; readonly board: string },
): Promise<void> {
  const table = new LiveTable(screen);
  try {
    while (!how.signal.aborted) {
      const { byStatus } = await store.getCounts();
      const counts = taskStatuses.flatMap((status) =>
        byStatus[status] ? [`${byStatus[status]} ${status}`] : [],
      );
      const tasks = await firstTasks(store, tableRows(screen) + 1);
      const footer = `${how.board}: ${counts.join(", ") || "no tasks"} (Ctrl-C ends)`;
      table.draw(tasks, [footer], Date.now());
      await wait(how.intervalMs, how.signal);
    }
  } finally {
    table.close();
  }
}

async function firstTasks(store: BoardStore, limit: number) {
  const tasks = [];
  for (const status of ORDER) {
    if (tasks.length >= limit) break;
    tasks.push(...(await store.listTasks({ statuses: [status], limit: limit - tasks.length })));
  }
  return tasks;
}
