import { homeOfHost } from "../board/host.ts";
import { keptLogBytesMax } from "../board/kept-log.ts";
import type { BoardStore } from "../store/store.ts";
import { RunDirectory } from "../worker/run-directory.ts";
import type { DispatchContext } from "./context.ts";
import { hostOf } from "./host.ts";

/**
 * Writes the ends of the logs that someone asks for through the board, of runs of this home, where they are others than last time.
 * @param sent by run, what was written last; brought up to date
 */
export async function answerAskedLogs(
  { logAsks }: Pick<BoardStore, "logAsks">,
  { place, paths, home }: Pick<DispatchContext, "place" | "paths" | "home">,
  sent: Map<number, string>,
): Promise<void> {
  if (logAsks === null) return;
  const host = hostOf(place);
  const asked = await logAsks.listAsked(homeOfHost(host));
  const before = new Map(sent);
  sent.clear();
  for (const one of asked) {
    const end = new RunDirectory(paths.runs, one.runId, one.token).readLogEnd(keptLogBytesMax);
    // One that has written nothing yet is told of too: who asks knows then that its host hears.
    const { sizeBytes, tail } = end ?? { sizeBytes: 0, tail: new Uint8Array() };
    const stamp = `${sizeBytes} ${Bun.hash(tail)}`;
    const isKnown = one.answers > 0 && before.get(one.runId) === stamp;
    if (isKnown || (await logAsks.answer(one, { hostname: host.hostname, home, sizeBytes, tail })))
      sent.set(one.runId, stamp);
  }
}
