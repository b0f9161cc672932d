import { partCharsMax } from "../../board/cut-text.ts";
import { BoardError } from "../../board/error.ts";
import { lastLineIn } from "../../home/overview/last-line.ts";
import { RunLog } from "../../home/runs/run-log.ts";
import { searchLog } from "../../home/runs/search-log.ts";
import { flag, list, object, record, ref, text, whole, wholeOrNull } from "../../home/schema/json-schema.ts";
import type { Session } from "../../home/session/session.ts";
import { followedAnswer, logAnswer } from "./log-answer.ts";
import { type Route, route } from "./route.ts";

const runs = "/boards/{board}/tasks/{task}/runs";
const log = `${runs}/{run}/log` as const;

/** More than a card has room for. */
const lineCharsMax = 500;
/** After this a search returns the offset to continue from, so that no request lasts longer. */
const searchMs = 1_000;
/** How many one request may ask for. */
const idsMax = 200;

export const runRoutes: readonly Route[] = [
  route("GET /boards/{board}/tails", {
    summary: "the last line that the last run of each task wrote; tasks without one are left out",
    query: object({ task_id: { type: "array", items: text, maxItems: idsMax } }, ["task_id"]),
    answer: record({
      tails: {
        type: "object",
        additionalProperties: record({ run_id: whole, line: text, size_bytes: whole }),
      },
    }),
    async handle({ web, params, query }) {
      await using session = await web.read(params.board ?? "");
      const tails: Record<string, unknown> = {};
      for (const id of query.task_id) {
        const tail = await tryTail(session, id);
        if (tail !== null) tails[id] = tail;
      }
      return { tails };
    },
  }),
  route(`GET ${runs}`, {
    summary: "the runs of a task, oldest first",
    answer: record({ runs: list(ref("Run")) }),
    async handle({ web, params }) {
      await using session = await web.read(params.board ?? "");
      const id = await session.taskId(params.task);
      await session.store.requireTask(id);
      return { runs: await session.store.listRuns(id, { charsMax: partCharsMax }) };
    },
  }),
  route(`GET ${log}`, {
    summary: "what a run wrote, as it is; `run` may be `last`; a Range of bytes gets that part",
    query: object({
      lines: { type: "integer", minimum: 1, description: "only the last so many" },
      follow: { ...flag, description: "until the run is over" },
    }),
    answer: "text/plain",
    async handle({ web, request, params, query }) {
      // What fails before an answer has begun closes the board too.
      await using opened = new AsyncDisposableStack();
      const found = await findLog(opened.use(await web.read(params.board ?? "")), params);
      return query.follow
        ? followedAnswer(found, opened, request, query.lines)
        : logAnswer(await found.fetched(), request, query.lines);
    },
  }),
  route(`GET ${log}/text`, {
    summary: "a part of what a run wrote as text: at most 64 KiB, cut where a character ends",
    query: object({
      offset: {
        type: "integer",
        description: "in bytes; negative: so many before the end, from the start of a line",
      },
    }),
    answer: record({
      run_id: wholeOrNull,
      offset: whole,
      next_offset: whole,
      size_bytes: whole,
      text,
      is_over: flag,
    }),
    async handle({ web, params, query: { offset = 0 } }) {
      await using session = await web.read(params.board ?? "");
      const found = await (await findLog(session, params)).fetched();
      const isOver = await found.isOver();
      using file = found.tryOpen();
      const runId = found.run?.id ?? null;
      if (file === null) return { runId, offset: 0, nextOffset: 0, sizeBytes: 0, text: "", isOver };
      const from = offset < 0 ? file.findTail(-offset) : offset;
      file.seek(from);
      const bytes = file.readCharacters(isOver) ?? new Uint8Array();
      const nextOffset = from + bytes.length;
      const sizeBytes = file.sizeBytes;
      return { runId, offset: from, nextOffset, sizeBytes, text: decoder.decode(bytes), isOver };
    },
  }),
  route(`GET ${log}/search`, {
    summary:
      "lines of a log in which words are, in either case of ASCII letters: as many as are found in a second, and where to go on",
    query: object(
      {
        q: { type: "string", minLength: 1, maxLength: 500 },
        offset: { type: "integer", minimum: 0, description: "begins there, in bytes; default: 0" },
        limit: { type: "integer", minimum: 1, maximum: 1_000, description: "default 100" },
      },
      ["q"],
    ),
    answer: record({
      run_id: wholeOrNull,
      matches: list(record({ offset: { ...whole, description: "of the words, in bytes" }, line: text })),
      next_offset: { ...wholeOrNull, description: "search on from there; null: all was searched" },
      size_bytes: whole,
    }),
    async handle({ web, request, params, query: { q, offset = 0, limit = 100 } }) {
      await using session = await web.read(params.board ?? "");
      const found = await (await findLog(session, params)).fetched();
      const runId = found.run?.id ?? null;
      using file = found.tryOpen();
      if (file === null) return { runId, matches: [], nextOffset: null, sizeBytes: 0 };
      const how = { offset, limit, budgetMs: searchMs, signal: request.signal };
      return { runId, ...(await searchLog(file, q, how)) };
    },
  }),
];

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

async function tryTail(session: Session, id: string) {
  try {
    const log = await RunLog.find(session, id);
    using file = log.tryOpen();
    if (file === null || log.run === null) return null;
    return { runId: log.run.id, line: lastLineIn(file).slice(0, lineCharsMax), sizeBytes: file.sizeBytes };
  } catch (error) {
    if (error instanceof BoardError) return null;
    throw error;
  }
}

/** @throws {BoardError} not_found, usage for what is no run */
async function findLog(
  session: Session,
  { task, run = "" }: Readonly<Record<string, string>>,
): Promise<RunLog> {
  if (run === "last") return RunLog.find(session, task);
  if (/^\d{1,15}$/.test(run)) return RunLog.find(session, task, Number(run));
  throw new BoardError("usage", `${JSON.stringify(run.slice(0, 40))} is no run`, {
    hint: "a number, or last",
  });
}
