import { blockKinds } from "../../board/task.ts";
import {
  flag,
  type Infer,
  instantOrNull,
  type JsonSchema,
  list,
  object,
  oneOf,
  orNull,
  record,
  ref,
  text,
  textOrNull,
} from "../../home/schema/json-schema.ts";
import type { Moved } from "../../home/tasks/move.ts";
import type { Moves } from "../../home/tasks/moves.ts";
import { requireCard } from "./require-card.ts";
import { type Route, route } from "./route.ts";
import { expectation } from "./task-fields.ts";

const force = { ...flag, description: "even if it is running, or another has claimed it" } as const;
const verdict = {
  summary: textOrNull,
  result: textOrNull,
  metadata: orNull({ type: "object" } as const),
} as const;

/** A move of a task, by the verb that a person types. */
function move<
  const Fields extends Readonly<Record<string, JsonSchema>>,
  const Name extends keyof Fields & string = never,
>(
  verb: string,
  summary: string,
  { fields, required }: { readonly fields: Fields; readonly required?: readonly Name[] },
  make: (moves: Moves, task: string, given: Infer<ReturnType<typeof object<Fields, Name>>>) => Promise<Moved>,
): Route {
  const body = object({ ...fields, ...expectation }, required);
  return route(`POST /boards/{board}/tasks/{task}/${verb}`, {
    summary,
    body: body as JsonSchema,
    answer: ref("Moved"),
    async handle({ web, params, body: given }) {
      const { expected_revision: revision, expected_run_id: runId } = given as Infer<
        ReturnType<typeof object<typeof expectation>>
      >;
      const moves = web.board(params.board ?? "").kanbun.moves.asSeen({ revision, runId });
      const { task, worker, notes } = await make(moves, params.task ?? "", given as never);
      return { card: await requireCard(web, params, task.id), worker, notes };
    },
  });
}

/** A verdict as the store takes it: of what was sent no more than that. */
function verdictOf({ summary, result, metadata }: Infer<ReturnType<typeof object<typeof verdict>>>) {
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(result === undefined ? {} : { result }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

export const moveRoutes: readonly Route[] = [
  route("DELETE /boards/{board}/tasks/{task}", {
    summary: "delete it for good, with its comments, runs, logs and attachments",
    answer: record({ task: ref("Task"), notes: list(text) }),
    async handle({ web, params }) {
      const { task, notes } = await web.board(params.board ?? "").kanbun.moves.delete(params.task);
      return { task, notes };
    },
  }),
  move(
    "complete",
    "it is done: what waits for it goes on",
    { fields: { ...verdict, force } },
    (moves, task, given) => moves.complete(task, verdictOf(given), given),
  ),
  move(
    "block",
    "block it until a person unblocks it",
    { fields: { reason: text, kind: oneOf(blockKinds), force }, required: ["reason"] },
    (moves, task, { reason, ...how }) => moves.block(task, reason, how),
  ),
  move("unblock", "a blocked task becomes ready again", { fields: {} }, (moves, task) => moves.unblock(task)),
  move("promote", "a waiting task becomes ready", { fields: { force } }, (moves, task, how) =>
    moves.promote(task, how),
  ),
  move(
    "schedule",
    "put it off until a time, or without one until it is promoted",
    { fields: { at_ms: instantOrNull, reason: textOrNull, force } },
    (moves, task, { at_ms, ...how }) => moves.schedule(task, { atMs: at_ms, ...how }),
  ),
  move(
    "cancel",
    "give it up for good",
    { fields: { reason: textOrNull, force } },
    (moves, task, { reason, force }) => moves.cancel(task, reason ?? null, { force }),
  ),
  move("archive", "hide it from lists", { fields: { force } }, (moves, task, how) =>
    moves.archive(task, how),
  ),
  move(
    "retry",
    "do it again: one that failed at once, one that is over from the start",
    { fields: { from_here: { ...flag, description: "also what hangs below it" }, force } },
    (moves, task, { from_here, force }) => moves.retry(task, { fromHere: from_here, force }),
  ),
  move("restore", "bring it back out of the archive", { fields: {} }, (moves, task) => moves.restore(task)),
  move(
    "reclaim",
    "take it back from its worker, which is stopped",
    {
      fields: {
        reason: textOrNull,
        dead: { ...flag, description: "at once: you know that no process of it is left" },
        force,
      },
    },
    (moves, task, { reason, ...how }) => moves.reclaim(task, reason ?? null, how),
  ),
  move(
    "assign",
    "assign it to a profile, or to none",
    { fields: { assignee: textOrNull, force }, required: ["assignee"] },
    (moves, task, { assignee, force }) => moves.assign(task, assignee, { force }),
  ),
  move(
    "answer",
    "answer what it asks",
    { fields: { answer: text }, required: ["answer"] },
    (moves, task, { answer }) => moves.answer(task, answer),
  ),
  move(
    "request-review",
    "hand it in for review, by a profile or by a person",
    { fields: { reviewer: textOrNull, summary: textOrNull, force } },
    (moves, task, { reviewer = null, summary = null, force }) =>
      moves.requestReview(task, { reviewer, summary }, { force }),
  ),
  move("approve", "accept it in review", { fields: { ...verdict, force } }, (moves, task, given) =>
    moves.approve(task, verdictOf(given), given),
  ),
  move(
    "request-changes",
    "send it in review back to its worker",
    { fields: { comment: text, force }, required: ["comment"] },
    (moves, task, { comment, force }) => moves.requestChanges(task, comment, { force }),
  ),
];
