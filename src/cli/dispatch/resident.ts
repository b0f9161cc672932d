import { Resident } from "../../home/dispatch/resident.ts";
import { successDocument } from "../../home/json-document.ts";
import type { CliContext } from "../input/command.ts";
import { writeWithoutWaiting } from "../text/standard-streams.ts";
import type { DispatchFlags } from "./flags.ts";
import { showProgress } from "./progress.ts";
import { Troubles } from "./troubles.ts";
import { noteWorkersLeft } from "./workers-left.ts";

/** So long the last lines may take to be written. */
const lastWordsMs = 1_000;

/** `--watch`: stays until TERM or INT, which end it after the tick it is in; workers go on. */
export async function runResident(cli: CliContext, flags: DispatchFlags): Promise<void> {
  const stop = new AbortController();
  // Never taken off again: a second signal, on the way out, must not end it any other way.
  process.on("SIGINT", () => stop.abort()).on("SIGTERM", () => stop.abort());
  writeWithoutWaiting((count) => droppedText(cli, count));
  const resident = await Resident.start(cli.home);
  const troubles = new Troubles(cli);
  try {
    const show = await showProgress(cli, resident.boards, {
      isStream: true,
      isPlain: flags.plain ?? false,
      word: "dispatching",
      onQuit: () => stop.abort(),
    });
    const staying = resident.stay({
      signal: stop.signal,
      max: flags.max,
      onReport: (report) => {
        if (!report.skippedLocked) troubles.end(report.board);
        show.report(report);
      },
      onError: (board, error) => troubles.tell(board, error, show),
      onStoreTrouble: (store, error) =>
        error === null ? troubles.end(`store ${store}`) : troubles.tell(`store ${store}`, error, show),
    });
    // The terminal is given back in any case; what keeps the last words from being shown is the same error.
    await staying.catch(async (error: unknown) => {
      await show.end().catch(() => {}); // the error that is thrown next comes first
      throw error;
    });
    await show.end();
    await noteWorkersLeft(cli, resident.boards);
  } finally {
    await resident[Symbol.asyncDispose]();
    // The loop has ended: a reader that does not read by then is not waited for.
    setTimeout(() => process.exit(), lastWordsMs).unref();
  }
}

/** Written where a reader that did not read has missed something. */
function droppedText({ output }: CliContext, count: number): string {
  return output.isJson
    ? `${successDocument({ dropped: count })}\n`
    : `(${count} messages were dropped here: no one read them)\n`;
}
