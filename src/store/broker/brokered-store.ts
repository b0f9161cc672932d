import { BoardError, type BoardErrorKind } from "../../board/error.ts";
import type { OwnRun, RunOutcome } from "../../board/run.ts";
import { readResidentEntries } from "../../system/home/resident-entries.ts";
import type { NewsSource } from "../news.ts";
import type { BoardStore, By } from "../store.ts";
import { askResident, type Heard } from "./ask-resident.ts";
import { type BrokeredMethod, brokeredMethods } from "./brokered-methods.ts";
import { decode, encode, wireVersion } from "./wire.ts";

/** What stands behind a worker's first words to its resident. */
export interface WorkerVoice {
  readonly home: string;
  /** The board that is asked for, and that of the run. */
  readonly board: string;
  readonly ownBoard: string;
  readonly run: OwnRun;
  /** Where the dispatcher listened that started the worker. */
  readonly address: string;
}

/** How long a worker waits; milliseconds. */
export interface BrokerPatience {
  /** For a resident that is being started again, and a server that is. */
  readonly awayMs: number;
  /** For the first word of one that is there. */
  readonly helloMs: number;
  /** For its answer: the server has its own deadlines, which are over by then. */
  readonly answerMs: number;
}

const usualPatience: BrokerPatience = { awayMs: 15_000, helloMs: 5_000, answerMs: 60_000 };
const tryAgainMs = 200;
/** For so long a worker that asks again and again for news is told what it was told before. */
const newsMs = 250;

/** Told by a resident. */
export type Reply =
  | { readonly value: unknown }
  | {
      readonly error: {
        readonly kind: BoardErrorKind | null;
        readonly message: string;
        readonly hint: string | null;
      };
    };

/** How a run ended that its worker ended by this method. */
const outcomes: Partial<Record<BrokeredMethod, RunOutcome>> = {
  completeTask: "completed",
  approveTask: "completed",
  blockTask: "blocked",
  askQuestion: "blocked",
  scheduleTask: "scheduled",
  rateLimitTask: "rate_limited",
  requestReview: "review_requested",
  requestChanges: "changes_requested",
};

/**
 * A board of a server as a worker has it: each method is asked of the resident of its home, which has the password and does it within
 * the worker's run. Nothing is connected while nothing is asked.
 */
