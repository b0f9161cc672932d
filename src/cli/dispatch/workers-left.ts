import { idWord } from "../../board/hold.ts";
import type { OpenBoards } from "../../home/dispatch/dispatch-boards.ts";
import { formatDuration } from "../../system/text/duration.ts";
import type { CliContext } from "../input/command.ts";

/** So many of a board are named; the rest is counted. */
const namedMax = 5;

/** Of a container or a pid namespace: the kernel ends all others with it. */
const isFirst = process.pid === 1;

/**
 * Which workers go on when a dispatcher is stopped, and what to type; says nothing where none does.
 * @param how.areNamed their titles have been told already
 */
export async function noteWorkersLeft(
  cli: CliContext,
  boards: OpenBoards,
  { areNamed = false }: { readonly areNamed?: boolean } = {},
): Promise<void> {
  const lines: string[] = [];
  let count = 0;
  for (const { slug, dispatcher } of boards.open) {
    const running = await dispatcher
      .view((store) => store.listTasks({ statuses: ["running"] }))
      // What is wrong with the board has been told by the tick that met it.
      .catch(() => []);
    count += running.length;
    const typed = (command: string) =>
      cli.output.typedText(`\`${command}\``, slug === cli.place.board ? undefined : slug);
    for (const { id, title, workerPid, startedAtMs } of running.slice(0, namedMax)) {
      const time = startedAtMs === null ? "" : `, ${formatDuration(Date.now() - startedAtMs)}`;
      const pid = workerPid === null ? "" : ` (pid ${workerPid}${time})`;
      lines.push(`  ${title}${pid}: follow it with ${typed(`kanbun log -f ${idWord(id)}`)}`);
    }
    const more = running.length - namedMax;
    if (more > 0) lines.push(`  and ${more} more on ${slug}: ${typed("kanbun list --status running")}`);
  }
  if (count === 0) return;
  if (isFirst) {
    const workers = count === 1 ? "1 worker ends" : `${count} workers end`;
    cli.output.note(
      `stopped: ${workers} with it, as it was the first process here: the next dispatcher runs what they were at again`,
    );
    return;
  }
  const who = count === 1 ? "1 worker goes on" : `${count} workers go on`;
  cli.output.note(
    `stopped: ${who}`,
    ...(areNamed ? [] : lines),
    "  the next dispatcher records how they end: `kanbun dispatch --drain` waits for that and starts nothing",
  );
}
