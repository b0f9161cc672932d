import { type LiveRun, type ProcessMark, type StopReason, workerLeaseMs } from "../../board/claim.ts";
import type { Instant, SupervisionRules } from "../../board/sighting.ts";
import { type Judgement, judge, type WaitReason } from "../../board/supervision.ts";
import type { EndedUsage, StartedAgent } from "../../board/usage.ts";
import type { RunClosing, StopRequest } from "../../store/tick.ts";
import type { Config } from "../../system/config/config.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { readAgentOutput } from "../../worker/agent-output.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import { readStartedAgent } from "../../worker/started-agent.ts";
import { nameMembers } from "../../worker/tree/run-tree.ts";
import { type Observer, type SightedRun, sightRuns } from "../../worker/tree/sighting.ts";
import { endUnborn } from "../../worker/tree/stop.ts";

/** What a look at the live runs calls for; all of it reads, but for starts that are given up. */
export interface Findings {
  readonly closings: RunClosing[];
  readonly stops: StopRequest[];
  readonly renewals: LiveRun[];
  readonly adopted: { readonly run: LiveRun; readonly process: ProcessMark }[];
  readonly freed: LiveRun[];
  /** Agents of runs whose dispatcher died before it could record how it had started them. */
  readonly agents: { readonly run: LiveRun; readonly agent: StartedAgent }[];
  /** What agents that have ended say that they used. */
  readonly usages: { readonly run: LiveRun; readonly usage: EndedUsage }[];
  /** Told to end once the board says so, and again with force when their grace is over. */
  readonly terms: SightedRun[];
  readonly kills: SightedRun[];
  /** Nothing is left of these but a shim that stopped itself for good. */
  readonly idleShims: SightedRun[];
  /** Nothing is left of these but a shim that is stopped before its last word. */
  readonly silentShims: SightedRun[];
  readonly waiting: {
    readonly run: LiveRun;
    readonly why: Exclude<WaitReason, "running">;
    /** What of it can't be read; null or absent: nothing. */
    readonly flaw?: string | null;
  }[];
}

/** Looks at every run that may still have processes, outside any transaction, and judges each. */
export function lookAtRuns(
  live: readonly LiveRun[],
  observer: Observer,
  config: Config,
  at: Instant,
): Findings {
  const findings: Findings = {
    closings: [],
    stops: [],
    renewals: [],
    adopted: [],
    freed: [],
    agents: [],
    usages: [],
    terms: [],
    kills: [],
    idleShims: [],
    silentShims: [],
    waiting: [],
  };
  for (const one of sightRuns(live, observer)) {
    const rules = rulesFor(one.run, config);
    const sighted = lookCloser(one, config, { runs: observer.runs, nowMs: at.nowMs });
    const judgement = judge(sighted.run, sighted.seen, rules, at);
    if (judgement.do === "give_up_start") giveUpStart(sighted.run, { observer, rules, at, findings });
    else note(sighted, judgement, observer.runs, findings);
  }
  return findings;
}

/** Wins the run's start, so that no shim ever will, and then looks again; or loses it, and the next tick sees who won. */
function giveUpStart(
  run: LiveRun,
  {
    observer,
    rules,
    at,
    findings,
  }: { observer: Observer; rules: SupervisionRules; at: Instant; findings: Findings },
): void {
  try {
    if (!new RunDirectory(observer.runs, run.runId, run.token).tryGiveUpStart()) return;
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    // No process can win its start: its shim is held up by the same fault, and the tick goes on for all others.
    findings.waiting.push({ run, why: "unwritable" });
    return;
  }
  endUnborn(run.token);
  for (const sighted of sightRuns([run], observer))
    note(sighted, judge(run, sighted.seen, rules, at), observer.runs, findings);
}

