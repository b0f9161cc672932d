import { change, move } from "../store/act.ts";
import { addressOf, go } from "../store/location.ts";
import type { MenuItem } from "../store/menu.ts";
import { isReader } from "../store/session.ts";
import { isPossible, type VerbName, verbs } from "../store/verbs.ts";
import type { Card } from "../store/wire.ts";

/** The keys of the moves, as the board has them. */
const moveKeys: Readonly<Partial<Record<VerbName, string>>> = {
  assign: "a",
  block: "b",
  complete: "d",
  approve: "d",
  promote: "r",
  unblock: "r",
  retry: "r",
  reclaim: "r",
  "request-changes": "r",
  "request-review": "v",
  schedule: "s",
  archive: "Del",
};

/** The menu of these tasks. A move that fits only some of them says so afterwards. */
export function taskMenu(tasks: readonly Card[]): MenuItem[] {
  const [first] = tasks;
  if (first === undefined) return [];
  const open: MenuItem[] =
    tasks.length === 1
      ? [{ title: "Open", key: "⏎", run: () => go(addressOf(first.board, `/t/${first.id}`)) }]
      : [];
  if (isReader()) return open;
  const moves = verbs.filter((verb) => tasks.some((card) => isPossible(verb, card)));
  return [
    ...open,
    ...moves.map(
      (verb, at): MenuItem => ({
        title: verb.title,
        ...(moveKeys[verb.name] === undefined ? {} : { key: moveKeys[verb.name] as string }),
        isFirst: at === 0,
        isDangerous: verb.name === "cancel",
        ...(verb.name !== "unblock" || first.question === null || tasks.length > 1
          ? {}
          : { reason: "It asks a question: answer it." }),
        run: () => (verb.name === "assign" ? pick("openAssign", tasks) : void move(tasks, verb.name)),
      }),
    ),
    { title: "Tenant…", run: () => pick("openTenants", tasks) },
    { title: "Higher priority", key: "+", isFirst: true, run: () => void changePriority(tasks, 1) },
    { title: "Lower priority", key: "-", run: () => void changePriority(tasks, -1) },
  ];
}

/** Opens a menu of names, where the focus is. */
export function pick(
  name: "openAssign" | "openTenants",
  tasks: readonly Card[],
  at: Element = document.activeElement ?? document.body,
): void {
  void import("./pickers.ts").then((pickers) => pickers[name](tasks, at));
}

export function changePriority(tasks: readonly Card[], by: number): Promise<void> {
  return change(tasks, `priority ${by > 0 ? "raised" : "lowered"}`, ({ priority }) => ({
    priority: priority + by,
  }));
}
