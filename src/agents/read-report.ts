import type { AgentReport } from "../board/agent-report.ts";
import { cutText } from "../board/cut-text.ts";
import type { EndedUsage } from "../board/usage.ts";
import { type AgentEvent, listAgentEvents, tryParse } from "./agent-events.ts";
import { readLimit } from "./read-limit.ts";
import { readUsage } from "./read-usage.ts";

const textCharsMax = 16_000;
const errorCharsMax = 2_000;

/** What an agent printed. */
export interface AgentOutput {
  /** The beginning and the end of its log, or all of it. */
  readonly log: string;
  /** What it wrote into `{usage_file}`; "" where there is none. */
  readonly usageFile: string;
  /** Not all of the log is there: what must be added up would be too little. */
  readonly isPart: boolean;
  /** @see AgentPreset.session */
  readonly countsOn: boolean;
}

/**
 * What an agent said at its end, by the events of all agents that are known: a line of JSON each, the last word counts. Null:
 * no such event. It is the agent's own word: nothing in it is taken for a verdict.
 */
export function readAgentReport(output: AgentOutput, nowMs: number): AgentReport | null {
  const events = listAgentEvents(output.log);
  const usageFile = tryParse(output.usageFile.trim());
  if (events.length === 0 && usageFile === null) return null;
  const last = readEnd(events);
  const usage: EndedUsage | null = readUsage(events, usageFile, output);
  if (last === null && usage === null) return null;
  const limit = readLimit(events, last?.error ?? null, nowMs);
  return {
    error: last?.error == null ? null : cutText(last.error, errorCharsMax),
    text: last?.text == null ? null : cutText(last.text.trim(), textCharsMax),
    isRateLimited: limit.isRateLimited,
    retryAfterMs: limit.retryAfterMs,
    usage,
  };
}

interface End {
  error: string | null;
  text: string | null;
}

function readEnd(events: readonly AgentEvent[]): End | null {
  const end: End = { error: null, text: null };
  let isKnown = false;
  let spoken = "";
  for (const event of events) {
    const type = event.text("type") ?? "";
    if (type === "message" && event.text("role") === "assistant") {
      // In parts, of which each goes on where the one before ended.
      spoken = event.flag("delta") ? spoken + (event.text("content") ?? "") : (event.text("content") ?? "");
      end.text = spoken;
    } else if (type === "message") spoken = "";
    const said = readSaid(event, type);
    if (said !== null) {
      end.text = said;
      // An error that it went on after was none of its end.
      end.error = null;
      isKnown = true;
    }
    const ended = readEnded(event, type);
    if (ended !== null) {
      end.error = ended.error;
      end.text = ended.text ?? end.text;
      isKnown = true;
    }
  }
  return isKnown || end.text !== null ? end : null;
}

/** What an agent says on its way: its last such words are its final message, where its end has none. */
function readSaid(event: AgentEvent, type: string): string | null {
  switch (type) {
    case "text":
      return event.text("part", "text");
    case "item.completed":
      return event.text("item", "type") === "agent_message" ? event.text("item", "text") : null;
    case "assistant.message":
      return event.text("data", "content");
    case "message_end":
      return joinTexts(event.list("message", "content"));
    default:
      return null;
  }
}

function joinTexts(parts: readonly AgentEvent[]): string | null {
  const texts = parts.flatMap((part) => (part.text("type") === "text" ? (part.text("text") ?? []) : []));
  return texts.length === 0 ? null : texts.join("\n");
}

const subtypes: Readonly<Record<string, string>> = {
  error_max_turns: "it ran out of turns",
  error_max_budget_usd: "it ran out of money",
  error_during_execution: "it failed while it worked",
  error_max_structured_output_retries: "it could not give the answer the form that was asked for",
};

function readEnded(event: AgentEvent, type: string): End | null {
  switch (type) {
    case "result":
      return readResult(event);
    case "completion":
      return { error: null, text: event.text("finalText") };
    case "run_result": {
      const reason = event.text("finishReason") ?? "completed";
      const text = event.text("text");
      const isGood = ["completed", "stop", "end_turn"].includes(reason);
      return isGood ? { error: null, text } : { error: said(`it ended with ${reason}`, text), text };
    }
    case "run_aborted":
      return { error: said("it was aborted", event.text("reason")), text: null };
    case "turn.completed":
      return { error: null, text: null };
    case "turn.failed":
      return { error: said("its turn failed", event.text("error", "message")), text: null };
    case "error":
      return {
        error: said(
          "it failed",
          event.text("message") ??
            event.text("error", "data", "message") ??
            event.text("error", "message") ??
            event.text("error", "name"),
        ),
        text: null,
      };
    case "message_end":
      return event.text("message", "stopReason") === "error"
        ? { error: said("it failed", event.text("message", "errorMessage")), text: null }
        : null;
    case "agent_settled":
      return event.flag("aborted") ? { error: "it was aborted", text: null } : null;
    default:
      return null;
  }
}

/** Of Claude Code and those that took over its form, of Gemini, and of Copilot. */
function readResult(event: AgentEvent): End {
  const text = event.text("result");
  const subtype = event.text("subtype") ?? "success";
  const exitCode = event.amount("exitCode") ?? 0;
  const message =
    event.text("error", "message") ??
    event
      .list("errors")
      .map((one) => one.text("message"))
      .find(Boolean) ??
    null;
  if (event.text("status") === "error") return { error: said("it failed", message), text };
  if (exitCode !== 0) return { error: `it says that it ended with exit code ${exitCode}`, text };
  if (event.text("stop_reason") === "refusal") return { error: said("it refused", text), text };
  if (event.flag("is_error") || subtype !== "success") {
    return {
      error: said(
        subtypes[subtype] ?? (subtype === "success" ? "it failed" : `it ended with ${subtype}`),
        text ?? message,
      ),
      text,
    };
  }
  return { error: null, text };
}

function said(what: string, words: string | null): string {
  return words === null ? what : `${what}: ${words}`;
}
