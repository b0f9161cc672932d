import fc from "fast-check";
import { leaseMs, policy } from "../store/board-under-test.ts";
import {
  actorName,
  type BoardModel,
  endReview,
  isOwnWork,
  openRunOf,
  type Party,
  type TaskModel,
} from "./board-model.ts";
import { reviewerName } from "./people.ts";
import { callerOf, type Scene } from "./scene.ts";
import { type Rule, Step } from "./step.ts";

type Speaker = "worker" | "former" | "forged" | "person" | "force";
const speaker = fc.constantFrom<Speaker>("worker", "worker", "worker", "former", "forged", "person", "force");
const word = { at: fc.nat(11), by: speaker };
type Word = { readonly at: number; readonly by: Speaker };

/** The proof that a speaker shows: of the last run, of the first one, or one that it made up. */
function partyOf(task: TaskModel, by: Speaker): Party {
  if (by === "person" || by === "force") return by;
  const run = by === "former" ? task.runs[0] : task.runs.at(-1);
  if (run === undefined)
    return { runId: 1, token: "", holder: "worker", profile: "", isOpen: false, isGone: true };
  return by === "forged" ? { ...run, token: "made-up" } : run;
}

interface Saying {
  readonly model: BoardModel;
  readonly scene: Scene;
  readonly task: TaskModel;
  readonly id: string;
  readonly party: Party;
  readonly caller: ReturnType<typeof callerOf>;
  readonly isWorker: boolean;
}

/** A command that a worker may give with its proof, and a person with or without force. */
function says<Given extends Word>(
  name: string,
  given: fc.Arbitrary<Given>,
  rule: (saying: Saying, given: Given) => { may: boolean; act: () => Promise<unknown>; learn: () => void },
) {
  return given.map(
    (given) =>
      new Step<Given, unknown>(name, given, (model, scene, given): Rule<unknown> => {
        const task = model.task(given.at);
        const party = partyOf(task, given.by);
        const isWorker = typeof party === "object";
        const mayAct = model.mayAct(task, party);
        const id = scene.id(task.at);
        const { may, act, learn } = rule(
          { model, scene, task, id, party, caller: callerOf(party), isWorker },
          given,
        );
        return { may: may && mayAct, isSuperseded: isWorker && !mayAct, act, learn };
      }),
  );
}

function isUnfinished({ status }: TaskModel): boolean {
  return status !== "done" && status !== "archived";
}

export const complete = says("complete", fc.record(word), ({ model, scene, task, id, party, caller }) => ({
  may: isUnfinished(task) && model.mayJudge(task, party),
  act: () => scene.store.completeTask(id, { result: "made" }, caller),
  learn: () => model.finish(task),
}));

export const block = says(
  "block",
  fc.record({
    ...word,
    kind: fc.constantFrom(null, null, "dependency", "capability"),
    reason: fc.constantFrom("go on?", "go on?", "no key"),
  }),
  ({ model, scene, task, id, caller, party }, { kind, reason }) => ({
    may:
      isUnfinished(task) &&
      task.status !== "blocked" &&
      (kind !== "dependency" || model.waitsForParents(task)),
    act: () => scene.store.blockTask(id, { reason, kind: kind as "capability" | null }, caller),
    learn: () => {
      task.dueAtMs = null;
      task.returns = 0;
      task.isForced = false;
      if (kind === "dependency") model.endWith(task, "todo");
      else model.stop(task, party, reason);
    },
  }),
);

export const ask = says("ask", fc.record(word), ({ model, scene, task, id, caller, party }) => ({
  may: task.status === "running",
  act: () => scene.store.askQuestion(id, { question: "go on?", answerKind: "yes_no", choices: [] }, caller),
  learn: () => {
    task.hasQuestion = true;
    task.returns = 0;
    model.stop(task, party, "go on?");
  },
}));

