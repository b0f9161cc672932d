import { type AdmissionRefusal, type AdmissionRules, admit } from "./admission.ts";
import { describeAnswers, type Question } from "./question.ts";
import { describeRefusal } from "./refusal.ts";
import type { Returns } from "./retry.ts";
import type { BlockKind, Task } from "./task.ts";

/** The named reason why a task is not being worked on, or is: computed from the board, never from a log. */
export type HoldReason =
  | AdmissionRefusal["reason"]
  | "running"
  | "claimed_by_person"
  | "claimed_elsewhere"
  | "triage"
  | "waiting_for_parents"
  | "parent_cancelled"
  | "parents_finished"
  | "scheduled"
  | "blocked"
  | "gave_up"
  | "needs_answer"
  | "review"
  | "next_tick"
  | "done"
  | "archived";

/** Why a task stands where it stands, what would change it, and the command that does. */
export interface Hold {
  readonly reason: HoldReason;
  readonly detail: string;
  /** When time alone lifts it. */
  readonly untilMs: number | null;
  /** The command that would change it; null where nothing needs to be done. */
  readonly command: string | null;
}

/** What explaining one task needs to know of its surroundings. */
export interface HoldFacts {
  readonly task: Task;
  /** Parents that are neither done nor archived. */
  readonly openParents: readonly { readonly id: string }[];
  readonly claim: {
    readonly holder: "worker" | "person" | "foreign";
    readonly runId: number;
    readonly pid: number | null;
    readonly host: string;
    readonly isHere: boolean;
  } | null;
  /** A parent is open, and no person has let it go on without. */
  readonly waitsForParents: boolean;
  readonly hasLiveRun: boolean;
  /** What it waits to be told. */
  readonly question: Question | null;
  /** How often in a row it came back without a failure, and how it did the last time; null: it did not. */
  readonly returns: Returns | null;
  /** Why it was blocked, as the last block or breaker event has it. */
  readonly block: {
    readonly gaveUp: boolean;
    /** The parent that was cancelled while it waited for it. */
    readonly cancelledParent: string | null;
    /** The breaker tripped because another try can't help. */
    readonly isHopeless: boolean;
    readonly reason: string | null;
    readonly kind: BlockKind | null;
  } | null;
  /** Of a task in triage that stopped for the same words again and again: how often, and for which. */
  readonly loop: { readonly times: number; readonly reason: string | null } | null;
}

/** The one reason, for every status a task can have. */
export function explainHold(facts: HoldFacts, rules: AdmissionRules): Hold {
  const { task } = facts;
  const id = task.id;
  switch (task.status) {
    case "triage":
      return explainTriage(facts);
    case "todo":
      return explainTodo(facts);
    case "scheduled":
      return task.notBeforeMs === null
        ? hold("scheduled", "it was put aside without a time", `kanbun promote ${id}`)
        : {
            ...hold("scheduled", "it waits for its time", `kanbun promote ${id}`),
            untilMs: task.notBeforeMs,
          };
    case "ready":
      return explainReady(facts, rules);
    case "running":
      return explainRunning(facts);
    case "blocked":
      return explainBlocked(facts);
    case "review":
      return task.assignee === null
        ? hold("review", "it waits for a person to review it", `kanbun approve ${id}`)
        : explainReady(facts, rules);
    case "done":
      return hold("done", "it is done", null);
    case "archived":
      return hold("archived", task.completedAtMs === null ? "it was cancelled" : "it was archived", null);
  }
}

function explainTriage({ task: { id }, loop }: HoldFacts): Hold {
  const detail =
    loop === null
      ? "it waits for a person to accept it"
      : `it stopped ${loop.times} times for the same thing: ${loop.reason ?? "no reason was given"}; change what it is told with \`kanbun edit ${id} --body <text>\`, then let it go on`;
  return hold("triage", detail, `kanbun promote ${id}`);
}

function nothingInTheWay(): Hold {
  return hold("next_tick", "nothing is in its way: the next tick starts it", "kanbun dispatch");
}

function explainTodo(facts: HoldFacts): Hold {
  const promoted = "nothing is in its way: the next tick promotes it";
  return explainParents(facts) ?? hold("parents_finished", promoted, "kanbun dispatch");
}

/** null without an open parent. */
function explainParents({ openParents }: HoldFacts): Hold | null {
  if (openParents.length > 0)
    return hold(
      "waiting_for_parents",
      `it waits for ${openParents.map((parent) => parent.id).join(", ")}`,
      null,
    );
  return null;
}

/** Of a task that some profile may start. */
function explainReady(facts: HoldFacts, rules: AdmissionRules): Hold {
  if (facts.waitsForParents) return explainParents(facts) ?? nothingInTheWay();
  const { task, hasLiveRun, returns } = facts;
  const { assignee, notBeforeMs } = task;
  const refusal = admit({ assignee, waitsForParents: false, notBeforeMs, hasLiveRun }, rules);
  if (refusal === null) return nothingInTheWay();
  const { detail, command } = describeRefusal(refusal.reason, { ...task, returns }, rules);
  return { reason: refusal.reason, detail, untilMs: refusal.untilMs, command };
}

function explainRunning({ task, claim }: HoldFacts): Hold {
  if (claim === null || claim.runId === 0)
    return hold(
      "claimed_elsewhere",
      "another program marked it running and left no run",
      `kanbun reclaim ${task.id}`,
    );
  if (claim.holder === "person")
    return hold(
      "claimed_by_person",
      `a person works on it (run ${claim.runId})`,
      `kanbun complete ${task.id}`,
    );
  if (!claim.isHere)
    return hold(
      "claimed_elsewhere",
      `run ${claim.runId} belongs to ${claim.host}, where its process can't be seen from here`,
      `kanbun reclaim ${task.id}`,
    );
  const who = claim.pid === null ? "its worker is being started" : `pid ${claim.pid}`;
  return hold("running", `run ${claim.runId} is at work (${who})`, `kanbun log -f ${task.id}`);
}

function explainBlocked({ task, block, question }: HoldFacts): Hold {
  if (question !== null)
    return hold(
      "needs_answer",
      `it asks: ${question.question} (${describeAnswers(question)})`,
      `kanbun answer ${task.id} <answer>`,
    );
  if (block?.gaveUp)
    return hold(
      "gave_up",
      `${block.isHopeless ? "another try can't help" : "it failed too often"}: ${task.lastFailureError?.split("\n", 1)[0] ?? "see its runs"}`,
      `kanbun unblock ${task.id}`,
    );
  const cancelled = block?.cancelledParent ?? null;
  if (cancelled !== null)
    return hold(
      "parent_cancelled",
      `its parent ${cancelled} was cancelled and will never be done`,
      `kanbun unlink ${cancelled} ${task.id}`,
    );
  const kind = block?.kind ?? task.blockKind;
  const reason = block?.reason ?? "no reason was given";
  return hold("blocked", kind === null ? reason : `${kind}: ${reason}`, `kanbun unblock ${task.id}`);
}

function hold(reason: HoldReason, detail: string, command: string | null): Hold {
  return { reason, detail, untilMs: null, command };
}
