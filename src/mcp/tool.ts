import type {
  CallToolResult,
  InputRequiredResult,
  McpServer,
  ServerContext,
} from "@modelcontextprotocol/server";
import type { z } from "zod";
import { describeError } from "../home/failure.ts";
import type { KanbunHome } from "../home/kanbun-home.ts";
import type { Home } from "../home/session/home.ts";

/** What the tools work on. */
export interface BoardFace {
  readonly home: Home;
  readonly kanbun: KanbunHome;
}

/** What a tool answers: for programs, and in one or a few lines for people who read along. */
export interface ToolAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** `reads` changes nothing; `destroys` may end work that is under way. */
  readonly effect: "reads" | "changes" | "destroys";
  /** Calling it twice is as calling it once. */
  readonly isIdempotent?: true;
}

/**
 * Adds a tool to the server. What it throws becomes an answer that says what to do: an error of a tool is for the model that
 * called it, not for the connection.
 */
export function addTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  server: McpServer,
  definition: ToolDefinition<Input, Output>,
  handle: (input: z.infer<Input>, context: ServerContext) => Promise<ToolAnswer | InputRequiredResult>,
): void {
  const { name, title, description, input, output, effect, isIdempotent = false } = definition;
  const config = {
    title,
    description,
    inputSchema: input as z.ZodObject,
    outputSchema: output as z.ZodObject,
    annotations: {
      readOnlyHint: effect === "reads",
      destructiveHint: effect === "destroys",
      idempotentHint: effect === "reads" || isIdempotent,
      openWorldHint: false,
    },
  };
  server.registerTool(name, config, async (given: Record<string, unknown>, context: ServerContext) => {
    try {
      const answer = await handle(given as z.infer<Input>, context);
      if (!("data" in answer)) return answer as InputRequiredResult;
      const { data, text } = answer as ToolAnswer;
      return { content: [{ type: "text", text }], structuredContent: withoutNulls(data) };
    } catch (error) {
      return failed(error);
    }
  });
}

function failed(error: unknown): CallToolResult {
  const { kind, message, hint } = describeError(error);
  const text = hint === null ? `${kind}: ${message}` : `${kind}: ${message}\nWhat to do: ${hint}`;
  return { content: [{ type: "text", text }], isError: true };
}

/** What is not set is left out: a schema with null in it is refused by some clients. */
function withoutNulls(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (inner === null || inner === undefined) return [];
    if (Array.isArray(inner)) return [[name, inner.map((one) => (isRecord(one) ? withoutNulls(one) : one))]];
    return [[name, isRecord(inner) ? withoutNulls(inner) : inner]];
  });
  return Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