export function openBrokeredBoard(
  voice: WorkerVoice,
  how: { readonly onCommit?: () => void; readonly patience?: Partial<BrokerPatience> } = {},
): BoardStore {
  const calls = new Calls(voice, { ...usualPatience, ...how.patience }, how.onCommit ?? (() => {}));
  const methods = Object.keys(brokeredMethods).map((name) => [
    name,
    (...given: readonly unknown[]) => calls.call(name as BrokeredMethod, given),
  ]);
  return {
    ...(Object.fromEntries(methods) as Pick<BoardStore, BrokeredMethod>),
    news: new BrokeredNews(async () => (await calls.call("getVersion", [])) as number),
    file: null,
    // To give a host's runs away is a person's word.
    hosts: null,
    takeover: null,
    logAsks: null,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

/** No one calls a worker: it asks. */
class BrokeredNews implements NewsSource {
  readonly isPaced = true;
  readonly isCalled = false;
  readonly getVersion: () => Promise<number>;
  #known = 0;
  #askAtMs = 0;

  constructor(getVersion: () => Promise<number>) {
    this.getVersion = getVersion;
  }

  async getKnownVersion(): Promise<number> {
    if (performance.now() >= this.#askAtMs) {
      this.#known = await this.getVersion();
      this.#askAtMs = performance.now() + newsMs;
    }
    return this.#known;
  }

  tryListen(): null {
    return null;
  }
}

class Calls {
  readonly #voice: WorkerVoice;
  readonly #patience: BrokerPatience;
  readonly #onCommit: () => void;

  constructor(voice: WorkerVoice, patience: BrokerPatience, onCommit: () => void) {
    this.#voice = voice;
    this.#patience = patience;
    this.#onCommit = onCommit;
  }

  async call(method: BrokeredMethod | "getVersion", given: readonly unknown[]): Promise<unknown> {
    const manner = method === "getVersion" ? "reads" : mannerOf(method, given);
    if (manner === "never") throw notForWorkers();
    const words = encode({ method, given });
    const untilMs = performance.now() + this.#patience.awayMs;
    let heard: Heard = { state: "away" };
    let wasLost = false;
    for (;;) {
      heard = await this.#ask(words);
      if (heard.state === "answered") {
        const reply = decode(heard.text) as Reply;
        if ("value" in reply) {
          if (manner !== "reads") this.#onCommit();
          return reply.value;
        }
        const { kind, message, hint } = reply.error;
        if (wasLost && kind === "superseded" && manner === "ends") return this.#requireEndedBy(method, given);
        const error =
          kind === null ? new Error(message) : new BoardError(kind, message, hint === null ? {} : { hint });
        if (kind !== "unreachable" || performance.now() > untilMs) throw error;
      }
      if (heard.state === "lost") {
        wasLost = true;
        if (manner === "changes") throw inDoubt();
      }
      if (performance.now() > untilMs)
        throw wasLost && manner !== "reads" ? inDoubt() : unreachable(this.#voice, heard);
      await Bun.sleep(tryAgainMs);
    }
  }

  async #ask(words: string): Promise<Heard> {
    const { home, address, board, ownBoard, run } = this.#voice;
    const hello = encode({ kanbun: wireVersion, board, ownBoard, run });
    const listed = readResidentEntries(home).flatMap((entry) => entry.address ?? []);
    let last: Heard = { state: "away" };
    for (const at of new Set([address, ...listed])) {
      const heard = await askResident(at, hello, words, this.#patience);
      if (heard.state !== "away") return heard;
      if (heard.isSilent || !last.isSilent) last = heard;
    }
    return last;
  }

  /** The answer to a verdict was lost, and the run is over: by that verdict, or by someone else. */
  async #requireEndedBy(method: string, [taskId]: readonly unknown[]): Promise<unknown> {
    const { run } = this.#voice;
    const runs = (await this.call("listRuns", [taskId])) as Awaited<ReturnType<BoardStore["listRuns"]>>;
    const ended = runs.find(({ id }) => id === run.runId);
    if (ended?.outcome !== outcomes[method as BrokeredMethod])
      throw new BoardError(
        "superseded",
        `run ${run.runId} of ${run.taskId} is over: its worker can no longer change the board`,
        { hint: "end this worker; the board has gone on without it" },
      );
    this.#onCommit();
    return this.call("requireTask", [taskId]);
  }
}

/** Without the proof of the worker's own run a verdict is a change as any other. */
function mannerOf(method: BrokeredMethod, given: readonly unknown[]) {
  const manner = brokeredMethods[method];
  if (manner !== "ends") return manner;
  return (given.at(-1) as By | undefined)?.run == null ? "changes" : manner;
}

function notForWorkers(): BoardError {
  return new BoardError("unsupported", "a worker can't do that on a board that a server keeps", {
    hint: "its kanbun speaks to the server through the resident of its home: do it outside of a run",
  });
}

function inDoubt(): BoardError {
  return new BoardError("in_doubt", "the resident went away before it said whether this was kept", {
    hint: "look at the task, then decide whether to do it again",
  });
}

function unreachable({ home }: WorkerVoice, heard: Heard): BoardError {
  const isSilent = heard.state === "away" && heard.isSilent === true;
  return new BoardError(
    "unreachable",
    isSilent
      ? `the dispatcher of ${home} does not answer, and a worker speaks to the server through it`
      : `no dispatcher of ${home} listens, and a worker speaks to the server through it`,
    {
      hint: isSilent
        ? "it is stopped, or hangs: start it again, then repeat the command; nothing was changed"
        : "start one on this machine with `kanbun dispatch --watch`, then repeat the command; nothing was changed",
    },
  );
}
