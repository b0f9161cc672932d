import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { TaskPatch } from "../../board/task.ts";
import { collect, duration, orNothing, wholeNumber } from "./option-values.ts";
import { readTextInput } from "./text-input.ts";
import { readWorkspace } from "./workspace-value.ts";

/** Options that `create` and `edit` share. null and false take a value away. */
export interface TaskFieldOptions {
  readonly body?: string | false;
  readonly bodyFile?: string;
  readonly priority?: number | null | false;
  readonly tenant?: string | false;
  readonly workspace?: string | false;
  readonly branch?: string | false;
  readonly host?: string | false;
  readonly label?: readonly string[] | false;
  readonly skill?: readonly string[] | false;
  readonly model?: string | false;
  readonly provider?: string | false;
  readonly maxRuntime?: number | null | false;
  readonly maxRetries?: number | null | false;
}

export function addTaskFieldOptions(command: Command): void {
  command
    .option("--body <text>", "what has to be done")
    .option("--body-file <path>", "read the body from a file; - for standard input")
    .option("-p, --priority <n>", "higher first (default: 0)", orNothing(wholeNumber()))
    .option("--tenant <name>", "for whom the work is done")
    .option(
      "--workspace <where>",
      "dir:<folder>, scratch (an empty folder), worktree or worktree:<repository>",
    )
    .option("--branch <name>", "the branch of a worktree")
    .option("--host <name>", "only this host starts it: its machine's name, or its id in `kanbun hosts`")
    .option("--label <label>", "only a host with this label starts it; may be repeated", collect)
    .option("--skill <name>", "a skill for the worker; may be repeated", collect)
    .option("--model <name>", "model (default: the profile's)")
    .option("--provider <name>", "provider (default: the profile's)")
    .option("--max-runtime <duration>", "stop a run after this long: 90s, 30m, 2h", orNothing(duration))
    .option(
      "--max-retries <n>",
      "give up after n failures in a row (1: at the first)",
      orNothing(wholeNumber(1)),
    );
}

/** The fields that were given. @throws {BoardError} usage */
export async function readTaskFields(options: TaskFieldOptions): Promise<TaskPatch> {
  const body = await readBody(options);
  const { priority, tenant, workspace, branch, host, label, skill, model } = options;
  const { provider, maxRuntime, maxRetries } = options;
  return {
    ...(body === undefined ? {} : { body }),
    ...(priority === undefined ? {} : { priority: priority || 0 }),
    ...(tenant === undefined ? {} : { tenant: tenant || null }),
    ...(workspace === undefined ? {} : readWorkspace(workspace || "scratch")),
    ...(branch === undefined ? {} : { branchName: branch || null }),
    ...(host === undefined ? {} : { host: host || null }),
    ...(label === undefined ? {} : { labels: (label || []).filter((name) => name !== "") }),
    ...(skill === undefined ? {} : { skills: (skill || []).filter((name) => name !== "") }),
    ...(model === undefined ? {} : { modelOverride: model || null }),
    ...(provider === undefined ? {} : { providerOverride: provider || null }),
    ...(maxRuntime === undefined ? {} : { maxRuntimeMs: maxRuntime || null }),
    ...(maxRetries === undefined ? {} : { maxRetries: maxRetries || null }),
  };
}

async function readBody({ body, bodyFile }: TaskFieldOptions): Promise<string | null | undefined> {
  if (bodyFile === undefined) return body === undefined ? undefined : body || null;
  if (body !== undefined)
    throw new BoardError("usage", "--body cannot be used with --body-file", { hint: "give one of them" });
  return (await readTextInput(bodyFile)) || null;
}
