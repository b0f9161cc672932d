import type { Task, TaskStatus } from "../../board/task.ts";
import { formatDuration } from "../../system/text/duration.ts";
import type { Colour, Screen } from "./screen.ts";
import { cut, visibleLine } from "./visible.ts";

const STATUS_COLOURS: Partial<Record<TaskStatus, Colour>> = {
  ready: "cyan",
  running: "blue",
  blocked: "red",
  review: "magenta",
  done: "green",
  scheduled: "yellow",
  archived: "dim",
};

export function paintStatus(status: TaskStatus, screen: Screen): string {
  const colour = STATUS_COLOURS[status];
  // Another program may have written any.
  return colour === undefined ? visibleLine(status) : screen.paint(colour, status);
}

/** One task in one line, to follow a verb: `t_0123abcd "title" (ready)`. */
export function nameTask(task: Pick<Task, "id" | "title" | "status">, screen: Screen): string {
  const title = cut(visibleLine(task.title), Math.max(20, screen.columns - 40));
  return `${visibleLine(task.id)} ${JSON.stringify(title)} (${paintStatus(task.status, screen)})`;
}

/** How long ago, in whole seconds at the finest. */
export function formatAge(thenMs: number, nowMs: number): string {
  return formatDuration(Math.floor(Math.max(0, nowMs - thenMs) / 1000) * 1000);
}
