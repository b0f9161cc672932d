import type { EndedUsage, Usage } from "../board/usage.ts";
import { type AgentEvent, amountMax } from "./agent-events.ts";

type Tokens = Pick<
  Usage,
  "inputTokens" | "outputTokens" | "cacheReadTokens" | "cacheWriteTokens" | "reasoningTokens"
>;
type Counted = Tokens & Pick<Usage, "costUsd">;

const nothing: Counted = {
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  costUsd: null,
};

/** What an agent says that it used. Null: nothing. @param how.isPart then nothing is added up */
export function readUsage(
  events: readonly AgentEvent[],
  usageFile: AgentEvent | null,
  how: { readonly isPart: boolean; readonly countsOn: boolean },
): EndedUsage | null {
  const end = events.findLast((event) => ends.has(event.text("type") ?? "")) ?? null;
  const counted =
    (usageFile === null ? null : countModels(usageFile, ["modelMetrics"], ["usage"])) ??
    (end === null ? null : countEnd(end)) ??
    (how.isPart ? null : (sumSteps(events) ?? sumMessages(events, how.countsOn)));
  const session = readSession(events);
  const model = readModel(events, end);
  if (counted === null && session === null && model === null) return null;
  const turns = end?.firstAmount(["num_turns"], ["numTurns"], ["iterations"]) ?? null;
  return { ...(counted ?? nothing), session, model, turns, countsOn: how.countsOn };
}

const ends = new Set(["result", "run_result", "completion", "turn.completed"]);

function countEnd(end: AgentEvent): Counted | null {
  const costUsd = end.firstAmount(["total_cost_usd"], ["usage", "totalCost"]);
  // `usage` is the main loop's alone, where there is a count by model.
  const byModel = countModels(end, ["modelUsage"], []);
  if (byModel !== null) return { ...byModel, costUsd: costUsd ?? byModel.costUsd };
  const tokens = readTokens(end.at("usage")) ?? readTokens(end.at("stats"));
  return tokens === null && costUsd === null ? null : { ...nothing, ...tokens, costUsd };
}

function countModels(event: AgentEvent, path: readonly string[], below: readonly string[]): Counted | null {
  const counts = event.children(...path).flatMap(([, model]) => {
    const usage = below.length === 0 ? model : model.at(...below);
    const tokens = readTokens(usage);
    return tokens === null ? [] : { ...nothing, ...tokens, costUsd: usage.amount("costUSD") };
  });
  return counts.length === 0 ? null : counts.reduce(add);
}

/** By whichever of their names the tokens go. */
function readTokens(usage: AgentEvent): Tokens | null {
  const tokens: Tokens = {
    inputTokens: usage.firstAmount(["input_tokens"], ["inputTokens"], ["input"]),
    outputTokens: usage.firstAmount(["output_tokens"], ["outputTokens"], ["output"]),
    cacheReadTokens: usage.firstAmount(
      ["cache_read_input_tokens"],
      ["cached_input_tokens"],
      ["cacheReadInputTokens"],
      ["cacheReadTokens"],
      ["cacheRead"],
      ["cache", "read"],
      ["cached"],
    ),
    cacheWriteTokens: usage.firstAmount(
      ["cache_creation_input_tokens"],
      ["cache_write_input_tokens"],
      ["cacheCreationInputTokens"],
      ["cacheWriteTokens"],
      ["cacheWrite"],
      ["cache", "write"],
    ),
    reasoningTokens: usage.firstAmount(
      ["reasoning_output_tokens"],
      ["thinkingTokens"],
      ["reasoningTokens"],
      ["reasoning"],
    ),
  };
  return Object.values(tokens).every((count) => count === null) ? null : tokens;
}

/** OpenCode and its fork tell each step by itself. */
function sumSteps(events: readonly AgentEvent[]): Counted | null {
  const steps = events
    .filter((event) => event.text("type") === "step_finish")
    .map((event) => event.at("part"))
    .map((part) => ({ ...nothing, ...readTokens(part.at("tokens")), costUsd: part.amount("cost") }));
  return steps.length === 0 ? null : steps.reduce(add);
}

/** Pi tells each message by itself; Amp too, in the form of Claude Code, which tells one message several times. */
function sumMessages(events: readonly AgentEvent[], isClaude: boolean): Counted | null {
  const types = isClaude ? ["message_end"] : ["message_end", "assistant"];
  const messages = events
    .filter((event) => types.includes(event.text("type") ?? ""))
    .flatMap((event) => {
      const usage = event.at("message", "usage");
      const tokens = readTokens(usage);
      return tokens === null ? [] : { ...nothing, ...tokens, costUsd: usage.amount("cost", "total") };
    });
  return messages.length === 0 ? null : messages.reduce(add);
}

function add(a: Counted, b: Counted): Counted {
  const sum = (key: keyof Counted) =>
    a[key] === null && b[key] === null ? null : Math.min((a[key] ?? 0) + (b[key] ?? 0), amountMax);
  return {
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    cacheReadTokens: sum("cacheReadTokens"),
    cacheWriteTokens: sum("cacheWriteTokens"),
    reasoningTokens: sum("reasoningTokens"),
    costUsd: sum("costUsd"),
  };
}

const sessionKeys = ["session_id", "sessionID", "sessionId", "thread_id"] as const;
const sessionForm = /^[A-Za-z0-9][\w.-]{0,199}$/;

function readSession(events: readonly AgentEvent[]): string | null {
  const named = events.findLast((event) => sessionKeys.some((key) => event.text(key) !== null));
  const id =
    sessionKeys.map((key) => named?.text(key) ?? null).find((text) => text !== null) ??
    events.find((event) => event.text("type") === "session")?.text("id") ??
    null;
  // It becomes an argument of the next run: nothing that could be an option.
  return id !== null && sessionForm.test(id) ? id : null;
}

function readModel(events: readonly AgentEvent[], end: AgentEvent | null): string | null {
  const used = end?.children("modelUsage").map(([name]) => name) ?? [];
  const model =
    used.length > 0 ? used.join(", ") : events.find((event) => event.text("model") !== null)?.text("model");
  return model == null ? null : model.slice(0, 200);
}
