import { ApiError, boardPath, call, describe } from "./api.ts";
import { askText, confirm } from "./ask.ts";
import { cards, selected } from "./current.ts";
import { toast } from "./toasts.ts";
import { undo } from "./undo.ts";
import { type Verb, type VerbName, verbOf } from "./verbs.ts";
import type { Card, CardData, TaskPage } from "./wire.ts";

type Body = Readonly<Record<string, unknown>>;

const atOnce = 4;

/** Moves these tasks after asking for the text that the move needs, then says what happened and offers to undo it. */
export async function move(tasks: readonly Card[], name: VerbName, given?: Body): Promise<void> {
  const verb = verbOf(name);
  const body = given ?? (await prepare(tasks, verb));
  if (body !== null) await doToAll(tasks, verb.done, (card) => moveOne(card, name, body), undoOf(name, body));
}

/** Edits these tasks: `patchOf` returns the new fields of each. */
export async function change(
  tasks: readonly Card[],
  word: string,
  patchOf: (card: Card) => Body,
): Promise<void> {
  const edit = (card: Card, patch: Body) =>
    callFor(card, "PATCH", boardPath(card.board, "tasks", card.id), {
      ...patch,
      expected_revision: card.revision,
    });
  await doToAll(
    tasks,
    word,
    (card) => edit(card, patchOf(card)),
    (before, after) => {
      const old = Object.keys(patchOf(before)).map((key) => [key, before[key as keyof Card]]);
      return () => edit(after, Object.fromEntries(old));
    },
  );
}

/** One move of the card as it is shown: refused when the task has changed since. @throws {ApiError} */
export async function moveOne(card: Card, name: VerbName | "answer", body: Body): Promise<Card> {
  const { force, ...rest } = body;
  const { card: moved } = await call<{ card: CardData }>(
    "POST",
    boardPath(card.board, "tasks", card.id, name),
    {
      ...rest,
      ...(force === true && card.status === "running" ? { force } : {}),
      expected_revision: card.revision,
    },
  );
  return { ...moved, board: card.board };
}

async function callFor({ board }: Card, method: string, path: string, body: Body): Promise<Card> {
  return { ...(await call<CardData>(method, path, body)), board };
}

/** After a refusal because the task has changed, shows it as it is now. */
export async function explainFailure(error: unknown, { board, id }: Card): Promise<string> {
  if (!(error instanceof ApiError) || error.kind !== "conflict") return describe(error);
  const page = await call<TaskPage>("GET", `${boardPath(board, "tasks")}?id=${id}`);
  for (const card of page.tasks) cards.peek()?.put({ ...card, board });
  return "it has changed since it was shown here: nothing was done, and this is how it is now";
}

/** null: the person cancelled. */
async function prepare(tasks: readonly Card[], verb: Verb): Promise<Body | null> {
  const what = tasks.length === 1 ? (tasks[0]?.title ?? "") : `${tasks.length} tasks`;
  const running = tasks.filter(({ status }) => status === "running").length;
  const isStopping = verb.stops === true && running > 0;
  const force = isStopping ? { force: true } : {};
  if (verb.asks !== undefined) {
    const { field, label, isOptional } = verb.asks;
    const text = await askText({
      title: `${verb.title.replace("…", "")}: ${what}`,
      label,
      submit: verb.title.replace("…", ""),
      isOptional: isOptional ?? false,
      isProfile: field === "assignee",
      note: isStopping ? "Its worker is stopped." : null,
    });
    return text === null ? null : { [field]: text === "" ? null : text, ...force };
  }
  if ((isStopping || verb.name === "cancel") && !(await confirm(verb, what, isStopping))) return null;
  return force;
}

type Undo = (before: Card, after: Card) => (() => Promise<Card>) | null;

async function doToAll(
  tasks: readonly Card[],
  word: string,
  act: (card: Card) => Promise<Card>,
  undoOne: Undo,
): Promise<void> {
  const backs: (() => Promise<Card>)[] = [];
  const failures: string[] = [];
  const failed = new Set<string>();
  const queue = tasks.values();
  const take = async () => {
    for (const card of queue) {
      try {
        const after = await act(card);
        cards.peek()?.put(after);
        const back = undoOne(card, after);
        if (back !== null) backs.push(back);
      } catch (error) {
        failed.add(cards.peek()?.keyOf(card) ?? card.id);
        failures.push(`${card.id} ${card.title}: ${await explainFailure(error, card)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, tasks.length) }, take));
  if (tasks.length > 1) selected.value = failed;
  say(tasks, word, failures, backs);
}

function say(
  tasks: readonly Card[],
  word: string,
  failures: readonly string[],
  backs: readonly (() => Promise<Card>)[],
): void {
  const done = tasks.length - failures.length;
  const what = tasks.length === 1 ? (tasks[0]?.title ?? "") : `${done} tasks`;
  const takeBack = backs.length === 0 ? null : () => void takeAllBack(backs);
  undo.value = takeBack;
  const action = takeBack === null ? null : { title: "Undo", run: takeBack };
  if (failures.length === 0) toast(`${what}: ${word}`, { action });
  else {
    const text = tasks.length === 1 ? `Not ${word}` : `${done} of ${tasks.length} ${word}; these are not:`;
    toast(text, { isBad: true, lines: failures, action });
  }
}

async function takeAllBack(backs: readonly (() => Promise<Card>)[]): Promise<void> {
  undo.value = null;
  const failures: string[] = [];
  for (const back of backs) {
    try {
      cards.peek()?.put(await back());
    } catch (error) {
      failures.push(describe(error));
    }
  }
  if (failures.length === 0) toast(backs.length === 1 ? "Taken back" : `${backs.length} taken back`);
  else toast("Not taken back", { isBad: true, lines: failures });
}

/** The move that undoes a move, where that leaves the task as it was. */
function undoOf(name: VerbName, body: Body): Undo {
  return (before, after) => {
    const wasRunning = before.status === "running";
    const by =
      (verb: VerbName, how: Body = {}) =>
      () =>
        moveOne(after, verb, how);
    if (wasRunning) return null;
    switch (name) {
      case "archive":
        return by("restore");
      case "restore":
        return by("archive");
      case "assign":
        return by("assign", { assignee: before.assignee });
      case "block":
        return before.status === "ready" ? by("unblock") : null;
      case "unblock":
        return before.consecutive_failures === 0
          ? by("block", { reason: String(body.reason ?? "blocked again") })
          : null;
      case "schedule":
        return before.status === "ready" ? by("promote") : null;
      case "promote":
        return before.status === "scheduled" ? by("schedule", { at_ms: before.due_at_ms }) : null;
      case "complete":
        return before.status === "ready" && before.children === 0 ? by("retry") : null;
      default:
        return null;
    }
  };
}
