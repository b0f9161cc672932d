import type { BoardEvent } from "../../board/event.ts";
import { followEvents } from "../../home/boards/follow-events.ts";
import { slugsMeant } from "../../home/dispatch/dispatch-boards.ts";
import type { BoardStore } from "../../store/store.ts";
import type { CliContext } from "../input/command.ts";
import { formatEvent } from "../text/event-text.ts";
import { stdoutIsClosed } from "../text/standard-streams.ts";
import { TitleBook } from "../text/title-book.ts";

/** Which events are shown; what is left out chooses none away. */
export interface EventChoice {
  readonly kinds?: ReadonlySet<string> | undefined;
  readonly assignee?: string | undefined;
  readonly tenant?: string | undefined;
}

/** By board, the last event that has happened. */
export type LastEvents = ReadonlyMap<string, number>;

/** Of every board that is used and can be read. */
export async function readLastEvents(cli: CliContext): Promise<LastEvents> {
  const last = new Map<string, number>();
  for (const slug of slugsMeant(cli.home))
    try {
      await using session = await cli.open("read", slug);
      last.set(slug, await session.store.getLastEventId());
    } catch {
      // Whoever follows it says why it can't be read.
    }
  return last;
}

/** A line for each event behind `after`, or else from now on, of all or of those that are chosen, of every board that is used, until the signal. */
export async function printEvents(
  cli: CliContext,
  {
    intervalMs,
    after,
    only = {},
    signal,
  }: {
    readonly intervalMs: number;
    readonly after?: LastEvents;
    readonly only?: EventChoice;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const slugs = slugsMeant(cli.home);
  const stop = new AbortController();
  signal.addEventListener("abort", () => stop.abort());
  await Promise.all(
    slugs.map(async (slug) => {
      await using session = await cli.open("read", slug);
      const { store } = session;
      const titles = new TitleBook(store);
      const from = {
        afterId: after?.get(slug) ?? (await store.getLastEventId()),
        taskId: null,
        intervalMs,
        signal: stop.signal,
      };
      const board = slugs.length > 1 ? slug : null;
      for await (const event of followEvents(store, from)) {
        if (!(await isChosen(store, event, only))) continue;
        const title = await titles.titleOf(event.taskId);
        await cli.output.line(event, (screen) => formatEvent(event, screen, { title, board }));
        if (stdoutIsClosed()) stop.abort();
      }
    }),
  );
}

async function isChosen(
  store: BoardStore,
  { kind, taskId }: BoardEvent,
  { kinds, assignee, tenant }: EventChoice,
): Promise<boolean> {
  if (kinds !== undefined && !kinds.has(kind)) return false;
  if (assignee === undefined && tenant === undefined) return true;
  const task = await store.getTask(taskId);
  return (
    task !== null &&
    (assignee === undefined || task.assignee === assignee) &&
    (tenant === undefined || task.tenant === tenant)
  );
}
