import { jsonLine } from "../../home/json-document.ts";
import {
  type Infer,
  instant,
  list,
  object,
  oneOf,
  record,
  ref,
  text,
  whole,
  wholeOrNull,
} from "../../home/schema/json-schema.ts";
import type { FeedBatch } from "./board-feed.ts";

/** What a tab may say. */
export const clientMessages = {
  follow: object(
    {
      type: oneOf(["follow"]),
      board: text,
      after: {
        type: "integer",
        minimum: 0,
        description: "the last event that was seen; default: from now on",
      },
    },
    ["type", "board"],
  ),
  unfollow: object({ type: oneOf(["unfollow"]), board: text }, ["type", "board"]),
  log: object(
    {
      type: oneOf(["log"]),
      id: { type: "string", maxLength: 100, description: "the tab's own name for this log, in every answer" },
      board: text,
      task_id: text,
      run_id: { type: "integer", description: "default: the task's last run" },
      offset: {
        type: "integer",
        description: "in bytes; negative: so many before the end, from the start of a line",
      },
    },
    ["type", "id", "board", "task_id"],
  ),
  unlog: object({ type: oneOf(["unlog"]), id: text }, ["type", "id"]),
  ping: object({ type: oneOf(["ping"]) }, ["type"]),
} as const;

export type ClientMessage = {
  [Name in keyof typeof clientMessages]: Infer<(typeof clientMessages)[Name]>;
}[keyof typeof clientMessages];

const failure = ref("Failure");

/** What the server says. */
export const serverMessages = {
  hello: record({ type: text, access: oneOf(["full", "read"]), version: text, at_ms: instant }),
  following: record({ type: text, board: text, after: whole }),
  events: record({
    type: text,
    board: text,
    after: whole,
    last_id: { type: "integer", description: "what to follow from after a break" },
    events: list(ref("Event")),
    cards: list(ref("Card"), "the tasks of these events, as they are now"),
  }),
  reset: record({
    type: text,
    board: text,
    last_id: { type: "integer", description: "another board, or an older state of it: load it anew" },
  }),
  trouble: record({ type: text, board: text, error: failure }),
  log: record({
    type: text,
    id: text,
    run_id: whole,
    offset: whole,
    next_offset: whole,
    size_bytes: whole,
    text,
  }),
  log_cut: record({
    type: text,
    id: text,
    run_id: {
      type: "integer",
      description: "the file has become shorter: it is told anew from its beginning",
    },
  }),
  log_end: record({ type: text, id: text, run_id: wholeOrNull }),
  error: record({
    type: text,
    about: { type: "string", description: "the type of the message that failed" },
    id: { type: ["string", "null"] },
    error: failure,
  }),
  pong: record({ type: text, at_ms: instant }),
} as const;

const texts = new WeakMap<FeedBatch, string>();

/** Serialized once for all receivers. */
export function batchText(batch: FeedBatch): string {
  const known = texts.get(batch);
  if (known !== undefined) return known;
  const made = jsonLine({ type: "events", ...batch });
  texts.set(batch, made);
  return made;
}
