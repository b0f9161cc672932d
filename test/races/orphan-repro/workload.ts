import type { NewTask } from "../../../src/board/task.ts";
import type { BoardStore, By } from "../../../src/store/store.ts";
import type { Random } from "./random.ts";

const harness: By = { actor: "orphan-repro" };

/** The kinds of `worker.sh`, and how many of a hundred tasks are of each. */
const shares = [
  ["quick", 58],
  ["slow", 10],
  ["flaky", 8],
  ["leaves", 4],
  ["escapes", 4],
  ["fails-leaving", 6],
  ["fails-escaping", 5],
  ["unshimmed", 5],
] as const;

const everyKind = shares.map(([kind]) => kind);

/** Makes `count` tasks of all kinds, every fifth of which waits for the one before it. */
export async function createTasks(store: BoardStore, count: number, random: Random): Promise<void> {
  let previous: string | null = null;
  for (let i = 0; i < count; i++) {
    // A short race has each kind as well.
    const { task } = await store.createTask(
      {
        ...pickWork(random, everyKind[i]),
        ...(previous !== null && i % 5 === 4 ? { parents: [previous] } : {}),
      },
      harness,
    );
    previous = task.id;
  }
}

/** A task of a kind, or of any. */
export function pickWork(random: Random, kind = pickKind(random)): NewTask {
  return work(kind, kind === "slow" ? random.between(0.02, 0.12) : random.between(0.02, 0.5));
}

/** Makes tasks whose workers are still there when others have long had their turn. */
export async function createLongTasks(store: BoardStore, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await store.createTask(work("slow", 1.2), harness);
}

/** Makes tasks that end as soon as they have begun. */
export async function createQuickTasks(store: BoardStore, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await store.createTask(work("quick", 0), harness);
}

/** A task as `worker.sh` takes it. What outlives its worker mostly does so for longer than its grace. */
function work(kind: string, seconds: number): NewTask {
  return { title: kind, body: seconds.toFixed(3), assignee: "racer" };
}

function pickKind(random: Random): string {
  let at = random.between(0, 100);
  for (const [kind, share] of shares) {
    at -= share;
    if (at < 0) return kind;
  }
  return "quick";
}
