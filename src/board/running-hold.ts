import type { StopReason } from "./claim.ts";
import { type Hold, hold, idWord, tickCommand } from "./hold.ts";
import type { HoldFacts } from "./hold-facts.ts";
import type { WaitReason } from "./supervision.ts";

/** Of a running task: who works on it, or what the next tick does about it where no one does any more. */
export function explainRunning(facts: HoldFacts): Hold {
  const { task, claim, judgement } = facts;
  if (claim === null || claim.runId === 0)
    return hold(
      "claimed_elsewhere",
      "another program marked it running and left no run",
      `kanbun reclaim ${idWord(task.id)}`,
    );
  const run = `run ${claim.runId}`;
  switch (judgement?.do) {
    case "give_up_start":
      return hold(
        "worker_ended",
        `${run} was claimed and has not been started: the next tick takes it back`,
        tickCommand,
      );
    case "close":
      return hold("worker_ended", `${describeEnd(facts)}: the next tick records the outcome`, tickCommand);
    case "request_stop":
      return hold("stopping", `${run} ${stopWords[judgement.reason]}: the next tick stops it`, tickCommand);
    case "signal":
      return hold("stopping", `${run} is being stopped: the next tick continues`, tickCommand);
    case "wait":
      if (judgement.why === "leaving" || judgement.why === "stopping" || judgement.why === "unkillable")
        return hold("stopping", `${run} ${leavingWords[judgement.why]}`, tickCommand);
      if (judgement.why === "other_dispatcher")
        return {
          ...hold(
            "worker_ended",
            "its worker has ended; the dispatcher that started it, another program, records the outcome",
            null,
          ),
          untilAtMs: task.claimExpiresAtMs,
        };
      if (judgement.why === "unconfigured")
        return hold("worker_ended", `its worker has ended with exit code 0: ${unconfigured}`, null);
      if (judgement.why === "unknown")
        return hold(
          "running",
          `can't tell whether all processes of ${run} have ended; once you know that they have, reclaim it`,
          `kanbun reclaim --dead ${idWord(task.id)}`,
        );
  }
  return explainAtWork(facts, claim);
}

function describeEnd({ claim }: HoldFacts): string {
  return claim?.holder === "person" ? "the claim of a person has expired" : "its worker has ended";
}

/** What is waited for where a profile can't be read. */
export const unconfigured =
  "its profile in kanbun.toml decides whether that completes it, and can't be read (see `kanbun doctor`)";

const stopWords: Readonly<Record<StopReason, string>> = {
  timed_out: "has exceeded its max runtime",
  stale: "has been silent for longer than its profile allows",
  reclaimed: "was reclaimed",
  leave: "has ended and left processes behind",
};

const leavingWords: Readonly<Record<Extract<WaitReason, "leaving" | "stopping" | "unkillable">, string>> = {
  leaving: "has ended; its last processes are still within the grace period",
  stopping: "was told to stop and is within its grace period",
  unkillable: "survived SIGKILL (uninterruptible sleep?): each tick tries again",
};

function explainAtWork({ task, reader }: HoldFacts, claim: NonNullable<HoldFacts["claim"]>): Hold {
  const run = `run ${claim.runId}`;
  if (claim.holder === "person") {
    const isOwn = reader === undefined || reader === claim.by;
    const command = isOwn
      ? `kanbun complete ${idWord(task.id)}`
      : `kanbun reclaim --force ${idWord(task.id)}`;
    return hold("claimed_by_person", `${claim.by ?? "a person"} works on it (${run})`, command);
  }
  if (!claim.isHere)
    return hold(
      "claimed_elsewhere",
      `${run} belongs to ${claim.host || "another host"}, where its process can't be seen from here; once you know that it is gone, reclaim it`,
      `kanbun reclaim --dead ${idWord(task.id)}`,
    );
  const who = claim.pid === null ? "its worker is being started" : `pid ${claim.pid}`;
  const whose = claim.holder === "foreign" ? " of another dispatcher" : "";
  return hold("running", `${run}${whose} is running (${who})`, `kanbun log -f ${idWord(task.id)}`);
}
