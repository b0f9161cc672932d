import type { Comment, Dossier } from "../../board/context.ts";
import type { Expected } from "../../board/expected.ts";
import type { Hold } from "../../board/hold.ts";
import type { Run } from "../../board/run.ts";
import type { ListedTask, NewTask, Task, TaskPatch, VerdictPatch } from "../../board/task.ts";
import type { CardFilter, CardPage, TaskFilter } from "../../store/filters.ts";
import type { BatchTask, CreatedTasks } from "../../store/task-batch.ts";
import { wait } from "../../system/wait.ts";
import type { Home } from "../session/home.ts";
import type { Place } from "../session/place.ts";
import type { Session } from "../session/session.ts";
import { readDefaultAssignee } from "./default-assignee.ts";
import { explainTask, explainTasks } from "./explain.ts";
import { requireRepository } from "./require-repository.ts";

/** How often a task that is waited for is looked at; where nothing was written to the board it costs microseconds. */
const lookMs = 50;

/**
 * The tasks of the board that is used. A task is named by its id, or the beginning of it, of at least three hex digits.
 * @throws {BoardError} not_found for a task that isn't there, usage for a beginning that fits several
 */
export class Tasks {
  readonly #home: Home;

  constructor(home: Home) {
    this.#home = home;
  }

  /** Makes a task, assigned as kanbun.toml says where no `assignee` is given; null: to none. With an `idempotencyKey` that an unarchived task has already it is that one, as it is now. */
  create(task: NewTask): Promise<Task> {
    return this.#write(async (session) => {
      requireRepository(session.place, task);
      const parents = await Promise.all((task.parents ?? []).map((id) => session.taskId(id)));
      const assignee = task.assignee === undefined ? await readDefaultAssignee(this.#home) : task.assignee;
      return (await session.store.createTask({ ...task, assignee, parents }, session.by(null))).task;
    });
  }

  /** Makes all of them in one transaction, or none; assigned as by `create`. */
  createAll(tasks: Iterable<BatchTask>): Promise<CreatedTasks> {
    return this.#write(async (session) => {
      const assignee = await readDefaultAssignee(this.#home);
      const all = completed(tasks, session.place, assignee);
      return session.store.createTasks({ tasks: all }, session.by(null));
    });
  }

  /** @throws {BoardError} conflict where the task is no longer as `expected` has it */
  edit(id: string, patch: TaskPatch & VerdictPatch, expected?: Expected): Promise<Task> {
    return this.#write(async (session) => {
      const task = await session.taskId(id);
      return session.store.editTask(task, patch, session.by(task, { expected }));
    });
  }

  comment(id: string, body: string): Promise<Comment> {
    return this.#write(async (session) => {
      const task = await session.taskId(id);
      return session.store.addComment(task, body, session.by(task));
    });
  }

  /** Makes `childId` wait until `parentId` is done. @throws {BoardError} conflict when that closes a circle */
  link(link: { readonly parentId: string; readonly childId: string }): Promise<Task> {
    return this.#relink(link, (session, found) => session.store.linkTasks(found, session.by(found.childId)));
  }

  unlink(link: { readonly parentId: string; readonly childId: string }): Promise<Task> {
    return this.#relink(link, (session, found) =>
      session.store.unlinkTasks(found, session.by(found.childId)),
    );
  }

  get(id: string): Promise<Task> {
    return this.#read(async ({ store }, task) => store.requireTask(task), id);
  }

  /** In the order of work unless `filter.sort` says otherwise; archived ones only where a status asks for them. */
  async list(filter: TaskFilter = {}): Promise<readonly ListedTask[]> {
    await using session = await this.#home.open("read");
    return session.store.listTasks(filter);
  }

  /** What a board shows of its tasks, page by page. */
  async cards(filter: CardFilter): Promise<CardPage> {
    await using session = await this.#home.open("read");
    return await session.store.listCards(filter);
  }

  /** A task with its parents, children, runs, comments, questions and files. */
  show(id: string): Promise<Dossier> {
    return this.#read(({ store }, task) => store.requireDossier(task), id);
  }

  /** Why it is not running, or is, by the board and the processes as they are now. */
  explain(id: string): Promise<Hold> {
    return this.#read((session, task) => explainTask(session, task), id);
  }

  /** The same of several, in one look; those that are not there are left out. */
  async explainAll(ids: readonly string[]): Promise<ReadonlyMap<string, Hold>> {
    await using session = await this.#home.open("read", undefined, { asActor: true });
    return await explainTasks(session, ids);
  }

  /** Oldest first. */
  runs(id: string): Promise<readonly Run[]> {
    return this.#read(({ store }, task) => store.listRuns(task), id);
  }

  /**
   * Waits until each of them is done, archived or blocked; then as they are, in the order in which they were named. It
   * dispatches nothing: a dispatcher has to be running.
   * @throws the signal's reason when it was aborted
   */
  async wait(
    ids: readonly string[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<readonly Task[]> {
    const until = signal ?? new AbortController().signal;
    await using session = await this.#home.open("read");
    const { store } = session;
    const found = await Promise.all(ids.map((id) => session.taskId(id)));
    for (let seen: number | null = null; ; await wait(lookMs, until)) {
      until.throwIfAborted();
      const version = await store.news.getKnownVersion();
      if (version === seen) continue;
      seen = version;
      const tasks = await Promise.all(found.map((id) => store.requireTask(id)));
      if (tasks.every(({ status }) => ["done", "archived", "blocked"].includes(status))) return tasks;
    }
  }

  async #read<Result>(look: (session: Session, id: string) => Promise<Result>, id: string): Promise<Result> {
    await using session = await this.#home.open("read", undefined, { asActor: true });
    return await look(session, await session.taskId(id));
  }

  async #write<Result>(change: (session: Session) => Promise<Result>): Promise<Result> {
    await this.#home.requireMayChange();
    await using session = await this.#home.open("write");
    return await change(session);
  }

  #relink(
    link: { readonly parentId: string; readonly childId: string },
    change: (session: Session, found: typeof link) => Promise<void>,
  ): Promise<Task> {
    return this.#write(async (session) => {
      const parentId = await session.taskId(link.parentId);
      const childId = await session.taskId(link.childId);
      await change(session, { parentId, childId });
      return session.store.requireTask(childId);
    });
  }
}

function* completed(tasks: Iterable<BatchTask>, place: Place, assignee: string | null): Generator<BatchTask> {
  for (const task of tasks) {
    requireRepository(place, task);
    yield task.assignee === undefined ? { ...task, assignee } : task;
  }
}
