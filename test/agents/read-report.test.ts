import { describe, expect, test } from "bun:test";
import { readAgentReport } from "../../src/agents/read-report.ts";

const nowMs = 1_790_000_000_000;

function read(
  lines: readonly (object | string)[],
  parts: { usageFile?: string; isPart?: boolean; countsOn?: boolean } = {},
) {
  const log = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  return readAgentReport({ log, usageFile: "", isPart: false, countsOn: false, ...parts }, nowMs);
}

const claudeInit = { type: "system", subtype: "init", session_id: "5b1f", model: "opus" };
const claudeResult = {
  type: "result",
  subtype: "success",
  is_error: false,
  result: "Mended the roof.",
  session_id: "5b1f",
  num_turns: 7,
  total_cost_usd: 0.4213,
  usage: { input_tokens: 10, output_tokens: 20 },
  modelUsage: {
    opus: {
      inputTokens: 1000,
      outputTokens: 200,
      cacheReadInputTokens: 5000,
      cacheCreationInputTokens: 300,
      costUSD: 0.4,
    },
    haiku: {
      inputTokens: 100,
      outputTokens: 20,
      cacheReadInputTokens: 0,
      cacheCreationInputTokens: 0,
      costUSD: 0.0213,
    },
  },
};

describe("what an agent says at its end", () => {
  test("is Claude Code's result: by model, with its own cost", () => {
    expect(read([claudeInit, claudeResult], { countsOn: true })).toEqual({
      error: null,
      text: "Mended the roof.",
      isRateLimited: false,
      retryAfterMs: null,
      usage: {
        session: "5b1f",
        model: "opus, haiku",
        turns: 7,
        inputTokens: 1100,
        outputTokens: 220,
        cacheReadTokens: 5000,
        cacheWriteTokens: 300,
        reasoningTokens: null,
        costUsd: 0.4213,
        countsOn: true,
      },
    });
  });

  test.each([
    ["error_max_turns", "it ran out of turns"],
    ["error_max_budget_usd", "it ran out of money"],
    ["error_during_execution", "it failed while it worked"],
    ["error_new_kind", "it ended with error_new_kind"],
  ])("is an error where Claude Code ends with %s, whatever it exits with", (subtype, error) => {
    const report = read([claudeInit, { ...claudeResult, subtype, is_error: true, result: undefined }]);
    expect(report).toMatchObject({ error, text: null, isRateLimited: false, usage: { costUsd: 0.4213 } });
  });

  test("is a refusal where it stopped by one", () => {
    const report = read([{ ...claudeResult, stop_reason: "refusal", result: "I won't." }]);
    expect(report?.error).toBe("it refused: I won't.");
  });

  test("is a rate limit with the time that its last event names, and none where it went on", () => {
    const limit = (status: string) => ({
      type: "rate_limit_event",
      rate_limit_info: { status, resetsAt: nowMs / 1000 + 5400 },
    });
    const failed = { ...claudeResult, is_error: true, result: "Claude usage limit reached" };
    expect(read([limit("rejected"), failed])).toMatchObject({ isRateLimited: true, retryAfterMs: 5_400_000 });
    expect(read([limit("allowed_warning"), claudeResult])).toMatchObject({
      isRateLimited: false,
      error: null,
    });
    expect(read([{ ...failed, result: "overloaded", api_error_status: 429 }])).toMatchObject({
      isRateLimited: true,
      retryAfterMs: null,
    });
    const years = { type: "rate_limit_event", rate_limit_info: { status: "rejected", resetsAt: nowMs } };
    expect(read([years, failed])?.retryAfterMs).toBe(7 * 86_400_000);
  });

  test.each([
    ["You've hit your usage limit. Try again in 2 days 3 hours 5 minutes.", 183_900_000],
    ["Rate limit reached. Please try again in 11.5s.", 11_500],
    ["429 Too Many Requests: retry after 45 seconds", 45_000],
    ["You exceeded your quota. Your quota will reset after 5h23m3s.", 19_383_000],
    ["Claude AI usage limit reached|1790003600", 3_600_000],
    // It is 14:13:20 there.
    ["You've hit your limit · resets 3pm (UTC)", 2_800_000],
    ["5-hour limit reached ∙ resets 10:30am (America/New_York)", 1_000_000],
    ["You've hit your session limit · resets 2:10pm (UTC)", 86_400_000 - 200_000],
    ["Weekly limit reached · resets Sep 23 at 9am (UTC)", 154_000_000],
    ["usage limit: resets 13:99pm (UTC)", null],
    ["usage limit: resets 3pm (Mars/Olympus)", null],
    ["usage limit: resets Sep 31, 2026 3pm (UTC)", null],
    ["usage limit: resets Jan 1, 2020 3pm (UTC)", 1_000],
    ["You've hit your usage limit.", null],
  ])("is a rate limit by its words, and until when: %s", (result, retryAfterMs) => {
    const report = read([{ ...claudeResult, is_error: true, result }]);
    expect(report).toMatchObject({ isRateLimited: true, retryAfterMs });
  });

  test("is a rate limit until a time of our own clock, where it names no zone", () => {
    const at = new Date(nowMs + 90 * 60_000);
    const time = at.toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
    const report = read([
      { type: "turn.failed", error: { message: `usage limit, or try again at ${time}.` } },
    ]);
    expect(report?.retryAfterMs).toBe(90 * 60_000 - at.getSeconds() * 1_000);
  });

  test.each(["Context limit reached", "it ran into the nesting limit", "no reset after 3 tries"])(
    "is no rate limit because of a word: %s",
    (result) => {
      expect(read([{ ...claudeResult, is_error: true, result }])?.isRateLimited).toBe(false);
    },
  );

  test("is read too where all events are one array on a line, or one document over several lines", () => {
    const failed = { ...claudeResult, is_error: true, result: "API Error: 500" };
    for (const text of [JSON.stringify([claudeInit, failed]), JSON.stringify(failed, null, 2)])
      expect(read([text])).toMatchObject({ error: "it failed: API Error: 500", usage: { costUsd: 0.4213 } });
  });

  test("is Codex's last message and turn, with tokens and no money", () => {
    const usage = {
      input_tokens: 900,
      cached_input_tokens: 700,
      output_tokens: 90,
      reasoning_output_tokens: 40,
    };
    const report = read([
      { type: "thread.started", thread_id: "0199-aa" },
      { type: "item.completed", item: { type: "agent_message", text: "Looking." } },
      { type: "item.completed", item: { type: "agent_message", text: "Done." } },
      { type: "turn.completed", usage },
    ]);
    expect(report).toMatchObject({ error: null, text: "Done." });
    expect(report?.usage).toMatchObject({
      session: "0199-aa",
      inputTokens: 900,
      cacheReadTokens: 700,
      outputTokens: 90,
      reasoningTokens: 40,
      costUsd: null,
    });
    const failed = read([
      { type: "turn.failed", error: { message: "You've hit your usage limit. Try again in 2 hours." } },
    ]);
    expect(failed).toMatchObject({ isRateLimited: true, retryAfterMs: 7_200_000 });
  });

  test("is what OpenCode's steps add up to, and its error also with exit code 0", () => {
    const step = (cost: number) => ({
      type: "step_finish",
      sessionID: "ses_1",
      part: { cost, tokens: { input: 10, output: 5, reasoning: 1, cache: { read: 100, write: 3 } } },
    });
    const text = { type: "text", sessionID: "ses_1", part: { text: "All good." } };
    expect(read([step(0.01), text, step(0.02)])).toMatchObject({
      error: null,
      text: "All good.",
      usage: { session: "ses_1", inputTokens: 20, outputTokens: 10, cacheReadTokens: 200, costUsd: 0.03 },
    });
    const error = { type: "error", error: { name: "APIError", data: { message: "no credit" } } };
    expect(read([step(0.01), error])?.error).toBe("it failed: no credit");
    // Where the middle of its log is not there, a sum would be too little.
    expect(read([step(0.01), text], { isPart: true })?.usage?.costUsd).toBeNull();
  });

  test("is Copilot's message, and the tokens of its usage file", () => {
    const usageFile = JSON.stringify({
      modelMetrics: {
        "gpt-6": {
          usage: {
            inputTokens: 50,
            outputTokens: 7,
            cacheReadTokens: 3,
            cacheWriteTokens: 0,
            reasoningTokens: 2,
          },
        },
        "opus-5": { usage: { inputTokens: 5, outputTokens: 1 } },
      },
      totalNanoAiu: 12_000_000,
    });
    const message = { type: "assistant.message", data: { content: "Did it." } };
    const result = { type: "result", sessionId: "c-1", exitCode: 0, usage: { premiumRequests: 1 } };
    expect(read([message, result], { usageFile })).toMatchObject({
      error: null,
      text: "Did it.",
      usage: { session: "c-1", inputTokens: 55, outputTokens: 8, reasoningTokens: 2, costUsd: null },
    });
    expect(read([{ ...result, exitCode: 2 }])?.error).toBe("it says that it ended with exit code 2");
  });

  test("is Gemini's message in parts and its stats", () => {
    const report = read([
      { type: "init", session_id: "g-1", model: "gemini-3.8" },
      { type: "message", role: "user", content: "Do it" },
      { type: "message", role: "assistant", content: "All ", delta: true },
      { type: "message", role: "assistant", content: "done.", delta: true },
      {
        type: "result",
        status: "success",
        stats: { input_tokens: 30, output_tokens: 4, cached: 9, total_tokens: 34 },
      },
    ]);
    expect(report).toMatchObject({
      error: null,
      text: "All done.",
      usage: { session: "g-1", model: "gemini-3.8", inputTokens: 30, outputTokens: 4, cacheReadTokens: 9 },
    });
    const failed = { type: "result", status: "error", error: { type: "x", message: "no key" } };
    expect(read([failed])?.error).toBe("it failed: no key");
  });

  test.each([
    [
      "Cline",
      [
        {
          type: "run_result",
          finishReason: "completed",
          text: "Ok.",
          iterations: 3,
          usage: { inputTokens: 4, outputTokens: 2, totalCost: 0.5 },
        },
      ],
      { error: null, text: "Ok.", usage: { turns: 3, inputTokens: 4, costUsd: 0.5 } },
    ],
    ["Cline, aborted", [{ type: "run_aborted", reason: "timeout" }], { error: "it was aborted: timeout" }],
    [
      "Cline, out of tries",
      [{ type: "run_result", finishReason: "max_mistakes" }],
      { error: "it ended with max_mistakes" },
    ],
    [
      "Droid",
      [
        {
          type: "completion",
          finalText: "Ok.",
          numTurns: 2,
          session_id: "d",
          usage: { input_tokens: 1, output_tokens: 2 },
        },
      ],
      { error: null, text: "Ok.", usage: { session: "d", turns: 2, outputTokens: 2 } },
    ],
    [
      "Droid, failed",
      [{ type: "result", subtype: "failure", is_error: true }],
      { error: "it ended with failure" },
    ],
    [
      "Auggie",
      [{ type: "result", subtype: "success", is_error: false, result: "Ok.", session_id: "a", num_turns: 4 }],
      { error: null, text: "Ok.", usage: { session: "a", turns: 4, costUsd: null } },
    ],
    [
      "Pi",
      [
        { type: "session", id: "p-1" },
        {
          type: "message_end",
          message: {
            role: "assistant",
            content: [{ type: "text", text: "Half." }],
            usage: { input: 1, output: 1, cost: { total: 0.1 } },
          },
        },
        {
          type: "message_end",
          message: {
            role: "assistant",
            content: [{ type: "text", text: "Whole." }],
            usage: { input: 2, output: 3, cost: { total: 0.2 } },
          },
        },
        { type: "agent_settled", aborted: false },
      ],
      { error: null, text: "Whole.", usage: { session: "p-1", inputTokens: 3, outputTokens: 4 } },
    ],
    ["Pi, aborted", [{ type: "agent_settled", aborted: true }], { error: "it was aborted" }],
    [
      "Amp",
      [
        { type: "assistant", message: { usage: { input_tokens: 3, output_tokens: 1 } } },
        { type: "assistant", message: { usage: { input_tokens: 4, output_tokens: 2 } } },
        {
          type: "result",
          subtype: "success",
          is_error: false,
          result: "Ok.",
          session_id: "T-1",
          num_turns: 2,
        },
      ],
      { text: "Ok.", usage: { session: "T-1", inputTokens: 7, outputTokens: 3 } },
    ],
    [
      "Cursor",
      [
        {
          type: "result",
          subtype: "success",
          is_error: false,
          result: "Ok.",
          session_id: "u",
          usage: { input_tokens: 8, output_tokens: 9 },
        },
      ],
      { text: "Ok.", usage: { session: "u", inputTokens: 8, outputTokens: 9 } },
    ],
    [
      "Qwen",
      [
        {
          type: "result",
          subtype: "success",
          is_error: false,
          result: "Ok.",
          session_id: "q",
          usage: { input_tokens: 8, output_tokens: 9, cache_read_input_tokens: 2 },
        },
      ],
      { text: "Ok.", usage: { session: "q", cacheReadTokens: 2 } },
    ],
  ] as const)("is that of %s", (_, lines, report) => {
    expect(read(lines)).toMatchObject(report as object);
  });
});

