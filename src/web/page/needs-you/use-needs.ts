import { useEffect, useState } from "preact/hooks";
import { boardPath, call } from "../store/api.ts";
import { readableBoards } from "../store/boards.ts";
import { followBoard } from "../store/live.ts";
import type { CardData, TaskPage } from "../store/wire.ts";

export interface Need {
  readonly board: string;
  readonly card: CardData;
}

const shownMax = 200;
const gatherMs = 150;

/** What waits for a person on all boards: questions first, then reviews, what is blocked, and triage. */
export function useNeeds(): { readonly items: readonly Need[]; readonly isReady: boolean } {
  const [found, setFound] = useState<ReadonlyMap<string, readonly CardData[]>>(new Map());
  const slugs = readableBoards();
  const key = slugs.join(" ");
  useEffect(() => {
    let isOver = false;
    const ends = slugs.map((board) => {
      let timer = 0;
      let end = () => {};
      const read = async () => {
        timer = 0;
        try {
          const { cards, after } = await readNeeds(board);
          if (isOver) return;
          setFound((known) => new Map([...known, [board, cards]]));
          if (after !== null && !isFollowed) {
            isFollowed = true;
            end = followBoard(board, after, soon, soon);
          }
        } catch {
          if (!isOver) soon(); // the bar above tells of a lost connection
        }
      };
      const soon = () => {
        if (timer === 0) timer = setTimeout(() => void read(), gatherMs) as unknown as number;
      };
      let isFollowed = false;
      void read();
      return () => {
        clearTimeout(timer);
        end();
      };
    });
    return () => {
      isOver = true;
      for (const end of ends) end();
    };
  }, [key]);
  const items = slugs.flatMap((board) => (found.get(board) ?? []).map((card) => ({ board, card })));
  return {
    items: items.sort((a, b) => rank(a.card) - rank(b.card)),
    isReady: slugs.every((slug) => found.has(slug)),
  };
}

function rank({ question, status }: CardData): number {
  if (question !== null) return 0;
  return { review: 1, blocked: 2 }[status as string] ?? 3;
}

async function readNeeds(
  board: string,
): Promise<{ readonly cards: readonly CardData[]; readonly after: number | null }> {
  const at = `${boardPath(board, "tasks")}?limit=${shownMax}`;
  const [blocked, reviews] = await Promise.all([
    call<TaskPage>("GET", `${at}&status=blocked,triage`),
    call<TaskPage>("GET", `${at}&status=review&assignee=`),
  ]);
  return {
    cards: [...blocked.tasks, ...reviews.tasks],
    after: Math.min(blocked.last_event_id, reviews.last_event_id),
  };
}
