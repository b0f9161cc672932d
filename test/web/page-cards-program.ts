/**
 * What the page keeps of a board while tasks are moved at random, against what a page that is loaded then keeps: prints the
 * differences that do not go away. Arguments: address, token, seed, order.
 */
import { Random } from "../races/orphan-repro/random.ts";
import { eventually } from "../support/eventually.ts";

const [address = "", token = "", seed = "1", sort = "priority"] = process.argv.slice(2);
const random = new Random(Number(seed));
const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
const [ask, Socket] = [fetch, WebSocket];
// As much of a browser as what keeps the cards asks for.
Object.assign(globalThis, {
  location: { origin: new URL(address).origin, pathname: "/", search: "" },
  document: { visibilityState: "visible", addEventListener() {} },
  addEventListener() {},
  fetch: (path: string, init: RequestInit = {}) => ask(new URL(path, address), { ...init, headers }),
  WebSocket: class extends Socket {
    constructor(url: string) {
      super(url, { headers } as never);
    }
  },
});

interface Kept {
  readonly ids: readonly string[];
  readonly total: number;
  readonly cursor: string | null;
}
interface Cards {
  load(columns: readonly Column[]): Promise<void>;
  loadMore(column: string): Promise<void>;
  column(id: string): { readonly value: Kept };
  put(card: object): void;
  close(): void;
}
type Column = { readonly id: string };
// By name: these are checked with the types of a browser.
const store = new URL("../../src/web/page/store/", import.meta.url);
const { BoardCards } = await import(new URL("cards.ts", store).href);
const { columns }: { columns: readonly Column[] } = await import(new URL("columns.ts", store).href);

async function loadAfresh(): Promise<Cards> {
  const cards: Cards = new BoardCards("default", { q: "", assignee: "", tenant: null, sort });
  await cards.load(columns);
  return cards;
}

/** @returns null where that can't be done to the task as it is now */
async function change(method: string, path: string, body: object): Promise<{ readonly id: string } | null> {
  const address = `/api/v1/boards/default/tasks${path}`;
  const answer = await fetch(address, { method, body: JSON.stringify(body) });
  const { data } = (await answer.json()) as { data?: { id: string; card?: { id: string } } };
  return data?.card ?? data ?? null;
}

const titles = ["alpha", "Zoo", "Äpfel", "äther", "é", "ﬀ"];
async function moveOne(id: string): Promise<void> {
  const moves: (() => Promise<unknown>)[] = [
    () => change("PATCH", `/${id}`, { priority: random.pick([0, 1, 2, 3]) }),
    () => change("PATCH", `/${id}`, { title: random.pick(titles) }),
    () => change("POST", `/${id}/archive`, {}),
    () => change("POST", `/${id}/assign`, { assignee: "bob" }),
    () => change("DELETE", `/${id}`, {}),
    () => change("POST", `/${id}/complete`, { summary: "done" }),
    async () => {
      await change("POST", `/${id}/block`, { reason: "no key" });
      const card = await change("POST", `/${id}/unblock`, {});
      if (card !== null) page.put({ ...card, board: "default" });
    },
  ];
  await random.pick(moves)();
}

/** Also of those that the page has not loaded. */
async function allReady(): Promise<readonly string[]> {
  const fresh = await loadAfresh();
  await fresh.loadMore("ready");
  fresh.close();
  return fresh.column("ready").value.ids;
}

/** A line for each column that is not as a page shows it that is loaded now. */
async function differences(page: Cards): Promise<string[]> {
  const fresh = await loadAfresh();
  fresh.close();
  for (const { id } of columns)
    while (fresh.column(id).value.cursor !== null && isShorter(fresh, page, id)) await fresh.loadMore(id);
  return columns.flatMap(({ id }) => {
    const [{ ids, total, cursor }, now] = [page.column(id).value, fresh.column(id).value];
    const isWhole = ids.length === now.total || (cursor !== null && ids.length > 0);
    const isSame = ids.join() === now.ids.slice(0, ids.length).join();
    return isWhole && isSame && total === now.total
      ? []
      : [`${id}: ${ids.length} of ${total}, not ${now.total}${isSame ? "" : ", in another order"}`];
  });
}

function isShorter(one: Cards, other: Cards, id: string): boolean {
  return one.column(id).value.ids.length < other.column(id).value.ids.length;
}

async function compare(page: Cards, when: string): Promise<void> {
  let found: string[] = [];
  try {
    await eventually(when, async () => {
      found = await differences(page);
      return found.length === 0;
    });
  } catch {
    console.log(`${when}: ${found.join("; ")}`);
    process.exit(1);
  }
}

const readyOf = (cards: Cards) => cards.column("ready").value.ids;
const page = await loadAfresh();

const other = await loadAfresh();
const last = readyOf(other).at(-1) ?? "";
await change("POST", `/${last}/block`, { reason: "no key" });
await eventually("it is blocked", () => other.column("blocked").value.ids.includes(last));
await change("POST", `/${last}/unblock`, {});
await eventually("it is no longer", () => other.column("blocked").value.ids.length === 0);
await other.loadMore("ready");
await compare(other, "after the last one that was loaded has come back");

// Both are promoted in one step.
const parent = await change("POST", "", { title: "parent" });
const children = [
  ["ä", 1],
  ["ﬀ", 3],
] as const;
for (const [title, priority] of children)
  await change("POST", "", { title, priority, parents: [parent?.id] });
await change("POST", `/${parent?.id}/complete`, { summary: "done" });
await compare(other, "after two changed at once");
other.close();

for (let round = 1; round <= 12; round++) {
  const tasks = await allReady();
  const chosen = new Set(Array.from({ length: 4 }, () => random.pick(tasks)));
  await Promise.all([...chosen].map(moveOne));
  await compare(page, `in round ${round}`);
}

for (const id of readyOf(page)) await change("POST", `/${id}/archive`, {});
await compare(page, "when all that was loaded has gone");
process.exit(0);