describe("hostile output", () => {
  test("of prose, broken lines and strange values says nothing, or only what is sound", () => {
    expect(read(["hello", "{", '{"type":"result"', "[1]", '"result"', "null", "{}"])).toBeNull();
    const odd = {
      type: "result",
      subtype: "success",
      result: { not: "text" },
      total_cost_usd: -5,
      num_turns: "many",
      session_id: "--dangerous",
      usage: { input_tokens: 1e300, output_tokens: null },
      modelUsage: [1, 2],
    };
    expect(read([odd])).toEqual({
      error: null,
      text: null,
      isRateLimited: false,
      retryAfterMs: null,
      usage: null,
    });
    expect(read(['{"type":"result","__proto__":{"is_error":true},"result":"x"}'])?.error).toBeNull();
  });

  test("gives no verdict by what a tool printed, and none by a line that is too long", () => {
    const tool = { type: "user", message: { content: JSON.stringify({ type: "result", is_error: true }) } };
    expect(read([tool, claudeResult])?.error).toBeNull();
    const long = JSON.stringify({ ...claudeResult, is_error: true, pad: "x".repeat(1_000_000) });
    expect(read([claudeResult, long])?.error).toBeNull();
  });

  test("is cut: a final message to 16,000 characters, an error to 2,000", () => {
    const long = "y".repeat(50_000);
    expect(read([{ ...claudeResult, result: long }])?.text?.length).toBeLessThan(16_100);
    expect(read([{ ...claudeResult, is_error: true, result: long }])?.error?.length).toBeLessThan(2_100);
  });
});

test("a count that no agent can have used is none, and however many events add up to one that stays bounded", () => {
  const step = (cost: number | string, input: number | string) =>
    `{"type":"step_finish","part":{"cost":${cost},"tokens":{"input":${input}}}}`;
  const lies = ["-1", "1e308", "1e999", '"12"', "null", "[1]"];
  const lied = read([...lies.map((lie) => step(lie, lie)), step(0.5, 7)]);
  expect(lied?.usage).toMatchObject({ costUsd: 0.5, inputTokens: 7 });
  const many = Array.from({ length: 50_000 }, () => step(9e14, 9e14));
  expect(read(many)?.usage).toMatchObject({ costUsd: 1e15, inputTokens: 1e15 });
  expect(read(['{"type":"step_finish","part":{"cost":NaN,"tokens":{"input":Infinity}}}'])).toBeNull();
});
