import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { type SwarmWorker, swarmTasks } from "../../home/swarm/swarm.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect, duration, wholeNumber } from "../input/option-values.ts";
import { readTaskFields, type TaskFieldOptions } from "../input/task-fields.ts";
import { noteUnknownProfile } from "../text/profile-note.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

interface SwarmOptions extends TaskFieldOptions {
  readonly workers?: string;
  readonly worker?: readonly string[];
  readonly verifier: string;
  readonly synthesizer: string;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<goal>", "what they all work at")
    .option("--workers <profile,…>", "the profiles that work side by side, each at the whole goal")
    .option("--worker <profile:part>", "one of them, with its part of the work; may be repeated", collect)
    .requiredOption("--verifier <profile>", "checks what the workers hand over, when all of them are done")
    .requiredOption("--synthesizer <profile>", "makes one answer of it, when it has been checked")
    .option("--body <text>", "more about the goal, for all of them")
    .option("--body-file <path>", "read that from a file; - for standard input")
    .option("--priority <n>", "higher first (default: 0)", wholeNumber())
    .option("--tenant <name>", "for whom the work is done")
    .option("--workspace <where>", "as of `kanbun create` (default: an empty folder each)")
    .option("--host <name>", "only this host starts them")
    .option("--label <label>", "only a host with this label starts them; may be repeated", collect)
    .option("--max-runtime <duration>", "stop a run after this long: 90s, 30m, 2h", duration)
    .action((goal: string, options: SwarmOptions) => swarm(cli, goal, options));
  addExamples(
    command,
    'kanbun swarm "Plan the failover" --workers researcher,architect,sre --verifier critic --synthesizer writer',
    'kanbun swarm "Ship 2.0" --worker "coder:the parser" --worker "coder:the tests" --verifier critic --synthesizer lead',
  );
}

async function swarm(cli: CliContext, goal: string, options: SwarmOptions): Promise<void> {
  const workers = readWorkers(options);
  const { verifier, synthesizer } = options;
  const profiles = [...new Set([...workers.map(({ profile }) => profile), verifier, synthesizer])];
  if (profiles.includes("shell"))
    throw new BoardError("usage", "shell runs what its task says as a command, and cannot work at a goal", {
      hint: "name profiles of agents; `kanbun profiles list` shows them",
    });
  const { body, ...fields } = await readTaskFields(options);
  await using session = await cli.openForNew();
  const tasks = swarmTasks({ goal, body: body ?? null, workers, verifier, synthesizer, fields });
  const { ids } = await session.store.createTasks({ tasks }, session.by(null));
  const [root = "", ...others] = ids;
  const made = { root, workers: others.slice(0, -2), verifier: others.at(-2), synthesizer: others.at(-1) };
  const rows = ids.map((id, at) => [
    id,
    visibleLine(tasks[at]?.assignee ?? "-"),
    visibleLine(tasks[at]?.title ?? ""),
  ]);
  await cli.output.answer(
    made,
    (screen) => `made a swarm for ${visibleLine(goal)}\n${formatTable(rows, screen, { indent: 2 })}`,
  );
  for (const profile of profiles) await noteUnknownProfile(cli, profile);
}

function readWorkers({ workers = "", worker = [] }: SwarmOptions): readonly SwarmWorker[] {
  const named = workers.split(",").map((name) => ({ profile: name.trim(), part: null }));
  const parts = worker.map((text) => {
    const [profile = "", ...rest] = text.split(":");
    return { profile: profile.trim(), part: rest.join(":").trim() || null };
  });
  const all = [...named, ...parts].filter(({ profile }) => profile !== "");
  if (all.length > 0) return all;
  throw new BoardError("usage", "a swarm needs a worker", { hint: "name some with --workers or --worker" });
}
