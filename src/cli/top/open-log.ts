import type { OverviewTask } from "../../home/overview/overview.ts";
import { LogTail } from "../../home/runs/log-tail.ts";
import type { Home } from "../../home/session/home.ts";
import type { Session } from "../../home/session/session.ts";
import { visibleLine } from "../text/visible.ts";
import { type LogState, logLinesMax, startLog, withLines } from "./log-state.ts";

/** A task's log on the screen, with the files that it is read from. */
export class OpenLog implements AsyncDisposable {
  readonly #session: Session;
  readonly #tail: LogTail;
  readonly #name: string;
  state: LogState;

  private constructor(session: Session, { task }: OverviewTask) {
    this.#session = session;
    this.#tail = new LogTail(session, task.id, { linesMax: logLinesMax });
    this.#name = `${task.id}  ${task.title}`;
    this.state = startLog(this.#name);
  }

  static async open(home: Home, task: OverviewTask): Promise<OpenLog> {
    return new OpenLog(await home.open("read", task.board), task);
  }

  /** Takes in what was written since; whether there is anything new. */
  async read(): Promise<boolean> {
    const before = this.state;
    const { lines, isAnew, runId, isOver } = await this.#tail.read();
    const title = runId === null ? `${this.#name}  has not run yet` : `${this.#name}  run ${runId}`;
    if (isAnew) this.state = { ...before, lines: [], isCut: false, top: null };
    if (isAnew || lines.length > 0 || isOver !== before.isOver || title !== before.title)
      this.state = withLines({ ...this.state, title }, lines.map(visibleLine), isOver);
    return this.state !== before;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tail[Symbol.asyncDispose]();
    await this.#session[Symbol.asyncDispose]();
  }
}
