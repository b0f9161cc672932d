import { followEvents } from "../../home/boards/follow-events.ts";
import { slugsMeant } from "../../home/dispatch/dispatch-boards.ts";
import type { CliContext } from "../input/command.ts";
import { formatEvent } from "../text/event-text.ts";
import { stdoutIsClosed } from "../text/standard-streams.ts";
import { TitleBook } from "../text/title-book.ts";

/** A line for each event from now on, of all kinds or of some, of every board that is used, until the signal. */
export async function printEvents(
  cli: CliContext,
  {
    intervalMs,
    kinds = null,
    signal,
  }: {
    readonly intervalMs: number;
    readonly kinds?: ReadonlySet<string> | null;
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
        afterId: await store.getLastEventId(),
        taskId: null,
        intervalMs,
        signal: stop.signal,
      };
      const board = slugs.length > 1 ? slug : null;
      for await (const event of followEvents(store, from)) {
        if (kinds !== null && !kinds.has(event.kind)) continue;
        const title = await titles.titleOf(event.taskId);
        await cli.output.line(event, (screen) => formatEvent(event, screen, { title, board }));
        if (stdoutIsClosed()) stop.abort();
      }
    }),
  );
}