function note(sighted: SightedRun, judgement: Judgement, runs: string, findings: Findings): void {
  const { run, shim, seen } = sighted;
  const usage = seen.report?.usage ?? null;
  const isEnd = judgement.do === "close" || judgement.do === "free_slot";
  if (usage !== null && isEnd) findings.usages.push({ run, usage });
  if (run.process === null && shim !== null && (run.isOpen || isEnd)) {
    const agent = readStartedAgent(new RunDirectory(runs, run.runId, run.token));
    if (agent !== null) findings.agents.push({ run, agent });
  }
  if (seen.leader === "alive" && seen.tree === "dead") findings.idleShims.push(sighted);
  if (seen.tree === "ending" && seen.exit === null) findings.silentShims.push(sighted);
  if (run.isOpen && run.process === null && shim !== null && judgement.do !== "close")
    findings.adopted.push({ run, process: shim });
  switch (judgement.do) {
    case "close":
      findings.closings.push({ run, ending: judgement.ending, treeGone: judgement.treeGone });
      break;
    case "request_stop":
      findings.stops.push({ run, reason: judgement.reason, left: nameLeftovers(sighted, judgement.reason) });
      findings.terms.push(sighted);
      break;
    case "signal":
      if (judgement.signal === "SIGKILL") {
        findings.kills.push(sighted);
        findings.waiting.push({ run, why: judgement.why });
      } else {
        const reason = run.stop?.reason ?? "leave";
        findings.stops.push({ run, reason, left: nameLeftovers(sighted, reason) });
        findings.terms.push(sighted);
      }
      break;
    case "renew_lease":
      findings.renewals.push(run);
      break;
    case "free_slot":
      findings.freed.push(run);
      break;
    case "wait":
      if (judgement.why !== "running") findings.waiting.push({ run, why: judgement.why, flaw: seen.flaw });
      break;
    case "give_up_start":
      break;
  }
}

/** How many are named: a worker may leave thousands. */
const namedMax = 20;

function nameLeftovers(sighted: SightedRun, reason: StopReason): readonly string[] {
  // A worker that has not ended is no leftover: the move that ended its task ends it.
  if (reason !== "leave" || !sighted.isRoot || sighted.seen.exit === null) return [];
  return nameMembers(sighted, namedMax);
}

/** Adds what a profile wants to be known of its runs beside their processes: what was said at the end, and when last. */
export function lookCloser(
  sighted: SightedRun,
  config: Config,
  { runs, nowMs }: { readonly runs: string; readonly nowMs: number },
): SightedRun {
  const { run, seen } = sighted;
  const profile = run.profile === null ? undefined : config.profiles.get(run.profile);
  const { agent = null, stallAfterMs = null } = profile ?? {};
  const isHere = run.holder === "worker" && seen.where !== "elsewhere";
  const readsEnd = agent !== null && agent.preset.isProse !== true && seen.exit !== null;
  if (!isHere || !(readsEnd || stallAfterMs !== null)) return sighted;
  const directory = new RunDirectory(runs, run.runId, run.token);
  const countsOn = agent?.preset.session.countsOn === true;
  const report = readsEnd ? readAgentOutput(directory, { countsOn, nowMs }) : null;
  const loggedAtMs = stallAfterMs === null ? null : directory.readLogTimeMs();
  return { ...sighted, seen: { ...seen, report, loggedAtMs } };
}

/** As a POSIX shell says that the last command of its script could not be started. */
const shellExits = {
  126: { meaning: "a command could not be started", again: "never" },
  127: { meaning: "a command was not found", again: "never" },
} as const;

function isShell(command: readonly string[] | undefined): boolean {
  return /(^|\/)(ba|da|z)?sh$/.test(command?.[0] ?? "");
}

export function rulesFor(run: LiveRun, config: Config): SupervisionRules {
  const profile = run.profile === null ? undefined : config.profiles.get(run.profile);
  const fault = profile === undefined ? config.fault : profile.fault;
  const isKnown = fault === null || fault.hasSettings;
  const agent = profile?.agent ?? null;
  return {
    // A profile that is no longer configured: an exit code says what its worker cannot say any more.
    completes: isKnown ? (profile?.completes ?? "on-exit") : null,
    staleAfterMs: profile?.staleAfterMs ?? null,
    stallAfterMs: profile?.stallAfterMs ?? null,
    // A command of its own may have it print what no one reads.
    tellsEnd: agent !== null && agent.level !== null && agent.preset.isProse !== true,
    exitCodes: agent?.preset.exitCodes ?? (isShell(profile?.command) ? shellExits : {}),
    leaseMs: workerLeaseMs(config.dispatch.leaseMs),
    launchGraceMs: config.dispatch.launchGraceMs,
  };
}
