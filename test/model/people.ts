import fc from "fast-check";
import type { NewTask } from "../../src/board/task.ts";
import { here, leaseMs, person } from "../store/board-under-test.ts";
import { isAlone, isOwnWork, openRunOf } from "./board-model.ts";
import { Step } from "./step.ts";

const at = fc.nat(11);
const profile = fc.constantFrom("shell", "agent");
const assignee = fc.constantFrom("shell", "agent", "shell", "agent", "shell", null);
const hasForce = fc.boolean();
const delayMs = fc.constantFrom(-60_000, 0, 30_000, 3_600_000);

const creation = fc.record({
  assignee,
  parents: fc.oneof(
    fc.constant<number[]>([]),
    fc.constant<number[]>([]),
    fc.uniqueArray(at, { maxLength: 2 }),
  ),
  key: fc.constantFrom(null, null, null, "a", "b"),
  start: fc.constantFrom(
    "now",
    "now",
    "now",
    "now",
    "now",
    "now",
    "triage",
    "blocked",
    "dependency",
    "later",
  ),
  delayMs,
});

/** Makes a task, or hands out the one that has the key already. */
export const create = creation.map(
  (given) =>
    new Step("create", given, (model, scene, { assignee, parents: wanted, key, start, delayMs }) => {
      const above = model.tasks.length === 0 ? [] : wanted.map((at) => model.task(at));
      const parents = new Set(above.map((task) => task.at));
      const existing = model.tasks.find(
        (task) => key !== null && task.key === key && task.status !== "archived",
      );
      const isHopeless = above.some((task) => task.status === "archived" && !task.isFinished);
      const waits = model.waitsForParents({ parents });
      const dueAtMs = start === "later" ? model.wallMs + delayMs : null;
      const input: NewTask = {
        title: `task ${model.tasks.length}`,
        assignee,
        idempotencyKey: key,
        parents: [...parents].map((parent) => scene.id(parent)),
        triage: start === "triage",
        dueAtMs,
        ...(start === "blocked" ? { blocked: { reason: null, kind: null } } : {}),
        ...(start === "dependency" ? { blocked: { reason: null, kind: "dependency" } } : {}),
      };
      return {
        may: existing !== undefined || (!isHopeless && (start !== "dependency" || waits)),
        act: () => scene.store.createTask(input, person),
        learn: ({ task, existing: isOld }) => {
          if (isOld !== (existing !== undefined)) throw new Error(`existing: ${isOld}`);
          if (isOld) return;
          scene.ids.push(task.id);
          const free = waits ? "todo" : "ready";
          const first = { now: free, dependency: free, later: "scheduled" } as const;
          const status = start === "triage" || start === "blocked" ? start : first[start];
          model.add({ key, assignee, parents, status, dueAtMs });
        },
      };
    }),
);

const pair = fc.record({ parent: at, child: at });

export const link = pair.map(
  (given) =>
    new Step("link", given, (model, scene, given) => {
      const [parent, child] = [model.task(given.parent), model.task(given.child)];
      const isHopeless = parent.status === "archived" && !parent.isFinished;
      const isOver = child.status === "done" || child.status === "archived";
      return {
        may: !isHopeless && !isOver && !model.isBelow(parent.at, child.at),
        act: () =>
          scene.store.linkTasks({ parentId: scene.id(parent.at), childId: scene.id(child.at) }, person),
        learn: () => {
          if (child.parents.has(parent.at)) return;
          child.parents.add(parent.at);
          child.isForced = false;
          if (child.status === "ready") child.status = model.waiting(child);
        },
      };
    }),
);

export const unlink = pair.map(
  (given) =>
    new Step("unlink", given, (model, scene, given) => {
      const [parent, child] = [model.task(given.parent), model.task(given.child)];
      return {
        may: child.parents.has(parent.at),
        act: () =>
          scene.store.unlinkTasks({ parentId: scene.id(parent.at), childId: scene.id(child.at) }, person),
        learn: () => {
          child.parents.delete(parent.at);
          model.free(child);
          model.promote();
        },
      };
    }),
);

/** A claim without a process, which waits for whatever is left of the last run as every claim does. */
export const claim = at.map(
  (given) =>
    new Step("claim", given, (model, scene, at) => {
      const task = model.task(at);
      return {
        may: ["ready", "review"].includes(task.status) && isAlone(task) && !model.isHeldByParents(task),
        act: () => scene.store.claimTask(scene.id(task.at), { host: here, leaseMs }, person),
        learn: ({ runId, token }) => {
          task.returns = 0;
          model.open(task, { runId, token, holder: "person", profile: "ada" });
        },
      };
    }),
);

