import { type AdmissionRefusal, type AdmissionRules, activePause, type Pause } from "./admission.ts";
import { idWord } from "./hold.ts";
import { describePlacement, noTraits, suits } from "./placement.ts";
import type { Returns } from "./retry.ts";
import type { RunOutcome } from "./run.ts";
import type { Task } from "./task.ts";

/** What is said of the task that is held back. */
type HeldBack = Pick<
  Task,
  | "id"
  | "status"
  | "oddity"
  | "assignee"
  | "author"
  | "consecutiveFailures"
  | "lastFailureError"
  | "host"
  | "labels"
> & {
  readonly returns: Returns | null;
  readonly isRateLimited: boolean;
};

/** What a refusal means to a person, and the command that lifts it. */
export function describeRefusal(
  reason: AdmissionRefusal["reason"],
  task: HeldBack,
  rules: AdmissionRules,
): { readonly detail: string; readonly command: string | null } {
  const { slots } = rules;
  const profile = task.assignee ?? "";
  const { maxInProgress: profileMax = null, fault = null } = rules.profiles.get(profile) ?? {};
  switch (reason) {
    case "odd_row":
      return describeOddRow(task);
    case "waiting_for_parents":
      return { detail: "a parent is not done yet", command: `kanbun explain ${idWord(task.id)}` };
    case "unassigned":
      return { detail: "it has no assignee", command: suggestProfile(task, rules) };
    case "bad_configuration":
      return {
        detail: rules.configFault
          ? `nothing starts while the configuration has a mistake: ${rules.configFault}`
          : `its profile ${profile} has a mistake: ${fault}`,
        command: null,
      };
    case "other_host":
      return {
        detail: describeOtherHost(task, rules),
        command: `kanbun edit ${idWord(task.id)} ${withoutIt(task, rules)}`,
      };
    case "unknown_profile":
      return {
        detail: `there is no profile ${JSON.stringify(profile)}; use one of ${[...rules.profiles.keys()].join(", ")}`,
        command: suggestProfile(task, rules),
      };
    case "previous_worker_alive":
      return { detail: "a process of its last run is still being stopped", command: "kanbun dispatch" };
    case "due":
      return task.isRateLimited
        ? { detail: `its profile ${profile} is rate limited`, command: `kanbun profiles resume ${profile}` }
        : {
            detail: describePause(task),
            command: `kanbun ${canBeRetried(task) ? "retry" : "promote"} ${task.id}`,
          };
    case "board_paused":
      return { detail: pauseDetail(rules, "board", "the board is paused"), command: "kanbun resume" };
    case "profile_paused":
      return {
        detail: pauseDetail(rules, `profile:${profile}`, `the profile ${profile} is paused`),
        command: `kanbun profiles resume ${profile}`,
      };
    case "profile_slots":
      return profileMax === 0
        ? {
            detail: `the profile ${profile} is switched off: max_in_progress = 0 in kanbun.toml`,
            command: null,
          }
        : { detail: `all ${profileMax} slots of the profile ${profile} are taken`, command: null };
    case "board_slots":
      return { detail: `all ${slots.boardMax} slots of the board are taken`, command: null };
    case "home_slots":
      return { detail: `all ${slots.homeMax} slots of the home are taken`, command: null };
    case "slots_busy":
      return {
        detail: `${rules.slotsHolder} holds the slots of the home and is stuck`,
        command: "kanbun doctor",
      };
  }
}

/** What of it this host has not. */
function describeOtherHost({ host, labels }: HeldBack, { traits = noTraits }: AdmissionRules): string {
  const missing = labels.filter((label) => !traits.labels.includes(label));
  const isHere = suits({ host, labels: [] }, traits);
  const name = traits.names[0] ?? "this host";
  return [
    ...(isHere ? [] : [`asks for ${describePlacement({ host, labels: [] })}, and this is ${name}`]),
    ...(missing.length === 0
      ? []
      : [`asks for ${describePlacement({ host: null, labels: missing })}, which ${name} has not`]),
  ].join("; ");
}

function withoutIt({ host }: HeldBack, { traits = noTraits }: AdmissionRules): string {
  return host === null || traits.names.includes(host) ? "--no-label" : "--no-host";
}

/** How a person sets right what another program wrote; null where no command of ours does. */
const repairs: Readonly<Record<string, string>> = {
  title: "--title 'a title'",
  body: "--no-body",
  priority: "--no-priority",
  workspace_kind: "--no-workspace",
  workspace_path: "--no-workspace",
  branch_name: "--no-branch",
  tenant: "--no-tenant",
  skills: "--no-skill",
  model_override: "--no-model",
  provider_override: "--no-provider",
  max_runtime_seconds: "--no-max-runtime",
  max_retries: "--no-max-retries",
};

/** Of a task whose row holds what can't be used. */
export function describeOddRow({ id, oddity }: Pick<Task, "id" | "oddity">) {
  const options = repairs[oddity?.split(" ", 1)[0] ?? ""];
  return {
    detail: `another program wrote a value that Kanbun can't use: ${oddity}`,
    command: options === undefined ? null : `kanbun edit ${idWord(id)} ${options}`,
  };
}

/** The first profile that may do it: no one reviews their own work. */
function suggestProfile({ id, author }: HeldBack, { profiles }: AdmissionRules): string | null {
  const profile = [...profiles.keys()].find((name) => name !== author);
  return profile === undefined ? null : `kanbun assign ${idWord(id)} ${profile}`;
}

const returnWords: Partial<Record<RunOutcome, string>> = {
  changes_requested: "sent back by its reviewer",
  scheduled: "put off by its worker",
};

/** It waits because of a failure. What failed is not the task where that was its review. */
function canBeRetried({ status, returns, consecutiveFailures }: HeldBack): boolean {
  return status === "ready" && returns === null && consecutiveFailures > 0;
}

function describePause(task: HeldBack): string {
  const { returns, consecutiveFailures, lastFailureError } = task;
  if (returns !== null) return describeReturns(returns, lastFailureError);
  return consecutiveFailures > 0
    ? `waits before the next try (failures in a row: ${consecutiveFailures})`
    : "not due yet";
}

/** In words, how often in a row a task came back without a failure, and what was said of it the last time. */
export function describeReturns({ times, outcome }: Returns, error: string | null): string {
  const howOften = times === 1 ? "" : ` ${times} times in a row`;
  const why = error === null ? "" : `: ${error.split("\n", 1)[0]}`;
  return `${returnWords[outcome] ?? outcome}${howOften}${why}`;
}

function pauseDetail(rules: AdmissionRules, scope: Pause["scope"], what: string): string {
  const reason = activePause(rules, scope)?.reason;
  return reason === undefined ? what : `${what} (${reason})`;
}
