import { type AdmissionRules, admit } from "./admission.ts";
import { type Hold, hold, nameInText, tickCommand } from "./hold.ts";
import type { HoldFacts } from "./hold-facts.ts";
import { describeAnswers, type Question } from "./question.ts";
import { describeOddRow, describeRefusal } from "./refusal.ts";
import { explainRunning } from "./running-hold.ts";
import type { Task } from "./task.ts";

/** The one reason, for every status a task can have. */
export function explainHold(facts: HoldFacts, rules: AdmissionRules): Hold {
  const one = explainStatus(facts, rules);
  // Whatever waits for a tick, now or later, waits for ever where nobody ticks.
  const needsTick = one.command === tickCommand || one.untilMs !== null;
  if (facts.hasDispatcher !== false || !needsTick) return one;
  return { ...one, detail: `${one.detail} (no dispatcher is running)` };
}

function explainStatus(facts: HoldFacts, rules: AdmissionRules): Hold {
  const { task } = facts;
  switch (task.status) {
    case "triage":
      return explainTriage(facts);
    case "todo":
      return explainTodo(facts);
    case "scheduled":
      return explainScheduled(task, rules.nowMs);
    case "ready":
      return explainReady(facts, rules);
    case "running":
      return explainRunning(facts);
    case "blocked":
      return explainBlocked(facts);
    case "review":
      return task.assignee === null ? explainPersonReview(facts) : explainReady(facts, rules);
    case "done":
      return hold("done", "it is done", null);
    case "archived":
      return hold("archived", task.completedAtMs === null ? "it was cancelled" : "it was archived", null);
    default: {
      // A status of another program's.
      const { detail, command } = describeOddRow(task);
      return hold("odd_row", detail, command);
    }
  }
}

function explainTriage({ task: { id }, loop }: HoldFacts): Hold {
  const detail =
    loop === null
      ? "it waits for a person to accept it"
      : `it stopped ${loop.times} times for the same thing: ${loop.reason ?? "no reason was given"}; change what it is told with \`kanbun edit ${id} --body <text>\`, then promote it`;
  return hold("triage", detail, `kanbun promote ${id}`);
}

function explainScheduled({ id, notBeforeMs }: Task, nowMs: number): Hold {
  if (notBeforeMs === null) return hold("scheduled", "it was put off without a time", `kanbun promote ${id}`);
  if (notBeforeMs <= nowMs)
    return hold(
      "scheduled",
      `it has been due since ${new Date(notBeforeMs).toISOString()}: the next tick promotes it`,
      tickCommand,
    );
  return { ...hold("scheduled", "it is not due yet", `kanbun promote ${id}`), untilMs: notBeforeMs };
}

function explainPersonReview({ task, reader }: HoldFacts): Hold {
  return reader !== undefined && task.author === reader
    ? hold("review", `it waits for a review by another person than ${reader}, who did it`, null)
    : hold("review", "it waits for a review by a person", `kanbun approve ${task.id}`);
}

function nothingInTheWay(): Hold {
  return hold("next_tick", "nothing is in its way: the next tick starts it", tickCommand);
}

function explainTodo(facts: HoldFacts): Hold {
  const promoted = "nothing is in its way: the next tick promotes it";
  return explainParents(facts) ?? hold("parents_finished", promoted, tickCommand);
}

/** null without an open parent. */
function explainParents({ openParents: { count, first } }: HoldFacts): Hold | null {
  if (first.length === 0) return null;
  const names = first.map(nameInText).join(", ");
  const more = count > first.length ? ` and ${count - first.length} more` : "";
  return hold("waiting_for_parents", `it waits for ${names}${more}`, null);
}

/** Of a task that some profile may start. */
function explainReady(facts: HoldFacts, rules: AdmissionRules): Hold {
  if (facts.waitsForParents && facts.task.oddity === null) return explainParents(facts) ?? nothingInTheWay();
  const { task, hasLiveRun, returns } = facts;
  const { assignee, notBeforeMs, oddity } = task;
  const refusal = admit({ oddity, assignee, waitsForParents: false, notBeforeMs, hasLiveRun }, rules);
  if (refusal === null) return nothingInTheWay();
  if (refusal.reason === "previous_worker_alive" && facts.judgement?.do === "free_slot")
    return hold("previous_worker_alive", "its last worker has ended: the next tick records it", tickCommand);
  const { isRateLimited } = facts;
  const { detail, command } = describeRefusal(refusal.reason, { ...task, returns, isRateLimited }, rules);
  return { reason: refusal.reason, detail, untilMs: refusal.untilMs, command };
}

function explainBlocked({ task, block, question }: HoldFacts): Hold {
  if (question !== null)
    return hold(
      "needs_answer",
      `it asks: ${question.question} (${describeAnswers(question)})`,
      `kanbun answer ${task.id} ${possibleAnswer(question)}`,
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

/** One that works as typed. */
function possibleAnswer({ answerKind }: Question): string {
  return { text: '"your answer"', choice: "1", yes_no: "yes" }[answerKind];
}