export const answer = at.map(
  (given) =>
    new Step("answer", given, (model, scene, at) => {
      const task = model.task(at);
      return {
        may: task.status === "blocked" && task.hasQuestion,
        act: () => scene.store.answerQuestion(scene.id(task.at), "yes", person),
        learn: () => {
          task.hasQuestion = false;
          task.status = model.waiting(task);
        },
      };
    }),
);

export const unblock = at.map(
  (given) =>
    new Step("unblock", given, (model, scene, at) => {
      const task = model.task(at);
      return {
        may: task.status === "blocked",
        act: () => scene.store.unblockTask(scene.id(task.at), person),
        learn: () => {
          Object.assign(task, { failures: 0, rateLimits: 0, returns: 0, dueAtMs: null });
          task.hasQuestion = false;
          task.isBelowCancelled = false;
          task.status = model.waiting(task);
        },
      };
    }),
);

export const promote = fc.record({ at, hasForce }).map(
  (given) =>
    new Step("promote", given, (model, scene, { at, hasForce }) => {
      const task = model.task(at);
      const isCandidate = ["ready", "review"].includes(task.status);
      const isHeld = isCandidate && (task.dueAtMs !== null || model.isHeldByParents(task));
      const waitsForParents = (task.status === "todo" || isCandidate) && model.isHeldByParents(task);
      return {
        may:
          (["triage", "todo", "scheduled"].includes(task.status) || isHeld) && (!waitsForParents || hasForce),
        act: () => scene.store.promoteTask(scene.id(task.at), { ...person, force: hasForce }),
        learn: () => {
          task.dueAtMs = null;
          task.returns = 0;
          task.isForced ||= hasForce && model.waitsForParents(task);
          task.status = model.waiting(task);
        },
      };
    }),
);

/** The worker of a running task is told to end first; a person may vouch that it has. */
export const reclaim = fc.record({ at, hasForce }).map(
  (given) =>
    new Step("reclaim", given, (model, scene, { at, hasForce }) => {
      const task = model.task(at);
      return {
        may: task.status === "running",
        act: () =>
          scene.store.reclaimTask(scene.id(task.at), null, {
            ...person,
            force: hasForce,
            vouchesDead: hasForce,
          }),
        learn: () => {
          const run = openRunOf(task);
          if (run === null || (run.holder === "worker" && !hasForce)) return;
          task.returns = 0;
          model.endWith(task, model.waiting(task));
          run.isGone = true;
        },
      };
    }),
);

export const assign = fc.record({ at, to: assignee, hasForce }).map(
  (given) =>
    new Step("assign", given, (model, scene, { at, to, hasForce }) => {
      const task = model.task(at);
      const isOver = task.status === "done" || task.status === "archived";
      const by = { ...person, force: hasForce };
      return {
        may:
          !isOver &&
          model.mayAct(task, hasForce ? "force" : "person") &&
          (hasForce || !task.isInReview || !isOwnWork(task, to)),
        act: () => scene.store.assignTask(scene.id(task.at), to, by),
        learn: () => {
          if (to !== task.assignee) {
            Object.assign(task, { failures: 0, rateLimits: 0, returns: 0 });
            if (task.status !== "scheduled") task.dueAtMs = null;
          }
          task.assignee = to;
          if (openRunOf(task)?.holder !== "person") return;
          task.returns = 0;
          model.endWith(task, model.waiting(task));
        },
      };
    }),
);

const scope = fc.constantFrom("board", "profile:shell", "profile:agent", "profile:ada");

export const pause = fc.record({ scope, forMs: fc.constantFrom(null, 60_000, 60_000, 600_000) }).map(
  (given) =>
    new Step("pause", given, (model, scene, { scope, forMs }) => {
      const untilMs = forMs === null ? null : model.wallMs + forMs;
      return {
        may: true,
        act: () => scene.store.pause({ scope: scope as "board", untilAtMs: untilMs, reason: "" }),
        learn: () => void model.pauses.set(scope, untilMs),
      };
    }),
);

export const resume = scope.map(
  (given) =>
    new Step("resume", given, (model, scene, scope) => ({
      may: true,
      act: () => scene.store.resume(scope as "board"),
      learn: (wasPaused) => {
        const putOff = model.tasks.filter(
          (task) =>
            `profile:${task.assignee}` === scope &&
            ["ready", "review"].includes(task.status) &&
            task.rateLimits > 0 &&
            (task.dueAtMs ?? 0) > model.wallMs,
        );
        for (const task of putOff) task.dueAtMs = null;
        if (wasPaused !== (model.pauses.delete(scope) || putOff.length > 0))
          throw new Error(`it was paused: ${wasPaused}`);
      },
    })),
);

export const reviewerName = fc.option(profile);
