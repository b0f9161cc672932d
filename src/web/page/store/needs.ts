import { computed, signal } from "@preact/signals";
import { boardPath, call } from "./api.ts";
import { boards } from "./boards.ts";
import { cards } from "./current.ts";
import type { Board, TaskPage } from "./wire.ts";

/** How many tasks only a person can move on, by board. */
const needs = signal<ReadonlyMap<string, number>>(new Map());
/** The same of the whole home. */
export const needsYou = computed(() => [...needs.value.values()].reduce((sum, count) => sum + count, 0));

const everyMs = 30_000;
const soonMs = 1_000;
const due = new Set<string>();
let timer = 0;

/** Begins to count: the shown boards after each event, the others from time to time. */
export function watchBoards(): void {
  void readAll();
  setInterval(() => document.visibilityState === "visible" && void readAll(), everyMs);
  cards.subscribe((of) => of?.listen(({ board }) => countSoon(board)));
}

/** Looks again. */
async function readAll(): Promise<void> {
  try {
    const { boards: found } = await call<{ boards: readonly Board[] }>("GET", "/boards");
    boards.value = found;
    const counted = await Promise.all(
      found.map(async ({ slug, by_status }) => [slug, await count(slug, by_status)]),
    );
    needs.value = new Map(counted as [string, number][]);
  } catch {
    // It is asked again; a connection that is lost is said elsewhere.
  }
}

/** What is blocked or in triage, and what waits for a review by a person. */
async function count(slug: string, by_status: Board["by_status"]): Promise<number> {
  const reviews = by_status.review === undefined ? 0 : await countReviews(slug);
  return (by_status.blocked ?? 0) + (by_status.triage ?? 0) + reviews;
}

async function countReviews(slug: string): Promise<number> {
  const page = await call<TaskPage>("GET", `${boardPath(slug, "tasks")}?status=review&assignee=&limit=1`);
  return page.by_status.review ?? 0;
}

function countSoon(board: string): void {
  due.add(board);
  if (timer !== 0) return;
  timer = setTimeout(async () => {
    timer = 0;
    const slugs = [...due];
    due.clear();
    for (const slug of slugs) {
      try {
        const { by_status } = await call<TaskPage>("GET", `${boardPath(slug, "tasks")}?limit=1`);
        needs.value = new Map([...needs.value, [slug, await count(slug, by_status)]]);
      } catch {
        // The next change counts again.
      }
    }
  }, soonMs) as unknown as number;
}
