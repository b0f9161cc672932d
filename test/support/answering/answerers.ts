import { Answerer } from "./answerer.ts";
import type { CommandAnswer, CommandRequest } from "./exchange.ts";

/**
 * Of these each is a process of its own, as for a user: what starts processes, whose parent it is and which outlive it, what
 * goes on until it is told to stop, and what a person is asked.
 */
const alone: ReadonlySet<string> = new Set(
  [
    "dispatch",
    "run",
    "demo",
    "watch",
    "wait",
    "top",
    "serve",
    "mcp",
    "service",
    "doctor",
    "decompose",
  ].concat(["specify", "edit", "notify", "man", "--follow", "-f"]),
);

/** What a command may be told by its environment without being another process for it, such as one in another time zone. */
const harmless = /^(PATH|HOME|KANBUN_\w+|HERMES_\w+|NO_COLOR)$/;

const answerersMax = 2;
/** As long as a command waits for one that is not busy, in milliseconds: what it waits for may be waiting for this command. */
const turnMsMax = 2_000;
const idle: Answerer[] = [];
const waiting = new Set<(answerer: Answerer | null) => void>();
let answerers = 0;

/** @returns null when the command needs a process of its own, or none has become idle in time */
export async function askAnswerer(request: CommandRequest): Promise<CommandAnswer | null> {
  // Windows has no files without a name, and a command there that lacks what the system puts into each environment.
  if (process.platform === "win32") return null;
  if (
    request.args.some((word) => alone.has(word)) ||
    !Object.keys(request.env).every((name) => harmless.test(name))
  )
    return null;
  const answerer = await takeAnswerer();
  if (answerer === null) return null;
  const answer = await answerer.ask(request);
  if (answer === null) throw new Error(`the command line died: ${request.args.join(" ")}`);
  giveBack(answerer);
  return answer;
}

async function takeAnswerer(): Promise<Answerer | null> {
  const answerer = idle.pop() ?? (answerers < answerersMax ? startAnswerer() : null);
  if (answerer !== null) return answerer;
  const { promise, resolve } = Promise.withResolvers<Answerer | null>();
  waiting.add(resolve);
  const timer = setTimeout(() => {
    waiting.delete(resolve);
    resolve(null);
  }, turnMsMax);
  return promise.finally(() => clearTimeout(timer));
}

function giveBack(answerer: Answerer): void {
  const [next] = waiting;
  if (next === undefined) idle.push(answerer);
  else {
    waiting.delete(next);
    next(answerer);
  }
}

function startAnswerer(): Answerer {
  answerers += 1;
  return new Answerer();
}
