import type { NewRepeat, Overlap, Repeat, RepeatEdit } from "../../board/repeat.ts";
import type { NewTask, Task } from "../../board/task.ts";
import type { Home } from "../session/home.ts";
import type { Session } from "../session/session.ts";

/** A task that is to be made again and again, and when. */
export interface RepeatInput {
  /** Five fields of cron, such as `0 9 * * 1-5`, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. */
  readonly times: string;
  /** Default: that of this machine. */
  readonly timeZone?: string | undefined;
  /** What a time does while a task of before is open: pass (`skip`, default), pass unless that gave up, or make one more. */
  readonly overlap?: Overlap | undefined;
  readonly task: NewTask;
}

/**
 * The repeating tasks of the board that is used, by their numbers. Whichever dispatcher ticks makes the task of a time
 * that has come; a time that was missed is made up once.
 * @throws {BoardError} not_found for a number that isn't there
 */
export class Repeats {
  readonly #home: Home;

  constructor(home: Home) {
    this.#home = home;
  }

  /** @throws {BoardError} usage for times that can't be read or never come, and for a zone that isn't there */
  add(input: RepeatInput): Promise<Repeat> {
    return this.#write((session) => addRepeat(session, input));
  }

  /** In the order in which they were added. */
  async list(): Promise<readonly Repeat[]> {
    await using session = await this.#home.open("read");
    return await session.store.listRepeats();
  }

  async get(id: number): Promise<Repeat> {
    await using session = await this.#home.open("read");
    return await session.store.requireRepeat(id);
  }

  /** What is given is changed, also of one that has stopped, which then goes on; parents may be named by the beginnings of their ids. */
  edit(id: number, edit: RepeatEdit): Promise<Repeat> {
    return this.#write(async (session) => {
      const { task } = edit;
      if (task?.parents === undefined) return session.store.editRepeat(id, edit);
      const parents = await session.taskIds(task.parents);
      return session.store.editRepeat(id, { ...edit, task: { ...task, parents } });
    });
  }

  /** Makes no task until it is resumed; what is under way goes on. */
  pause(id: number): Promise<Repeat> {
    return this.#write(({ store }) => store.pauseRepeat(id));
  }

  /** Goes on with the next time from now on, also after a problem. @throws {BoardError} usage while that is there */
  resume(id: number): Promise<Repeat> {
    return this.#write(({ store }) => store.resumeRepeat(id));
  }

  /** The tasks that it made stay. */
  remove(id: number): Promise<Repeat> {
    return this.#write(({ store }) => store.removeRepeat(id));
  }

  /** Makes its task at once; its times stay. @throws {BoardError} conflict while another one is open, without `force` */
  run(id: number, { force = false }: { readonly force?: boolean | undefined } = {}): Promise<Task> {
    return this.#write((session) => session.store.runRepeat(id, session.by(null, { force })));
  }

  async #write<Result>(change: (session: Session) => Promise<Result>): Promise<Result> {
    await this.#home.requireMayChange();
    await using session = await this.#home.open("write");
    return await change(session);
  }
}

/** Adds one with the defaults of this machine; its parents may be named by the beginnings of their ids. */
export async function addRepeat(session: Session, input: RepeatInput): Promise<Repeat> {
  const parents = await session.taskIds(input.task.parents ?? []);
  const repeat: NewRepeat = {
    times: input.times.trim(),
    timeZone: input.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    overlap: input.overlap ?? "skip",
    task: { ...input.task, parents },
  };
  return session.store.addRepeat(repeat, session.by(null));
}
