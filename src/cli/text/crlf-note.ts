import type { NewTask } from "../../board/task.ts";
import type { CliContext } from "../input/command.ts";

/** Whether a body for the shell profile has the line ends of Windows, which a POSIX shell takes for a part of its words. */
export function hasCrlfForShell({ assignee, body }: Pick<NewTask, "assignee" | "body">): boolean {
  return process.platform !== "win32" && assignee === "shell" && body?.includes("\r\n") === true;
}

/** Remarks on the tasks of which that is so, if any. */
export function noteCrlf(cli: CliContext, count: number): void {
  if (count === 0) return;
  const whose = count === 1 ? "its lines end" : `the lines of ${count} tasks end`;
  cli.output.note(`note: ${whose} in CRLF; the shell gets them with LF`);
}
