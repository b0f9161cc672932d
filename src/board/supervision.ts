import { isLeaseRenewalDue, type LiveRun, type StopReason } from "./claim.ts";
import type { RunEnding } from "./run-ending.ts";
import { crashed, exitEnding, interrupted, plain, stoppedEnding } from "./run-ending.ts";
import type { Instant, Sighting, SupervisionRules } from "./sighting.ts";

/** What is to be done about a live run now. */
export type Judgement =
  | { readonly do: "wait"; readonly why: WaitReason }
  | { readonly do: "renew_lease" }
  | { readonly do: "give_up_start" }
  | { readonly do: "request_stop"; readonly reason: StopReason }
  | { readonly do: "signal"; readonly signal: "SIGTERM" }
  | { readonly do: "signal"; readonly signal: "SIGKILL"; readonly why: "stopping" | "unkillable" }
  | { readonly do: "close"; readonly ending: RunEnding; readonly treeGone: boolean }
  | { readonly do: "free_slot" };

export type WaitReason =
  | "running"
  | "launching"
  | "leaving"
  | "stopping"
  | "unkillable"
  | "other_dispatcher"
  | "elsewhere"
  | "unwritable"
  | "unconfigured"
  | "unknown";

/**
 * Maps what is known of a live run to the one thing to do about it. Only a tree that is known to be dead is
 * ever reclaimed; "unknown" waits.
 */
export function judge(run: LiveRun, seen: Sighting, rules: SupervisionRules, at: Instant): Judgement {
  const judgement = judgeByRules(run, seen, rules, at);
  // Whether that is success its profile says: taken for one, its children would start on work that may never have been done.
  const isGuess = rules.completes === null && judgement.do === "close";
  return isGuess && judgement.ending.outcome === "completed" ? wait("unconfigured") : judgement;
}

function judgeByRules(run: LiveRun, seen: Sighting, rules: SupervisionRules, at: Instant): Judgement {
  if (run.holder === "foreign") return judgeForeign(run, seen, at);
  if (run.holder === "person") return judgePerson(run, at);
  if (seen.where === "elsewhere") return wait("elsewhere");
  if (seen.where === "rebooted") return judgeGone(run, seen, rules, "the host was rebooted");
  // Closed or stopping: a shim that has not started must not start any more, before anything is freed.
  if (seen.start === "open" && (!run.isOpen || run.stop)) return { do: "give_up_start" };
  if (seen.where === "restarted" && seen.start !== "open")
    return judgeGone(run, seen, rules, "the container that it ran in is gone");
  if (!run.isOpen) return judgeClosed(run, seen, at);
  if (run.stop) return judgeStopping(run, seen, rules, at);
  if (seen.exit) return judgeExited(run, seen, { ending: exitEnding(run, seen, rules), at });
  if (seen.start === "given_up") return judgeGivenUp(seen);
  if (seen.start === "open") {
    const isOverdue = at.monotonicMs - run.claimedAtMonotonicMs > rules.launchGraceMs;
    return isOverdue ? { do: "give_up_start" } : wait("launching");
  }
  if (seen.leader === "dead") return judgeVanished(seen);
  if (seen.leader === "unknown") return wait("unknown");
  return judgeRunning(run, seen, { rules, at });
}

function judgeRunning(
  run: LiveRun,
  seen: Sighting,
  { rules, at }: { readonly rules: SupervisionRules; readonly at: Instant },
): Judgement {
  // By the monotonic clock: a wall clock that jumps must not end healthy workers.
  if (run.maxRuntimeMs !== null && at.monotonicMs - run.claimedAtMonotonicMs > run.maxRuntimeMs)
    return { do: "request_stop", reason: "timed_out" };
  if (rules.staleAfterMs !== null && isSilentFor(run, rules.staleAfterMs, at))
    return { do: "request_stop", reason: "stale" };
  const { stallAfterMs = null } = rules;
  if (stallAfterMs !== null && hasStalled(run, seen, { stallAfterMs, at }))
    return { do: "request_stop", reason: "stale" };
  if (isLeaseRenewalDue(run, { nowMs: at.nowMs, leaseMs: rules.leaseMs })) return { do: "renew_lease" };
  return wait("running");
}

/** By the clock that does not jump; a worker of another make writes its heartbeats by the wall clock alone. */
function isSilentFor(run: LiveRun, staleAfterMs: number, at: Instant): boolean {
  const isOtherMake = run.lastHeartbeatAtMs !== null && run.lastHeartbeatAtMonotonicMs === null;
  if (isOtherMake && at.nowMs - (run.lastHeartbeatAtMs ?? 0) <= staleAfterMs) return false;
  return at.monotonicMs - (run.lastHeartbeatAtMonotonicMs ?? run.claimedAtMonotonicMs) > staleAfterMs;
}

/** A file's time is by the wall clock: the claim's age by the other one keeps a jump from ending what has just begun. */
function hasStalled(
  run: LiveRun,
  seen: Sighting,
  { stallAfterMs, at }: { readonly stallAfterMs: number; readonly at: Instant },
): boolean {
  const { loggedAtMs = null } = seen;
  if (loggedAtMs === null || at.nowMs - loggedAtMs <= stallAfterMs) return false;
  return isSilentFor(run, stallAfterMs, at);
}

