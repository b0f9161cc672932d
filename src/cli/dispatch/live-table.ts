import type { ListedTask } from "../../board/task.ts";
import { formatDuration } from "../../system/text/duration.ts";
import type { Colour, Screen } from "../text/screen.ts";
import { writeStdout } from "../text/standard-streams.ts";
import { columnsOf, cut, visibleLine } from "../text/visible.ts";

const csi = "\u001B[";
const colours: Readonly<Partial<Record<ListedTask["status"], Colour>>> = {
  running: "blue",
  done: "green",
  blocked: "red",
  ready: "cyan",
};

/** How many tasks fit on the screen. */
export function tableRows(screen: Screen): number {
  return Math.max(3, screen.rows - 5);
}

/** A table of tasks that redraws itself in place, for a terminal. */
export class LiveTable {
  readonly #screen: Screen;
  #linesDrawn = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
    writeStdout(`${csi}?25l`);
  }

  draw(tasks: readonly ListedTask[], footer: readonly string[], nowMs: number): void {
    const rowsMax = tableRows(this.#screen);
    const lines = [
      this.#screen.paint(
        "dim",
        this.#cut(`${"TASK".padEnd(11)}${"STATUS".padEnd(10)}${"TIME".padEnd(8)}TITLE`),
      ),
      ...tasks.slice(0, rowsMax).map((task) => this.#line(task, nowMs)),
      ...(tasks.length > rowsMax ? [this.#cut(`… and ${tasks.length - rowsMax} more`)] : []),
      ...footer.map((line) => this.#cut(line)),
    ];
    const up = this.#linesDrawn === 0 ? "" : `${csi}${this.#linesDrawn}A`;
    // Each line clears what it replaces: nothing flickers, and a shorter title leaves no remains.
    writeStdout(`${up}${lines.map((line) => `${line}${csi}K\n`).join("")}${csi}J`);
    this.#linesDrawn = lines.length;
  }

  /** Gives the cursor back; the last table stays on the screen. */
  close(): void {
    writeStdout(`${csi}?25h`);
  }

  #line(task: ListedTask, nowMs: number): string {
    const id = visibleLine(task.id);
    const status = visibleLine(task.status).padEnd(10);
    const colour = colours[task.status];
    const painted = colour === undefined ? status : this.#screen.paint(colour, status);
    const time = timeOf(task, nowMs).padEnd(8);
    const room = this.#screen.columns - columnsOf(id) - 1 - status.length - time.length;
    return `${id} ${painted}${time}${cut(titleOf(task), Math.max(1, room))}`;
  }

  #cut(line: string): string {
    return cut(line, this.#screen.columns);
  }
}

function timeOf(task: ListedTask, nowMs: number): string {
  if (task.startedAtMs === null) return "";
  return formatDuration(Math.max(0, (task.completedAtMs ?? nowMs) - task.startedAtMs));
}

function titleOf(task: ListedTask): string {
  const title = visibleLine(task.title);
  const error = task.status === "done" ? null : task.lastFailureError;
  return error === null ? title : `${title} (${visibleLine(error.split("\n", 1)[0] ?? "")})`;
}
