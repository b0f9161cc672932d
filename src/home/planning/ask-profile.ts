import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { Task } from "../../board/task.ts";
import type { Profile } from "../../system/config/config.ts";
import { resolveExecutable } from "../../system/files/executable.ts";
import { removeTree } from "../../system/files/remove-tree.ts";
import { formatDuration } from "../../system/text/duration.ts";
import { readAgentOutput } from "../../worker/agent-output.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import { readEnds } from "../../worker/run-file.ts";
import { chooseSession } from "../../worker/spawn/agent-session.ts";
import { ensureBinFolder } from "../../worker/spawn/bin-folder.ts";
import { expandCommand } from "../../worker/spawn/command.ts";
import { workerEnvironment } from "../../worker/spawn/environment.ts";
import { mcpFilePath, writeMcpFile } from "../../worker/spawn/mcp-server.ts";
import { selfCommand } from "../dispatch/self-command.ts";
import type { Home } from "../session/home.ts";
import { type AskedEnd, runAsked } from "./asked-program.ts";

/** What a profile answered, and what that cost as its agent says. */
export interface ProfileAnswer {
  readonly text: string;
  readonly costUsd: number | null;
}

const patienceMs = 30 * 60_000;

/** What a profile is asked, and from where. */
interface Asked {
  readonly task: Task;
  readonly prompt: string;
  /** The folder that it may look at. */
  readonly cwd: string;
  /** Ends who is asked, with all that they have started. */
  readonly signal: AbortSignal;
}

/**
 * Asks a profile's program something about a task, here and now: it is no run, takes no slot, and can change nothing on the board.
 * @throws {BoardError} conflict when it fails, takes too long or says nothing
 */
export async function askProfile(
  home: Home,
  profile: Profile,
  { task, prompt, cwd, signal }: Asked,
): Promise<ProfileAnswer> {
  const folder = mkdtempSync(join(tmpdir(), "kanbun-ask-"));
  try {
    const directory = new RunDirectory(folder, 0, null);
    directory.make();
    directory.writeFile("prompt.md", prompt);
    // It is asked outside of any run: there are no MCP tools for it.
    writeMcpFile(profile.agent, directory, {});
    // It is no run's: whatever it would change as a worker is refused.
    const token = `asked-${crypto.randomUUID()}`;
    const env = environmentOf(home, profile, { task, cwd, token });
    const command = commandOf(profile, { task, prompt, cwd, directory, path: env.PATH });
    const end = await runAsked(command, {
      ...{ cwd, env, token, directory, signal, graceMs: profile.graceMs },
      readsPrompt: profile.stdin !== "none",
      timeoutMs: profile.maxRuntimeMs ?? patienceMs,
    });
    if (signal.aborted)
      throw new BoardError("conflict", `interrupted: ${profile.name} was ended, and nothing was written`);
    return readAnswer(profile, directory, end);
  } finally {
    removeTree(folder);
  }
}

function environmentOf(
  home: Home,
  profile: Profile,
  { task, cwd, token }: Pick<Asked, "task" | "cwd"> & { readonly token: string },
) {
  const { place } = home;
  return workerEnvironment(
    profile,
    {
      home: place.home,
      board: place.board,
      database: place.paths.database,
      socket: null,
      task: task.id,
      run: 0,
      token,
      claimLock: "",
      profile: profile.name,
      workspace: cwd,
      workspacesRoot: place.paths.workspaces,
      branch: null,
      tenant: task.tenant,
      attachmentsRoot: place.paths.attachments,
      goalMode: false,
      goalMaxTurns: null,
      maxRuntimeMs: null,
      binFolder: ensureBinFolder(place.home, (home.kanbun ?? selfCommand)()),
      lease: null,
    },
    home.env,
  );
}

function commandOf(
  profile: Profile,
  asked: { task: Task; prompt: string; cwd: string; directory: RunDirectory; path: string | undefined },
): readonly string[] {
  const { task, prompt, cwd, directory } = asked;
  const { command, session } = chooseSession({ ...profile, resume: false }, [], cwd);
  const [program = "", ...rest] = command;
  const found = resolveExecutable(program, asked.path, cwd);
  if ("error" in found)
    throw new BoardError("conflict", `the profile ${profile.name} can't be asked: ${found.error}`);
  const promptPath = directory.filePath("prompt.md");
  const values = {
    body: prompt,
    prompt,
    task: task.id,
    title: task.title,
    workspace: cwd,
    context_file: promptPath,
    body_file: promptPath,
    prompt_file: promptPath,
    run: "",
    model: task.modelOverride ?? profile.model ?? "",
    provider: task.providerOverride ?? profile.provider ?? "",
    skills: "",
    branch: "",
    max_runtime_s: "",
    max_cost_usd: profile.budget.runUsd === null ? "" : String(profile.budget.runUsd),
    session,
    usage_file: directory.filePath("usage.json"),
    mcp_file: mcpFilePath(profile.agent, directory),
  };
  return [found.path, ...expandCommand(rest, values, profile)];
}

function readAnswer(
  profile: Profile,
  directory: RunDirectory,
  { code, isTimedOut }: AskedEnd,
): ProfileAnswer {
  const report = readAgentOutput(directory, { countsOn: false, nowMs: Date.now() });
  const why = code === 0 ? null : code === null ? "it was ended by a signal" : `exit code ${code}`;
  const tookMs = profile.maxRuntimeMs ?? patienceMs;
  const error = isTimedOut ? `it took longer than ${formatDuration(tookMs)}` : (report?.error ?? why);
  if (error !== null) {
    const tail = report?.error == null ? directory.readLogTail() : "";
    throw new BoardError(
      "conflict",
      [`the profile ${profile.name} could not answer: ${error}`, tail].filter(Boolean).join("\n"),
      { hasLines: true },
    );
  }
  const printed =
    profile.agent === null ? readEnds(directory.logPath, { headBytes: 1_000_000, tailBytes: 0 })?.text : null;
  const text = (report?.text ?? Bun.stripANSI(printed ?? "")).trim();
  if (text === "") throw new BoardError("conflict", `the profile ${profile.name} answered nothing`);
  return { text, costUsd: report?.usage?.costUsd ?? null };
}
