import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { findCriticalPath } from "../../../../board/critical-path.ts";
import { boardPath, call, describe } from "../../store/api.ts";
import { type Batch, followBoard } from "../../store/live.ts";
import type { GraphData, GraphTask } from "../parts/wire.ts";
import { layOutGraph } from "./layered-layout.ts";
import type { Layout } from "./layout.ts";

export const sizes = { nodeWidth: 208, nodeHeight: 46, layerGap: 60, nodeGap: 14 } as const;

/** These change what is linked, or what is there: the graph is asked for anew. */
const reshaping: ReadonlySet<string> = new Set([
  "created",
  "linked",
  "unlinked",
  "deleted",
  "archived",
  "cancelled",
  "restored",
]);
const reshapeMs = 500;

export interface Drawing extends Layout {
  readonly data: GraphData;
  /** By task. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** How long it took to lay it out. */
  readonly layoutMs: number;
}

/** The graph of a board, or of what hangs above and below one of its tasks; live. */
export class GraphState {
  readonly drawing = signal<Drawing | null>(null);
  readonly problem = signal<string | null>(null);
  readonly criticalPath: ReadonlySignal<ReadonlySet<string>>;
  readonly #board: string;
  readonly #task: string | null;
  readonly #tasks = new Map<string, Signal<GraphTask>>();
  /** Grows when a status changes. */
  readonly #version = signal(0);
  #unfollow: (() => void) | null = null;
  #timer = 0;
  #isClosed = false;

  constructor(board: string, task: string | null) {
    this.#board = board;
    this.#task = task;
    this.criticalPath = computed(() => {
      const drawing = this.drawing.value;
      if (drawing === null || this.#version.value < 0) return new Set<string>();
      const { tasks, links } = drawing.data;
      return new Set(
        findCriticalPath({
          tasks: tasks.map(({ id }) => {
            const { title, status, assignee, consecutive_failures } = this.task(id).peek();
            return { id, title, status, assignee, consecutiveFailures: consecutive_failures };
          }),
          links: links.map(({ parent_id, child_id }) => ({ parentId: parent_id, childId: child_id })),
          isCut: false,
        }),
      );
    });
  }

  /** As it is now. */
  task(id: string): Signal<GraphTask> {
    const known = this.#tasks.get(id);
    if (known !== undefined) return known;
    const made = signal<GraphTask>({
      id,
      title: id,
      status: "todo",
      assignee: null,
      consecutive_failures: 0,
    });
    this.#tasks.set(id, made);
    return made;
  }

  async load(): Promise<void> {
    try {
      // Asked first: what happens in between is told once more, not missed.
      const last = await call<{ last_event_id: number }>(
        "GET",
        `${boardPath(this.#board, "events")}?limit=1`,
      );
      await this.#draw();
      if (this.#isClosed) return;
      this.#unfollow?.();
      const again = () => void this.load();
      this.#unfollow = followBoard(this.#board, last.last_event_id, (batch) => this.#take(batch), again);
    } catch (error) {
      this.problem.value = describe(error);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#unfollow?.();
    clearTimeout(this.#timer);
  }

  async #draw(): Promise<void> {
    const of = this.#task === null ? "" : `?task_id=${encodeURIComponent(this.#task)}`;
    const data = await call<GraphData>("GET", `${boardPath(this.#board, "graph")}${of}`);
    if (this.#isClosed) return;
    for (const task of data.tasks) this.task(task.id).value = task;
    this.#version.value += 1;
    const before = this.drawing.peek()?.data;
    // The layout is kept while the links are the same.
    if (before !== undefined && shapeOf(before) === shapeOf(data)) return;
    const startMs = performance.now();
    const layout = layOutGraph(
      data.tasks.map(({ id }) => id),
      data.links.map(({ parent_id, child_id }) => ({ from: parent_id, to: child_id })),
      sizes,
    );
    const ends = (from: "parent_id" | "child_id", to: "parent_id" | "child_id") =>
      new Map(
        [...Map.groupBy(data.links, (link) => link[from])].map(([id, all]) => [
          id,
          all.map((one) => one[to]),
        ]),
      );
    this.drawing.value = {
      ...layout,
      data,
      parents: ends("child_id", "parent_id"),
      children: ends("parent_id", "child_id"),
      layoutMs: performance.now() - startMs,
    };
    this.problem.value = null;
  }

  #take({ events, cards }: Batch): void {
    for (const card of cards) {
      const known = this.#tasks.get(card.id);
      if (known === undefined) continue;
      const { id, title, status, assignee, consecutive_failures } = card;
      const isMoved = known.peek().status !== status;
      known.value = { id, title, status, assignee, consecutive_failures };
      if (isMoved) this.#version.value += 1;
    }
    if (this.#timer !== 0 || !events.some(({ kind }) => reshaping.has(kind))) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#draw().catch((error) => {
        this.problem.value = describe(error);
      });
    }, reshapeMs) as unknown as number;
  }
}

function shapeOf({ tasks, links }: GraphData): string {
  return JSON.stringify([tasks.map(({ id }) => id), links]);
}