/** All processes of the run ended with what they ran in. */
function judgeGone(run: LiveRun, seen: Sighting, rules: SupervisionRules, why: string): Judgement {
  if (!run.isOpen) return { do: "free_slot" };
  return close(seen.exit ? exitEnding(run, seen, rules) : interrupted(why));
}

/** Ended by itself. A run of a task that is done is closed at once; of one that will run again, when its last process has ended. */
function judgeExited(
  run: LiveRun,
  seen: Sighting,
  { ending, at }: { readonly ending: RunEnding; readonly at: Instant },
): Judgement {
  if (seen.tree === "dead") return close(ending);
  // Its log may be held open by someone who is none of the run's: that is not waited for without end.
  if (seen.tree === "ending" && at.nowMs - (seen.exitAtMs ?? at.nowMs) < run.graceMs) return wait("leaving");
  if (ending.outcome === "completed") return { do: "close", ending, treeGone: false };
  return { do: "request_stop", reason: "leave" };
}

/** No shim starts it any more. What is found of it was there before: its run folder was removed. */
function judgeGivenUp(seen: Sighting): Judgement {
  if (seen.tree === "dead") return close(interrupted("the worker was never started"));
  return seen.tree === "alive" ? { do: "request_stop", reason: "leave" } : wait("unknown");
}

/** The shim is gone without a word: killed. What it started may still be there. */
function judgeVanished(seen: Sighting): Judgement {
  if (seen.tree === "dead" && !seen.hasBegun)
    return close(
      interrupted("there was no room on the disk to write down how it would end: it was not started"),
    );
  if (seen.tree === "dead")
    return close(
      crashed(null, `it ran, and how it ended is not known: ${seen.flaw ?? "its shim was killed"}`, seen),
    );
  if (seen.tree === "ending") return wait("leaving");
  return seen.tree === "alive" ? { do: "request_stop", reason: "leave" } : wait("unknown");
}

function judgeStopping(run: LiveRun, seen: Sighting, rules: SupervisionRules, at: Instant): Judgement {
  // A shim without a last word and nobody below it was told to go on: it is about to say how its worker ended.
  if (seen.tree === "ending" && seen.exit === null) return wait("stopping");
  return seen.tree === "dead" ? close(stoppedEnding(run, seen, rules)) : escalate(run, seen, at);
}

function judgeClosed(run: LiveRun, seen: Sighting, at: Instant): Judgement {
  if (seen.tree === "dead") return { do: "free_slot" };
  if (run.stop) return escalate(run, seen, at);
  // Where another program took its task away, or its record was removed, no one knows when it ended: there is no grace period to wait for.
  const sinceEndMs =
    run.endedAtMonotonicMs === null
      ? at.nowMs - (run.endedAtMs ?? 0)
      : at.monotonicMs - run.endedAtMonotonicMs;
  // Another machine wrote the time, and its clock is ahead of ours: then its grace period counts as over.
  const isLeaving = sinceEndMs >= 0 && sinceEndMs < run.graceMs;
  return isLeaving ? wait("leaving") : { do: "request_stop", reason: "leave" };
}

/** TERM, then KILL at the first look after the grace, however late that comes, and at each one again until nothing is left. */
function escalate(run: LiveRun, seen: Sighting, at: Instant): Judgement {
  if (seen.tree === "unknown") return wait("unknown");
  const termAtMs = run.stop?.termAtMonotonicMs ?? null;
  if (termAtMs === null) return { do: "signal", signal: "SIGTERM" };
  if (at.monotonicMs - termAtMs < run.graceMs) return wait("stopping");
  return { do: "signal", signal: "SIGKILL", why: seen.survivedKill ? "unkillable" : "stopping" };
}

function judgePerson(run: LiveRun, at: Instant): Judgement {
  if (!run.isOpen) return { do: "free_slot" };
  if (run.claimExpiresAtMs !== null && run.claimExpiresAtMs < at.nowMs)
    return close(plain("reclaimed", "the lease ended without a heartbeat"));
  return wait("running");
}

/** Another dispatcher's claim carries no identity: a pid that is gone proves its end, one that is there proves nothing. */
function judgeForeign(run: LiveRun, seen: Sighting, at: Instant): Judgement {
  if (seen.where === "elsewhere") return wait("elsewhere");
  const isExpired = run.claimExpiresAtMs !== null && run.claimExpiresAtMs < at.nowMs;
  if (run.process !== null && seen.leader === "dead") {
    // How a worker of its own ended, only its own dispatcher can tell: while that lives, it is for it to say.
    if (!isExpired && seen.dispatcher === "alive") return wait("other_dispatcher");
    return close(crashed(null, "the worker is gone without a verdict", seen));
  }
  if (run.process !== null) return wait("running");
  if (isExpired) return close(plain("reclaimed", "the lease ended and no worker was ever recorded"));
  return wait("running");
}

function wait(why: WaitReason): Judgement {
  return { do: "wait", why };
}

function close(ending: RunEnding): Judgement {
  return { do: "close", ending, treeGone: true };
}
