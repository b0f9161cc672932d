import { signal } from "@preact/signals";
import { checkSession } from "./session.ts";
import type { BoardEvent, CardData } from "./wire.ts";

/** What happened on a board, and the tasks of these events as they are now. */
export interface Batch {
  readonly board: string;
  readonly last_id: number;
  readonly events: readonly BoardEvent[];
  readonly cards: readonly CardData[];
}

interface Follower {
  readonly board: string;
  after: number;
  readonly onBatch: (batch: Batch) => void;
  /** The board was replaced or restored from a backup: load it again. */
  readonly onReset: () => void;
}

/** A part of what a run writes; `text` null: nothing more will come. */
interface LogPart {
  readonly run_id: number | null;
  readonly offset: number;
  readonly next_offset: number;
  readonly size_bytes: number;
  readonly text: string | null;
  /** The file has become shorter: forget what came before. */
  readonly isCut: boolean;
}

interface LogReader {
  readonly board: string;
  readonly task: string;
  readonly run: number | undefined;
  offset: number;
  isOver: boolean;
  readonly onPart: (part: LogPart) => void;
}

/** `lost` since a moment: it is tried again by itself. */
export const connection = signal<"connecting" | "live" | "lost">("connecting");

const followers = new Set<Follower>();
const logs = new Map<string, LogReader>();
const retryMs = { first: 200, max: 5_000 };
const pingMs = 15_000;
const pongMs = 6_000;
let socket: WebSocket | null = null;
let failures = 0;
let retryTimer = 0;
let pongTimer = 0;
let logNumber = 0;

/** Calls `onBatch` with the events after `after`, each once and in order, also after a lost connection. Returns a function that ends it. */
export function followBoard(
  board: string,
  after: number,
  onBatch: Follower["onBatch"],
  onReset: Follower["onReset"],
): () => void {
  const follower: Follower = { board, after, onBatch, onReset };
  followers.add(follower);
  connect();
  follow(board);
  return () => {
    followers.delete(follower);
    if (![...followers].some((other) => other.board === board)) say({ type: "unfollow", board });
  };
}

/** What a run writes, from an offset on; negative: so many bytes before the end. Returns what ends it. */
export function followLog(
  of: { readonly board: string; readonly task: string; readonly run?: number | undefined },
  offset: number,
  onPart: LogReader["onPart"],
): () => void {
  logNumber += 1;
  const id = `log${logNumber}`;
  const reader: LogReader = { ...of, run: of.run, offset, isOver: false, onPart };
  logs.set(id, reader);
  connect();
  readLog(id, reader);
  return () => {
    logs.delete(id);
    if (!reader.isOver) say({ type: "unlog", id });
  };
}

function connect(): void {
  if (socket !== null) return;
  const made = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/live`);
  socket = made;
  made.onopen = () => {
    failures = 0;
    connection.value = "live";
    for (const board of new Set([...followers].map((follower) => follower.board))) follow(board);
    for (const [id, reader] of logs) if (!reader.isOver) readLog(id, reader);
  };
  made.onmessage = ({ data }) => {
    if (socket === made) receive(JSON.parse(data));
  };
  made.onclose = () => {
    if (socket === made) lose();
  };
}

function lose(): void {
  const old = socket;
  socket = null;
  old?.close();
  clearTimeout(pongTimer);
  pongTimer = 0;
  connection.value = "lost";
  failures += 1;
  if (failures > 1) void checkSession();
  const ms = Math.min(retryMs.max, retryMs.first * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
  clearTimeout(retryTimer);
  retryTimer = setTimeout(connect, ms) as unknown as number;
}

/** Where several follow one board it resumes from the oldest; the others are given some events twice. */
function follow(board: string): void {
  const afters = [...followers].filter((one) => one.board === board).map(({ after }) => after);
  if (afters.length > 0) say({ type: "follow", board, after: Math.min(...afters) });
}

function readLog(id: string, { board, task, run, offset }: LogReader): void {
  say({ type: "log", id, board, task_id: task, offset, ...(run === undefined ? {} : { run_id: run }) });
}

function say(message: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

// biome-ignore lint/suspicious/noExplicitAny: what the server says is described by its OpenAPI document.
function receive(message: any): void {
  if (message.type === "pong") {
    clearTimeout(pongTimer);
    pongTimer = 0;
  } else if (message.type === "events") tellBatch(message);
  else if (message.type === "reset") {
    for (const one of [...followers]) if (one.board === message.board) one.onReset();
  } else if (message.type.startsWith("log")) tellLog(message);
}

function tellBatch(batch: Batch): void {
  for (const follower of [...followers]) {
    if (follower.board !== batch.board || batch.last_id <= follower.after) continue;
    follower.after = batch.last_id;
    follower.onBatch(batch);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function tellLog(message: any): void {
  const reader = logs.get(message.id);
  if (reader === undefined) return;
  const isCut = message.type === "log_cut";
  const isEnd = message.type === "log_end";
  reader.isOver = isEnd;
  reader.offset = isCut ? 0 : (message.next_offset ?? reader.offset);
  reader.onPart({
    run_id: message.run_id,
    offset: message.offset ?? 0,
    next_offset: reader.offset,
    size_bytes: message.size_bytes ?? 0,
    text: isEnd ? null : (message.text ?? ""),
    isCut,
  });
}

/** After a sleep the socket may be dead without saying so: asked, it answers soon or is replaced. */
function ping(): void {
  if (socket === null) {
    clearTimeout(retryTimer);
    connect();
    return;
  }
  if (socket.readyState !== WebSocket.OPEN || pongTimer !== 0) return;
  say({ type: "ping" });
  pongTimer = setTimeout(lose, pongMs) as unknown as number;
}

setInterval(() => document.visibilityState === "visible" && socket !== null && ping(), pingMs);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ping());
addEventListener("online", ping);
