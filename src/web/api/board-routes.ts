import { listProfiles, resumeProfile } from "../../home/profiles/profiles.ts";
import {
  flag,
  instantOrNull,
  list,
  object,
  record,
  ref,
  text,
  textOrNull,
} from "../../home/schema/json-schema.ts";
import { systemClock } from "../../home/session/system-clock.ts";
import { type Route, route } from "./route.ts";

const board = "/boards/{board}";

export const boardRoutes: readonly Route[] = [
  route("GET /boards", {
    summary: "the boards of the home",
    answer: record({ boards: list(ref("Board")) }),
    handle: async ({ web }) => ({ boards: await web.current.kanbun.boards.list() }),
  }),
  route("POST /boards", {
    summary: "make a board",
    body: object({ slug: text, name: text, description: text, icon: text, color: text }, ["slug"]),
    answer: ref("Board"),
    status: 201,
    async handle({ web, body: { slug, ...fields } }) {
      const { boards } = web.current.kanbun;
      const made = await boards.create(slug, fields as object);
      return (await boards.list()).find((one) => one.slug === made.slug);
    },
  }),
  route(`PATCH ${board}`, {
    summary: "give a board another name",
    body: object({ name: text }, ["name"]),
    answer: ref("Board"),
    async handle({ web, params, body }) {
      const { boards } = web.current.kanbun;
      const { slug } = await boards.rename(params.board ?? "", body.name);
      return (await boards.list()).find((one) => one.slug === slug);
    },
  }),
  route(`GET ${board}/status`, {
    summary: "the board and its dispatcher",
    answer: ref("Status"),
    async handle({ web, params }) {
      const { kanbun } = web.board(params.board ?? "");
      const lastEventId = await kanbun.lastEventId();
      return { ...(await kanbun.status()), lastEventId };
    },
  }),
  route(`GET ${board}/stats`, {
    summary: "counts of tasks, runs and events, and the names that tasks are filtered by",
    answer: ref("Stats"),
    async handle({ web, params }) {
      await using session = await web.read(params.board ?? "");
      const { store } = session;
      return {
        ...(await store.getCounts()),
        assignees: await store.listAssignees(),
        tenants: await store.listTenants(),
      };
    },
  }),
  route(`GET ${board}/profiles`, {
    summary: "the ways to run a worker",
    answer: record({ config: textOrNull, profiles: list(ref("Profile")) }),
    handle: ({ web, params }) => listProfiles(web.board(params.board ?? "").home),
  }),
  route(`POST ${board}/profiles/{profile}/resume`, {
    summary: "let a rate-limited profile go on, on all boards",
    answer: record({ boards: list(text), notes: list(text) }),
    handle: ({ web, params }) => resumeProfile(web.board(params.board ?? "").home, params.profile ?? ""),
  }),
  route(`POST ${board}/pause`, {
    summary: "start nothing new on the board; running workers go on",
    body: object({
      reason: text,
      for_ms: { type: "integer", minimum: 1, description: "resume automatically after this long" },
    }),
    answer: record({ board: text, until_at_ms: instantOrNull }),
    async handle({ web, params, body: { reason, for_ms } }) {
      await using session = await web.board(params.board ?? "").home.open("write");
      const untilAtMs = for_ms === undefined ? null : systemClock.nowMs() + for_ms;
      await session.store.pause({ scope: "board", untilAtMs, reason: reason ?? `paused by ${web.actor}` });
      return { board: session.place.board, untilAtMs };
    },
  }),
  route(`POST ${board}/resume`, {
    summary: "let a paused board start tasks again",
    answer: record({ board: text, resumed: flag }),
    async handle({ web, params }) {
      await using session = await web.board(params.board ?? "").home.open("write");
      return { board: session.place.board, resumed: await session.store.resume("board") };
    },
  }),
  route(`POST ${board}/dispatch`, {
    summary: "one tick: record ended runs, start ready tasks",
    body: object({
      max: { type: "integer", minimum: 0, description: "start at most so many; 0 only records ended runs" },
    }),
    answer: ref("Ticks"),
    async handle({ web, ticks, params, body: { max } }) {
      const report = await web.board(params.board ?? "").kanbun.dispatch(max === undefined ? {} : { max });
      for (const tick of report.boards) ticks.note(tick);
      return report;
    },
  }),
];
