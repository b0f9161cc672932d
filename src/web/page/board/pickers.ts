import { change, move } from "../store/act.ts";
import { boardPath, call, describe } from "../store/api.ts";
import { askText } from "../store/ask.ts";
import { readableBoards } from "../store/boards.ts";
import { sorts } from "../store/columns.ts";
import { board, filter, isJoint } from "../store/current.ts";
import { setQuery } from "../store/location.ts";
import { type MenuItem, openMenu } from "../store/menu.ts";
import { toast } from "../store/toasts.ts";
import type { Card } from "../store/wire.ts";

interface Names {
  readonly profiles: readonly string[];
  readonly assignees: readonly string[];
  readonly tenants: readonly string[];
}

/** No menu shows more names than this; others can be typed. */
const shownMax = 40;

/** The tenants of the tasks of these boards. */
async function readNames(boards: readonly string[]): Promise<Names> {
  const all = await Promise.all(
    boards.map(async (slug) => {
      const [{ profiles }, stats] = await Promise.all([
        call<{ profiles: readonly { name: string }[] }>("GET", boardPath(slug, "profiles")),
        call<{ assignees: readonly { name: string }[]; tenants: readonly string[] }>(
          "GET",
          boardPath(slug, "stats"),
        ),
      ]);
      return { profiles, ...stats };
    }),
  );
  const names = (of: readonly string[]) => [...new Set(of)].sort().slice(0, shownMax);
  return {
    profiles: names(all.flatMap(({ profiles }) => profiles.map(({ name }) => name))),
    assignees: names(all.flatMap(({ assignees }) => assignees.map(({ name }) => name))),
    tenants: names(all.flatMap(({ tenants }) => tenants)),
  };
}

/** Which tasks are shown, and in which order. */
export async function openFilter(at: Element): Promise<void> {
  const names = await tryNames(isJoint.peek() ? readableBoards() : [board.peek() ?? ""]);
  const { assignee, tenant, sort } = filter.peek();
  const choice = (
    heading: string,
    title: string,
    isChosen: boolean,
    query: Record<string, string | null>,
  ) => ({
    ...{ heading, title, isChosen, run: () => setQuery(query) },
  });
  // The chosen one is listed even when no task has it now.
  const withChosen = (known: readonly string[], chosen: string | null) =>
    chosen === null || chosen === "" || known.includes(chosen) ? known : [chosen, ...known];
  openMenu(
    "Filter and order",
    [
      choice("Assignee", "Anyone", assignee === null, { assignee: null }),
      choice("Assignee", "No one", assignee === "", { assignee: "" }),
      ...withChosen(names.assignees, assignee).map((name) =>
        choice("Assignee", name, assignee === name, { assignee: name }),
      ),
      ...(names.tenants.length === 0 && tenant === null
        ? []
        : [
            choice("Tenant", "Any", tenant === null, { tenant: null }),
            ...withChosen(names.tenants, tenant).map((name) =>
              choice("Tenant", name, tenant === name, { tenant: name }),
            ),
          ]),
      ...sorts.map((name) =>
        choice("Order", orders[name], sort === name, { sort: name === "priority" ? null : name }),
      ),
    ],
    at,
  );
}

const orders = {
  priority: "Order of work",
  newest: "Newest first",
  created: "Oldest first",
  updated: "Changed last",
  title: "By title",
} as const satisfies Readonly<Record<(typeof sorts)[number], string>>;

/** Assigns these tasks. */
export async function openAssign(tasks: readonly Card[], at: Element): Promise<void> {
  const names = await tryNames(boardsOf(tasks));
  const of = shared(tasks, ({ assignee }) => assignee);
  const others = names.assignees.filter((name) => !names.profiles.includes(name));
  const item =
    (heading: string) =>
    (name: string): MenuItem => ({
      ...{
        heading,
        title: name,
        isChosen: of === name,
        run: () => void move(tasks, "assign", { assignee: name }),
      },
    });
  openMenu(
    "Assign",
    [
      ...names.profiles.map(item("Profiles")),
      ...others.map(item("Others")),
      {
        ...{ title: "No one", isFirst: true, isChosen: of === null },
        run: () => void move(tasks, "assign", { assignee: null }),
      },
      { title: "Another name…", run: () => void move(tasks, "assign") },
    ],
    at,
  );
}

/** Sets the tenant of these tasks. */
export async function openTenants(tasks: readonly Card[], at: Element): Promise<void> {
  const names = await tryNames(boardsOf(tasks));
  const of = shared(tasks, ({ tenant }) => tenant);
  const set = (tenant: string | null) =>
    void change(tasks, tenant === null ? "of no tenant" : `of ${tenant}`, () => ({ tenant }));
  const another = async () => {
    const text = await askText({
      ...{ title: "Tenant", label: "For whom the work is done (empty: no one)", submit: "Set" },
      ...{ isOptional: true, isProfile: false, note: null },
    });
    if (text !== null) set(text === "" ? null : text);
  };
  openMenu(
    "Tenant",
    [
      ...names.tenants.map((title) => ({ title, isChosen: of === title, run: () => set(title) })),
      { title: "No tenant", isFirst: true, isChosen: of === null, run: () => set(null) },
      { title: "Another name…", run: () => void another() },
    ],
    at,
  );
}

/** The value that all of them share; undefined where they differ. */
function shared<Value>(tasks: readonly Card[], read: (card: Card) => Value): Value | undefined {
  const values = new Set(tasks.map(read));
  return values.size === 1 ? [...values][0] : undefined;
}

function boardsOf(tasks: readonly Card[]): readonly string[] {
  return [...new Set(tasks.map((card) => card.board))];
}

/** A menu works without suggestions. */
async function tryNames(boards: readonly string[]): Promise<Names> {
  try {
    return await readNames(boards);
  } catch (error) {
    toast("No names are known just now", { isBad: true, lines: [describe(error)] });
    return { profiles: [], assignees: [], tenants: [] };
  }
}
