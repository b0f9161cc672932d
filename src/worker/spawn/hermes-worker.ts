import { join } from "node:path";
import type { Task } from "../../board/task.ts";
import type { Profile } from "../../system/config/config.ts";
import type { RunIdentity } from "./run-identity.ts";
import { SpawnError } from "./spawn-error.ts";

/** What a Hermes worker may not run into by itself: its own limit ends before the run's does. */
const foregroundMarginS = 30;

/** The variables by which a worker of Hermes finds its board, its profile and its limits. */
export function hermesVariables(
  { command, name }: Pick<Profile, "command" | "name">,
  identity: RunIdentity,
): Record<string, string> {
  const profile = hermesProfile(command) ?? name;
  const { branch, tenant, goalMode, goalMaxTurns, maxRuntimeMs } = identity;
  const limitS =
    maxRuntimeMs === null ? null : Math.max(1, Math.floor(maxRuntimeMs / 1000) - foregroundMarginS);
  return {
    HERMES_KANBAN_TASK: identity.task,
    HERMES_KANBAN_DB: identity.database ?? "",
    HERMES_KANBAN_BOARD: identity.board,
    HERMES_KANBAN_WORKSPACE: identity.workspace,
    HERMES_KANBAN_WORKSPACES_ROOT: identity.workspacesRoot,
    HERMES_KANBAN_ATTACHMENTS_ROOT: identity.attachmentsRoot,
    HERMES_KANBAN_RUN_ID: String(identity.run),
    HERMES_KANBAN_CLAIM_LOCK: identity.claimLock,
    HERMES_PROFILE: profile,
    TERMINAL_CWD: identity.workspace,
    ...(branch === null ? {} : { HERMES_KANBAN_BRANCH: branch }),
    ...(tenant === null ? {} : { HERMES_TENANT: tenant }),
    ...(goalMode ? { HERMES_KANBAN_GOAL_MODE: "1" } : {}),
    ...(goalMode && goalMaxTurns !== null ? { HERMES_KANBAN_GOAL_MAX_TURNS: String(goalMaxTurns) } : {}),
    ...(limitS === null
      ? {}
      : { TERMINAL_TIMEOUT: String(limitS), TERMINAL_MAX_FOREGROUND_TIMEOUT: String(limitS) }),
  };
}

/** Without it a profile of a home that is not ~/.hermes does not exist. A profile's own `env` wins. */
export function hermesHome({ command, name }: Pick<Profile, "command" | "name">, home: string): string {
  const profile = hermesProfile(command) ?? name;
  return profile === "default" ? home : join(home, "profiles", profile);
}

/**
 * The line of a Hermes worker: what the task asks for stands before `chat`, as its own dispatcher has it. A line without
 * that word, or that says itself where these values go, stays as it is.
 * @param expand fills in the placeholders of a part of the line
 * @throws {SpawnError} for a value that would be taken for an option
 */
export function hermesLine(
  args: readonly string[],
  task: Pick<Task, "skills" | "modelOverride" | "providerOverride" | "reasoningEffort" | "goalMode">,
  expand: (args: readonly string[]) => string[],
): string[] {
  const at = args.indexOf("chat");
  if (at === -1 || args.some((argument) => /\{(skills|model|provider)\}/.test(argument))) return expand(args);
  const model = task.modelOverride;
  const options = [
    ...task.skills.flatMap((skill) => option("--skills", skill)),
    ...(model === null ? [] : option("-m", model)),
    ...(model === null || task.providerOverride === null ? [] : option("--provider", task.providerOverride)),
    ...(task.reasoningEffort === null ? [] : option("--reasoning", task.reasoningEffort)),
  ];
  const goal = task.goalMode ? ["-Q"] : [];
  return [...expand(args.slice(0, at)), ...options, "chat", ...goal, ...expand(args.slice(at + 1))];
}

function option(flag: string, value: string): string[] {
  if (value === "" || value.startsWith("-"))
    throw new SpawnError(
      `${JSON.stringify(value)} cannot be a value of ${flag}: it would be taken for an option`,
      {
        again: "never",
      },
    );
  return [flag, value];
}

function hermesProfile(command: readonly string[]): string | null {
  const at = command.findIndex((argument) => argument === "-p" || argument === "--profile");
  return (at === -1 ? null : command[at + 1]) ?? null;
}
