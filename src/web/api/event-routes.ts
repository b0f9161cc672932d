import { partCharsMax } from "../../board/cut-text.ts";
import { list, object, record, ref, text, whole } from "../../home/schema/json-schema.ts";
import { eventStream } from "../live/event-stream.ts";
import { type Route, route } from "./route.ts";

const at = "/boards/{board}/events";
const query = {
  task_id: { ...text, description: "only of this task" },
  after: { type: "integer", minimum: 0, description: "behind this event; 0: from the beginning" },
} as const;

export const eventRoutes: readonly Route[] = [
  route(`GET ${at}`, {
    summary: "what has happened, oldest first; without `after` the newest",
    query: object({
      ...query,
      limit: { type: "integer", minimum: 1, maximum: 1_000, description: "default 100" },
    }),
    answer: record({ events: list(ref("Event")), last_event_id: whole }),
    async handle({ web, params, query: { task_id, after, limit = 100 } }) {
      await using session = await web.read(params.board ?? "");
      const { store } = session;
      const lastEventId = await store.getLastEventId();
      const events = await store.listEvents({
        limit,
        charsMax: partCharsMax,
        ...(after === undefined ? {} : { afterId: after }),
        ...(task_id === undefined ? {} : { taskId: await session.taskId(task_id) }),
      });
      return { events, lastEventId };
    },
  }),
  route(`GET ${at}/stream`, {
    summary:
      "what happens, as server-sent events; Last-Event-ID, or `after`, says where to begin; default: now",
    query: object(query),
    answer: "text/event-stream",
    async handle({ web, feeds, request, params, query: { task_id, after } }) {
      const { board = "" } = params;
      const feed = feeds.of(board);
      await using session = await web.read(board);
      const last = request.headers.get("last-event-id");
      const from =
        (last !== null && /^\d{1,15}$/.test(last) ? Number(last) : after) ??
        (await session.store.getLastEventId());
      const id = task_id === undefined ? undefined : await session.taskId(task_id);
      return new Response(eventStream(feed, from, id), {
        headers: { "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no" },
      });
    },
  }),
];
