import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { RunLog } from "../../home/runs/run-log.ts";
import { taskIdSchema, textCharsMax } from "../shapes.ts";
import { addTool, type BoardFace } from "../tool.ts";

/** `run_log`: the end of what a run wrote. */
export function addRunLog(server: McpServer, { home }: BoardFace): void {
  addTool(
    server,
    {
      name: "run_log",
      title: "Read a run's log",
      description: `The last lines that a worker wrote, at most ${textCharsMax} characters of them.`,
      input: z.object({
        task: taskIdSchema,
        run: z.number().int().optional().describe("default: the task's last run"),
        lines: z.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({
        run_id: z.number().optional(),
        is_over: z.boolean(),
        text: z.string(),
        is_cut: z.boolean().describe("the text does not begin with the first of these lines"),
      }),
      effect: "reads",
    },
    async ({ task, run, lines }) => {
      await using session = await home.open("read");
      const log = await (await RunLog.find(session, task, run)).fetched();
      const whole = readLastLines(log, lines);
      const text = whole.slice(-textCharsMax);
      const data = {
        run_id: log.run?.id ?? null,
        is_over: log.run !== null && log.run.endedAtMs !== null,
        text,
        is_cut: text.length < whole.length,
      };
      return { data, text: text === "" ? "nothing was written" : text };
    },
  );
}

/** Bytes that are no text are shown as such; more than could be told is not kept. */
function readLastLines(log: RunLog, lines: number): string {
  using file = log.tryOpen();
  if (file === null) return "";
  file.seekLastLines(lines);
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = file.readChunk(); chunk !== null; chunk = file.readChunk())
    text = (text + decoder.decode(chunk, { stream: true })).slice(-2 * textCharsMax);
  return text;
}
