import { BoardError } from "../../board/error.ts";
import { isTaskId } from "../../board/task.ts";
import type { Place } from "../../home/session/place.ts";
import type { BatchTask, TaskBatch } from "../../store/task-batch.ts";
import { hasCrlfForShell } from "../text/crlf-note.ts";
import { visibleLine } from "../text/visible.ts";
import { findKey, parseTaskLine, type TaskLine } from "./task-line.ts";
import type { TextLine } from "./text-lines.ts";

const problemsMax = 20;
const assigneesMax = 10;
/** The position of a line that cannot be made a task. */
const unusable = -1;

/** A file of tasks, one JSON object per line, as a batch whose refusals name the lines. It is taken once. */
export class TaskLines implements TaskBatch {
  readonly #name: string;
  readonly #lines: Iterable<TextLine>;
  readonly #place: Place;
  readonly #assignee: string | null;
  readonly #problems: string[] = [];
  readonly #positions = new Map<string, number>();
  readonly #assignees = new Set<string>();
  /** That is being taken, or is with the store. */
  #line = 0;
  #taken = 0;
  #crlfCount = 0;

  /**
   * @param place that the tasks are for: a command runs where it was created, but not in a scratch folder there
   * @param defaults what a line has that says nothing of it
   */
  constructor(
    name: string,
    lines: Iterable<TextLine>,
    place: Place,
    { assignee = null }: { readonly assignee?: string | null } = {},
  ) {
    this.#assignee = assignee;
    this.#name = name;
    this.#lines = lines;
    this.#place = place;
  }

  /** The first few different ones. */
  get assignees(): Iterable<string> {
    return this.#assignees;
  }

  /** How many bodies for the shell have the line ends of Windows. */
  get crlfCount(): number {
    return this.#crlfCount;
  }

  /** @throws {BoardError} usage at its end, or at the twentieth line that cannot be used, with all of them */
  get tasks(): Iterable<BatchTask> {
    return this.#take();
  }

  readonly onRefused = (refusal: BoardError): void => {
    this.#problems.push(`  line ${this.#line}: ${refusal.message}`);
    if (this.#problems.length === problemsMax) throw this.#summary();
  };

  *#take(): Generator<BatchTask> {
    for (const { number, text } of this.#lines) {
      this.#line = number;
      if (text?.trim() === "") continue;
      const task = this.#read(text);
      if (task !== null) yield task;
    }
    if (this.#problems.length > 0) throw this.#summary();
  }

  #read(text: string | null): BatchTask | null {
    try {
      if (text === null) throw new BoardError("usage", "not UTF-8: convert the file first");
      return this.#resolve(parseTaskLine(text, this.#place));
    } catch (error) {
      if (!(error instanceof BoardError)) throw error;
      // Its children are not to blame.
      const key = findKey(text);
      if (key !== null && !this.#positions.has(key)) this.#positions.set(key, unusable);
      this.onRefused(error);
      return null;
    }
  }

  #resolve({ task: given, key, parents }: TaskLine): BatchTask {
    const task = given.assignee === undefined ? { ...given, assignee: this.#assignee } : given;
    if (key !== null) this.#learn(key);
    if (hasCrlfForShell(task)) this.#crlfCount += 1;
    if (task.assignee != null && this.#assignees.size < assigneesMax) this.#assignees.add(task.assignee);
    const earlierParents = parents
      .filter((parent) => !isTaskId(parent))
      .map((name) => this.#find(name))
      .filter((position) => position !== unusable);
    this.#taken += 1;
    return parents.length === 0 ? task : { ...task, parents: parents.filter(isTaskId), earlierParents };
  }

  #learn(key: string): void {
    if (this.#positions.has(key))
      throw new BoardError("usage", `an earlier line has the key ${quote(key)} already`);
    this.#positions.set(key, this.#taken);
  }

  #find(name: string): number {
    const position = this.#positions.get(name);
    if (position !== undefined && position < this.#taken) return position;
    throw new BoardError(
      "usage",
      `the parent ${quote(name)} is neither the key of an earlier line nor the id of a task`,
    );
  }

  #summary(): BoardError {
    const count = this.#problems.length;
    const which =
      count === problemsMax ? `the first ${count} lines` : count === 1 ? "1 line" : `${count} lines`;
    const message = [`${this.#name}: ${which} cannot be used; nothing was created`, ...this.#problems];
    return new BoardError("usage", message.map(visibleLine).join("\n"), {
      hasLines: true,
      hint: "fix the file and run the command again; see `kanbun create --help` for an example",
    });
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
