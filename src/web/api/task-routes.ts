import { renderContext } from "../../board/context.ts";
import { partCharsMax } from "../../board/cut-text.ts";
import { BoardError } from "../../board/error.ts";
import { taskStatuses } from "../../board/task.ts";
import { counts, list, object, oneOf, record, ref, text, textOrNull } from "../../home/schema/json-schema.ts";
import type { Session } from "../../home/session/session.ts";
import { decodeCursor, encodeCursor } from "../../home/tasks/card-cursor.ts";
import { explainTask } from "../../home/tasks/explain.ts";
import type { CardFilter } from "../../store/filters.ts";
import { camelKeys } from "./camel-keys.ts";
import { requireCard } from "./require-card.ts";
import { type Route, route } from "./route.ts";
import { newComment, newLink, newTask, taskPatch } from "./task-fields.ts";

const tasks = "/boards/{board}/tasks";
const one = `${tasks}/{task}` as const;

const listQuery = object({
  status: { type: "array", items: oneOf(taskStatuses), description: "default: all but archived" },
  assignee: { type: "string", description: "empty: without an assignee" },
  tenant: text,
  parent_id: { type: "string", description: "only what waits for this task" },
  q: { type: "string", maxLength: 500, description: "in title, id, body or comments" },
  id: { type: "array", items: text, maxItems: 500, description: "only these tasks" },
  sort: {
    ...oneOf(["priority", "created", "newest", "updated", "completed", "title"]),
    description: "default: priority, which is the order of work",
  },
  limit: { type: "integer", minimum: 1, maximum: 1_000, description: "default 100" },
  cursor: { type: "string", description: "next_cursor of the page before, with the same filter" },
});

/** How many one request may ask for. */
const idsMax = 200;

export const taskRoutes: readonly Route[] = [
  route(`GET ${tasks}`, {
    summary: "cards, page by page",
    query: listQuery,
    answer: record({
      tasks: list(ref("Card")),
      next_cursor: { ...textOrNull, description: "null: these are the last" },
      by_status: { ...counts, description: "under the same filter, whatever status it asks for" },
      last_event_id: { type: "integer", description: "follow the events from here on" },
    }),
    async handle({ web, params, query }) {
      await using session = await web.read(params.board ?? "");
      const { store } = session;
      const filter: CardFilter = {
        statuses: query.status,
        ids: query.id,
        assignee: query.assignee === "" ? null : query.assignee,
        tenant: query.tenant,
        parentId: query.parent_id === undefined ? undefined : await session.taskId(query.parent_id),
        text: query.q,
        sort: query.sort,
        limit: query.limit ?? 100,
        after: decodeCursor(query.cursor),
      };
      // Asked first: what is written in between is told once more, not missed.
      const lastEventId = await store.getLastEventId();
      const { cards, next } = await store.listCards(filter);
      const byStatus = await store.countCards(filter);
      return { tasks: cards, nextCursor: encodeCursor(next), byStatus, lastEventId };
    },
  }),
  route(`POST ${tasks}`, {
    summary: "make a task",
    body: newTask,
    answer: ref("Card"),
    status: 201,
    async handle({ web, params, body }) {
      const { kanbun } = web.board(params.board ?? "");
      const { blocked, ...given } = camelKeys(body);
      const task = await kanbun.tasks.create({
        ...given,
        ...(blocked == null ? {} : { blocked }),
      });
      return requireCard(web, params, task.id);
    },
  }),
  route(`GET ${tasks.replace("tasks", "holds") as "/"}`, {
    summary: "why tasks are not running, or are",
    query: object({ task_id: { type: "array", items: text, maxItems: idsMax } }, ["task_id"]),
    answer: record({ holds: { type: "object", additionalProperties: ref("Hold") } }),
    async handle({ web, params, query }) {
      const { kanbun } = web.board(params.board ?? "");
      return { holds: Object.fromEntries(await kanbun.tasks.explainAll(query.task_id)) };
    },
  }),
  route(`GET ${one}`, {
    summary: "one task whole; texts of runs and comments are cut after 4,000 characters unless whole",
    query: object({ whole: { type: "boolean" } }),
    answer: ref("WholeTask"),
    async handle({ web, params, query }) {
      await using session = await openAsReader(web.board(params.board ?? "").home);
      const id = await session.taskId(params.task);
      const dossier = await session.store.requireDossier(id, query.whole ? {} : { charsMax: partCharsMax });
      const hold = await explainTask(session, id);
      return { card: await requireCard(web, params, id), hold, ...dossier };
    },
  }),
  route(`PATCH ${one}`, {
    summary: "change a task",
    body: taskPatch,
    answer: ref("Card"),
    async handle({ web, params, body }) {
      const { kanbun } = web.board(params.board ?? "");
      const { expectedRevision: revision, expectedRunId: runId, ...patch } = camelKeys(body);
      if (Object.keys(patch).length === 0)
        throw new BoardError("usage", "nothing is to be changed", { hint: "give a field, such as title" });
      const task = await kanbun.tasks.edit(params.task ?? "", patch, { revision, runId });
      return requireCard(web, params, task.id);
    },
  }),
  route(`GET ${one}/hold`, {
    summary: "why it is not running, or is",
    answer: ref("Hold"),
    handle: ({ web, params }) => web.board(params.board ?? "").kanbun.tasks.explain(params.task ?? ""),
  }),
  route(`GET ${one}/context`, {
    summary: "the prompt that a worker gets",
    answer: record({ task_id: text, context: text }),
    async handle({ web, params }) {
      await using session = await web.read(params.board ?? "");
      const id = await session.taskId(params.task);
      const dossier = await session.store.requireDossier(id, { charsMax: partCharsMax });
      return { taskId: id, context: renderContext(dossier, Date.now(), `kanbun show ${id} --json`) };
    },
  }),
  route(`POST ${one}/comments`, {
    summary: "comment on a task",
    body: newComment,
    answer: ref("Comment"),
    status: 201,
    handle: ({ web, params, body }) =>
      web.board(params.board ?? "").kanbun.tasks.comment(params.task ?? "", body.body),
  }),
  route(`POST ${one}/parents`, {
    summary: "make it wait for another task",
    body: newLink,
    answer: ref("Card"),
    async handle({ web, params, body }) {
      const link = { parentId: body.parent_id, childId: params.task ?? "" };
      const task = await web.board(params.board ?? "").kanbun.tasks.link(link);
      return requireCard(web, params, task.id);
    },
  }),
  route(`DELETE ${one}/parents/{parent}`, {
    summary: "stop it waiting for another task",
    answer: ref("Card"),
    async handle({ web, params }) {
      const link = { parentId: params.parent ?? "", childId: params.task ?? "" };
      const task = await web.board(params.board ?? "").kanbun.tasks.unlink(link);
      return requireCard(web, params, task.id);
    },
  }),
];

/** As the person named in the history: some holds depend on the reader. */
function openAsReader(home: {
  open(mode: "read", slug: undefined, how: { asActor: true }): Promise<Session>;
}) {
  return home.open("read", undefined, { asActor: true });
}
