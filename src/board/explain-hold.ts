import { type AdmissionRules, admit } from "./admission.ts";
import { cutText, partCharsMax } from "./cut-text.ts";
import { type Hold, hold, idWord, nameInText, tickCommand } from "./hold.ts";
import type { HoldFacts } from "./hold-facts.ts";
import { noTraits, suits } from "./placement.ts";
import { describeAnswers, type Question } from "./question.ts";
import { describeOddRow, describeRefusal } from "./refusal.ts";
import { explainRunning } from "./running-hold.ts";
import type { Task } from "./task.ts";

/**
 * The one reason, for every status a task can have.
 * @param formatTime how a time is written for its reader, from milliseconds since 1970
 */
export function explainHold(
  facts: HoldFacts,
  rules: AdmissionRules,
  formatTime = (ms: number) => new Date(ms).toISOString(),
): Hold {
  const one = explainStatus(facts, rules, formatTime);
  // What waits for a tick, now or later, waits forever where no dispatcher is.
  const needsTick = one.command === tickCommand || one.untilAtMs !== null;
  if (facts.hasDispatcher !== false || !needsTick) return one;
  return { ...one, detail: `${one.detail} (no dispatcher is running)` };
}

function explainStatus(facts: HoldFacts, rules: AdmissionRules, formatTime: (ms: number) => string): Hold {
  const { task } = facts;
  switch (task.status) {
    case "triage":
      return explainTriage(facts);
    case "todo":
      return explainTodo(facts);
    case "scheduled":
      return explainScheduled(task, rules.nowMs, formatTime);
    case "ready":
      return explainReady(facts, rules);
    case "running":
      return explainRunning(facts);
    case "blocked":
      return explainBlocked(facts);
    case "review":
      return task.assignee === null ? explainPersonReview(facts) : explainReady(facts, rules);
    case "done":
      return hold(
        "done",
        task.completedAtMs === null ? "finished" : `finished at ${formatTime(task.completedAtMs)}`,
        null,
      );
    case "archived":
      return hold("archived", task.completedAtMs === null ? "cancelled" : "archived", null);
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
      ? "waits for a person to accept it"
      : `stopped ${loop.times} times for the same reason: ${loop.reason === null ? "none was given" : part(loop.reason)}; change its text with \`kanbun edit ${idWord(id)} --body "what to do"\`, then promote it`;
  return hold("triage", detail, `kanbun promote ${idWord(id)}`);
}

function explainScheduled({ id, dueAtMs }: Task, nowMs: number, formatTime: (ms: number) => string): Hold {
  if (dueAtMs === null) return hold("scheduled", "put off without a time", `kanbun promote ${idWord(id)}`);
  if (dueAtMs <= nowMs)
    return hold("scheduled", `due since ${formatTime(dueAtMs)}: the next tick promotes it`, tickCommand);
  return { ...hold("scheduled", "not due yet", `kanbun promote ${idWord(id)}`), untilAtMs: dueAtMs };
}

function explainPersonReview({ task, reader }: HoldFacts): Hold {
  return reader !== undefined && task.author === reader
    ? hold("review", `waits for a review by a person other than ${reader}, who did the work`, null)
    : hold("review", "waits for a review by a person", `kanbun approve ${idWord(task.id)}`);
}

/** It may have megabytes, and each task that waits for this one tells it again; the events have it whole. */
function part(reason: string): string {
  return cutText(reason, partCharsMax);
}

function startsNext(): Hold {
  return hold("next_tick", "ready to start: the next tick starts it", tickCommand);
}

function explainTodo(facts: HoldFacts): Hold {
  const promoted = "no parent is open: the next tick makes it ready";
  return explainParents(facts) ?? hold("parents_finished", promoted, tickCommand);
}

/** null without an open parent. */
function explainParents({ openParents: { count, first } }: HoldFacts): Hold | null {
  if (first.length === 0) return null;
  const names = first.map(nameInText).join(", ");
  const more = count > first.length ? ` and ${count - first.length} more` : "";
  return hold("waiting_for_parents", `waits for ${names}${more}`, null);
}

/** Of a task that some profile may start. */
function explainReady(facts: HoldFacts, rules: AdmissionRules): Hold {
  if (facts.waitsForParents && facts.task.oddity === null) return explainParents(facts) ?? startsNext();
  const { task, hasLiveRun, returns } = facts;
  const { assignee, dueAtMs, oddity } = task;
  const asksElsewhere = !suits(task, rules.traits ?? noTraits);
  const refusal = admit(
    { oddity, assignee, waitsForParents: false, dueAtMs, hasLiveRun, asksElsewhere },
    rules,
  );
  if (refusal === null) return startsNext();
  if (refusal.reason === "previous_worker_alive" && facts.judgement?.do === "free_slot")
    return hold("previous_worker_alive", "its last worker has ended: the next tick records it", tickCommand);
  const { isRateLimited } = facts;
  const { detail, command } = describeRefusal(refusal.reason, { ...task, returns, isRateLimited }, rules);
  return { reason: refusal.reason, detail, untilAtMs: refusal.untilAtMs, command };
}

function explainBlocked({ task, block, question }: HoldFacts): Hold {
  if (question !== null)
    return hold(
      "needs_answer",
      `asks: ${part(question.question)} (${describeAnswers(question)})`,
      `kanbun answer ${idWord(task.id)} ${possibleAnswer(question)}`,
    );
  if (block?.gaveUp)
    return hold(
      "gave_up",
      `${describeBreaker(task, block.isHopeless)}: ${describeFailure(task)}`,
      `kanbun retry ${idWord(task.id)}`,
    );
  const cancelled = block?.cancelledParent ?? null;
  if (cancelled !== null)
    return hold(
      "parent_cancelled",
      `its parent ${cancelled} was cancelled and will never be done`,
      `kanbun unlink ${idWord(cancelled)} ${idWord(task.id)}`,
    );
  const kind = block?.kind ?? task.blockKind;
  const reason = block?.reason == null ? "no reason was given" : part(block.reason);
  const detail = kind === null ? reason : `${kind.replaceAll("_", " ")}: ${reason}`;
  return hold("blocked", detail, `kanbun unblock ${idWord(task.id)}`);
}

/** Why the breaker blocked it. Another program may have reset the counter. */
function describeBreaker({ consecutiveFailures }: Task, isHopeless: boolean): string {
  if (isHopeless) return "gave up, since a retry can't help until this is put right";
  if (consecutiveFailures < 1) return "gave up";
  return `gave up after ${consecutiveFailures} failure${consecutiveFailures === 1 ? "" : "s"}`;
}

/** How the last run ended, and the last line of its log, if it wrote one. */
function describeFailure({ lastFailureError }: Task): string {
  const lines = lastFailureError?.split("\n").map((line) => line.trim()) ?? [];
  const [first = ""] = lines;
  if (first === "") return "see its runs";
  const last = lines.slice(1).findLast((line) => line !== "");
  return last === undefined ? part(first) : `${part(first)}, last line: ${cutLine(last)}`;
}

const lastLineCharsMax = 200;

function cutLine(line: string): string {
  return line.length > lastLineCharsMax ? `${line.slice(0, lastLineCharsMax - 1)}…` : line;
}

/** An answer that works as typed. */
function possibleAnswer({ answerKind }: Question): string {
  return { text: '"your answer"', choice: "1", yes_no: "yes" }[answerKind];
}
