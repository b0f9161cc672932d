import { BoardError } from "../../board/error.ts";
import type { OwnRun } from "../../board/run.ts";
import type { BoardStore } from "../store.ts";
import { type BrokeredMethod, brokeredMethods, isBrokeredMethod } from "./brokered-methods.ts";
import type { Reply } from "./brokered-store.ts";
import { answerBytesMax, encode, wireVersion } from "./wire.ts";

/** A worker's first words. */
interface Hello {
  /** The board that it asks for, and that of its run. */
  readonly board: string;
  readonly ownBoard: string;
  readonly run: OwnRun;
}

/** Opens the board `slug`, which a server keeps; what is written is written within the run. */
export type OpenForWorker = (slug: string, within: OwnRun | null) => Promise<BoardStore>;

/** Of three connections that a process has to a server, one is always left to its ticks. */
const atOnceMax = 2;
const provenMax = 1_000;

/** Does for workers what they ask of boards that a server keeps, each within its own run. */
export class Broker {
  readonly #open: OpenForWorker;
  readonly #waiting: (() => void)[] = [];
  readonly #proven = new Set<string>();
  #atWork = 0;

  constructor(open: OpenForWorker) {
    this.#open = open;
  }

  /** null: these are no words of a worker's. What is wrong with them is thrown. @throws {BoardError} unsupported */
  readHello(said: unknown): Hello | null {
    const { kanbun, board, ownBoard, run } = (said ?? {}) as Record<string, unknown>;
    if (typeof kanbun !== "number") return null;
    if (kanbun !== wireVersion)
      throw new BoardError("unsupported", "the resident is of another version of Kanbun", {
        hint: "start the resident again, so that both are of one version",
      });
    const { taskId, runId, token } = (run ?? {}) as Record<string, unknown>;
    if (typeof board !== "string" || typeof ownBoard !== "string") return null;
    if (typeof taskId !== "string" || typeof token !== "string" || !Number.isSafeInteger(runId)) return null;
    return { board, ownBoard, run: { taskId, runId: runId as number, token } };
  }

  /** The line that answers what was asked. @param isGone asked before it is begun: who has left is not served */
  async answer(hello: Hello, call: unknown, isGone: () => boolean): Promise<string | null> {
    while (this.#atWork >= atOnceMax)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    this.#atWork += 1;
    try {
      return isGone() ? null : encodeReply(await this.#reply(hello, call));
    } finally {
      this.#atWork -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #reply(hello: Hello, call: unknown): Promise<Reply> {
    try {
      const { method, given } = (call ?? {}) as Record<string, unknown>;
      if (typeof method !== "string" || !Array.isArray(given)) throw notAsked("nothing");
      return { value: (await this.#do(hello, method, given)) ?? null };
    } catch (error) {
      return { error: describe(error) };
    }
  }

  async #do({ board, ownBoard, run }: Hello, method: string, given: readonly unknown[]): Promise<unknown> {
    const manner = isBrokeredMethod(method) ? brokeredMethods[method] : null;
    if (method !== "getVersion" && (manner === null || manner === "never")) throw notAsked(method);
    const writes = manner !== null && manner !== "reads";
    // On its own board the run is looked at once more by each write, in its transaction.
    await this.#requireProof(ownBoard, run, { isOpen: writes && board !== ownBoard });
    await using store = await this.#open(board, writes && board === ownBoard ? run : null);
    if (method === "getVersion") return store.news.getVersion();
    const work = store[method as BrokeredMethod] as (...given: readonly unknown[]) => Promise<unknown>;
    return work(...given);
  }

  async #requireProof(slug: string, run: OwnRun, { isOpen }: { readonly isOpen: boolean }): Promise<void> {
    const key = JSON.stringify([slug, run]);
    if (!isOpen && this.#proven.has(key)) return;
    await using store = await this.#open(slug, null);
    if (isOpen || !(await store.knowsRun(run))) await store.requireOwnRun(run);
    if (this.#proven.size >= provenMax) this.#proven.clear();
    this.#proven.add(key);
  }
}

function encodeReply(reply: Reply): string {
  const line = encode(reply);
  if (line.length <= answerBytesMax / 2) return line;
  const error = new BoardError("unsupported", "that is too much for one answer to a worker", {
    hint: "ask for less, such as with --limit",
  });
  return encode({ error: describe(error) });
}

function notAsked(method: string): BoardError {
  return new BoardError("unsupported", `a worker can't ask for that: ${JSON.stringify(method)}`, {
    hint: "do it outside of a run",
  });
}

/** Settings that can't be used are the resident's affair: for the worker the server can't be reached. */
function describe(error: unknown): Extract<Reply, { error: unknown }>["error"] {
  if (error instanceof BoardError) return { kind: error.kind, message: error.message, hint: error.hint };
  if (error instanceof Error && error.name === "ConfigError")
    return {
      kind: "unreachable",
      message: `the resident can't reach the server: ${error.message}`,
      hint: "`kanbun doctor` says more; nothing was changed",
    };
  return { kind: null, message: error instanceof Error ? error.message : String(error), hint: null };
}