export const requestReview = says(
  "request-review",
  fc.record({ ...word, reviewer: reviewerName }),
  ({ model, scene, task, id, caller, isWorker }, { reviewer }) => {
    const handIn = task.isInReview
      ? { author: task.author, returnsTo: task.returnsTo }
      : { author: openRunOf(task)?.profile ?? actorName, returnsTo: task.assignee };
    return {
      may:
        ["todo", "scheduled", "ready", "running", "blocked"].includes(task.status) &&
        !(task.isInReview && task.status === "running") &&
        !isOwnWork(handIn, reviewer),
      act: () => scene.store.requestReview(id, { reviewer, summary: null, metadata: null }, caller),
      learn: () => {
        model.endWith(task, "review");
        Object.assign(task, { isInReview: true, ...handIn, assignee: reviewer, hasQuestion: false });
        Object.assign(task, { dueAtMs: null, failures: 0, rateLimits: 0 });
        // Rejections stay in a row: between two of them there is a hand-in each time.
        if (!isWorker || task.lastReturn !== "rejection") task.returns = 0;
      },
    };
  },
);

function isReviewed(task: TaskModel): boolean {
  return task.status === "review" || (task.status === "running" && task.isInReview);
}

export const approve = says("approve", fc.record(word), ({ model, scene, task, id, party, caller }) => ({
  may: isReviewed(task) && model.mayJudge(task, party),
  act: () => scene.store.approveTask(id, {}, caller),
  learn: () => model.finish(task),
}));

export const requestChanges = says(
  "request-changes",
  fc.record(word),
  ({ model, scene, task, id, caller, isWorker }) => ({
    may: isReviewed(task),
    act: () => scene.store.requestChanges(id, "shorter", caller),
    learn: () => {
      task.assignee = task.returnsTo;
      endReview(task);
      model.endWith(task, model.waiting(task));
      const before = task.returns;
      Object.assign(task, { dueAtMs: null, failures: 0, rateLimits: 0, returns: 0 });
      if (isWorker) task.dueAtMs = model.comeBack(task, { before, mayStartAtOnce: true, kind: "rejection" });
    },
  }),
);

export const schedule = says(
  "schedule",
  fc.record({ ...word, inMs: fc.constantFrom(null, -1_000, 60_000) }),
  ({ model, scene, task, id, caller, isWorker }, { inMs }) => {
    const dueAtMs = inMs === null ? null : model.wallMs + inMs;
    return {
      may: isUnfinished(task) && task.status !== "review",
      act: () => scene.store.scheduleTask(id, { dueAtMs, reason: null }, caller),
      learn: () => {
        const before = task.returns;
        model.endWith(task, "scheduled");
        Object.assign(task, { hasQuestion: false, returns: 0, isForced: false });
        task.dueAtMs = dueAtMs;
        if (isWorker && inMs !== null && inMs < 1_000)
          task.dueAtMs = model.comeBack(task, { before, mayStartAtOnce: true, kind: "put off" }) ?? dueAtMs;
      },
    };
  },
);

export const archive = says("archive", fc.record(word), ({ model, scene, task, id, caller }) => ({
  may: task.status !== "archived",
  act: () => scene.store.archiveTask(id, caller),
  learn: () => model.retire(task),
}));

/** Cancelling is a decision about the worker as well: a person needs no force. */
export const cancel = says(
  "cancel",
  fc.record({ ...word, by: fc.constantFrom<Speaker>("force", "force", "worker", "former", "forged") }),
  ({ model, scene, task, id, caller }) => ({
    may: isUnfinished(task),
    act: () => scene.store.cancelTask(id, null, { ...caller, force: false }),
    learn: () => model.retire(task),
  }),
);

export const heartbeat = says(
  "heartbeat",
  fc.record({ ...word, by: fc.constantFrom<Speaker>("force", "worker", "former", "forged") }),
  ({ scene, task, id, caller }) => ({
    may: openRunOf(task) !== null,
    act: () => scene.store.heartbeat(id, { leaseMs }, caller),
    learn: () => {},
  }),
);

const { retry } = policy("shell");

export const rateLimited = says(
  "rate-limited",
  fc.record({ ...word, afterMs: fc.constantFrom(null, 1_000, 7_200_000) }),
  ({ model, scene, task, id, caller }, { afterMs }) => ({
    may: openRunOf(task) !== null,
    act: () => scene.store.rateLimitTask(id, { retryAfterMs: afterMs, policy: retry }, caller),
    learn: () => {
      const run = openRunOf(task);
      if (run === null) return;
      const limited = {
        outcome: "rate_limited",
        error: null,
        exitCode: null,
        protocolViolation: false,
      } as const;
      model.endRun(task, run, { ...limited, retryAfterMs: afterMs });
    },
  }),
);
