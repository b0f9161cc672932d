import { lstatSync } from "node:fs";
import type { AdmissionRules } from "../../board/admission.ts";
import type { LiveRun } from "../../board/claim.ts";
import { explainHold } from "../../board/explain-hold.ts";
import type { Hold, HoldReason } from "../../board/hold.ts";
import { idWord, nameInText } from "../../board/hold.ts";
import type { HoldFacts } from "../../board/hold-facts.ts";
import type { Task } from "../../board/task.ts";
import { seenFrom } from "../../dispatcher/host.ts";
import { findSlotsHolder, lookElsewhere, nameHolder } from "../../dispatcher/tick/home-slots.ts";
import type { UnreadBoard } from "../../dispatcher/tick/other-boards.ts";
import { readAdmissionRules } from "../../dispatcher/tick/policies.ts";
import { judgeRuns, nameLeft } from "../../dispatcher/tick/run-judgements.ts";
import { placeOf } from "../../store/place.ts";
import { formatTime } from "../../system/text/when.ts";
import { findBoardFault } from "../dispatch/board-fault.ts";
import { hasDispatcher } from "../dispatch/dispatcher-presence.ts";
import { listOtherBoards } from "../session/other-boards.ts";
import type { Session } from "../session/session.ts";
import { systemClock } from "../session/system-clock.ts";
import { hasLivingHost } from "../stores/other-hosts.ts";

/** How far a chain of parents is followed; the command then asks about the last one that is named. */
const chainMax = 20;

/** How many triggers of other programs are named. */
const triggersNamedMax = 3;

/** The rules of admission as they are for the board of `session`. */
export async function readRules(
  session: Session,
): Promise<{ readonly rules: AdmissionRules; readonly unread: readonly UnreadBoard[] }> {
  const config = await session.place.configAsFarAsItGoes();
  const at = { host: seenFrom(placeOf(session.place.paths)), nowMs: systemClock.nowMs() };
  const { home, board } = session.place;
  const listOthers = () => listOtherBoards(session.place, board);
  const { elsewhere, unread } = await lookElsewhere({ listOthers }, at);
  const holder = findSlotsHolder(home, at.nowMs);
  const slotsHolder = holder === null ? null : nameHolder(holder);
  const rules = await readAdmissionRules(session.store, { ...at, config, elsewhere, slotsHolder });
  return { rules, unread };
}

/**
 * Why the task is in its state, by the board and the processes as they are now; of one that waits for another task
 * why that one does, and what to do about that. @throws {BoardError} not_found
 */
export async function explainTask(session: Session, taskId: string): Promise<Hold> {
  return explainBy((await readRules(session)).rules, session, taskId);
}

/** The same of several; those that are not there are left out. */
export async function explainTasks(
  session: Session,
  taskIds: readonly string[],
): Promise<ReadonlyMap<string, Hold>> {
  const { rules } = await readRules(session);
  const holds = new Map<string, Hold>();
  for (const id of taskIds) {
    if ((await session.store.getTask(id)) !== null) holds.set(id, await explainBy(rules, session, id));
  }
  return holds;
}

/** The same under rules that were read once for many. */
export async function explainBy(rules: AdmissionRules, session: Session, taskId: string): Promise<Hold> {
  const explain = async (id: string) => {
    const facts = await readFacts(session, id);
    const hold = explainHold(facts, rules, formatTime);
    const told = facts.hasLiveRun ? await nameLeftovers(session, id, hold) : hold;
    const named = await nameScratch(session, id, await nameTriggers(session, nameBoardFault(session, told)));
    if (named.reason === "other_host")
      return { facts, hold: await namePlacement(session, named, facts.task) };
    return { facts, hold: session.store.hosts === null ? named : await nameWithHosts(session, named, id) };
  };
  let at = await explain(taskId);
  const parts = [at.hold.detail];
  const seen = new Set([taskId]);
  while (at.hold.reason === "waiting_for_parents") {
    const parent = at.facts.openParents.first[0];
    if (parent === undefined) break;
    if (seen.has(parent.id)) {
      const detail = `${parts.join(": ")}: another program linked them in a circle, which one link less opens`;
      return {
        ...at.hold,
        detail,
        command: `kanbun unlink ${idWord(parent.id)} ${idWord(at.facts.task.id)}`,
      };
    }
    if (parts.length === chainMax)
      return { ...at.hold, detail: parts.join(": "), command: `kanbun explain ${idWord(parent.id)}` };
    seen.add(parent.id);
    const isOnly = at.facts.openParents.count === 1;
    at = await explain(parent.id);
    parts.push(`${isOnly ? "" : `${nameInText(parent)}: `}${describeHold(at.hold)}`);
  }
  const hold = parts.length === 1 ? at.hold : waitsAtLast(at.hold);
  return { ...hold, detail: parts.join(": ") };
}

/** Loaded here: few tasks ask for a host. */
async function namePlacement(session: Session, hold: Hold, task: Task): Promise<Hold> {
  const { findPlacementNote } = await import("../stores/placing-hosts.ts");
  const note = await findPlacementNote(session, task);
  return note === null ? hold : { ...hold, detail: note.detail, command: note.command };
}

/** Loaded here: most boards are files. */
async function nameWithHosts(session: Session, hold: Hold, id: string): Promise<Hold> {
  return (await import("./name-hosts.ts")).nameHosts(session, hold, id);
}

/** Of a task that nothing else holds back: what is wrong with its board or home. */
function nameBoardFault({ place }: Session, hold: Hold): Hold {
  const fault = hold.reason === "next_tick" ? findBoardFault(place) : null;
  if (fault === null) return hold;
  const detail = `no worker can be started on its board: ${fault}`;
  return { reason: "bad_configuration", detail, untilAtMs: null, command: "kanbun doctor" };
}

/** Of what the next tick does for a task: what another program may put in its way, which only a tick finds out. */
async function nameTriggers({ store }: Session, hold: Hold): Promise<Hold> {
  if (!hold.detail.includes("the next tick") || store.file === null) return hold;
  const triggers = await store.file.listForeignTriggers();
  if (triggers.length === 0) return hold;
  const named = triggers.slice(0, triggersNamedMax).map(({ name, table }) => `${name} on ${table}`);
  const more = triggers.length > named.length ? ` and ${triggers.length - named.length} more` : "";
  return {
    ...hold,
    detail: `${hold.detail}, unless a trigger of another program refuses it: ${named.join(", ")}${more}`,
  };
}

/** Of a task whose last run is over, what is left of that: it keeps a slot, and the task from its next run. */
async function nameLeftovers(session: Session, id: string, hold: Hold): Promise<Hold> {
  const left = nameLeft(await listLiveRunsOf(session, id), lookAt(session));
  return left.length === 0
    ? hold
    : { ...hold, detail: `${hold.detail}; still there of its last run: ${left.join(", ")}` };
}

/** Of what is over, the folder that a tick has yet to remove, or could not. */
async function nameScratch(session: Session, id: string, hold: Hold): Promise<Hold> {
  if (hold.reason !== "done" && hold.reason !== "archived") return hold;
  const folders = await session.store.listRemovableScratch();
  const left = folders.find(({ taskId, path }) => taskId === id && isThere(path));
  if (left === undefined) return hold;
  const detail = `${hold.detail}; its scratch folder is still there: ${left.path}; a tick removes it, or says what is in its way`;
  return { ...hold, detail, command: "kanbun dispatch --max 0" };
}

/** What can't be looked at is there. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true; // said to be left is what it is, whatever keeps us from it
  }
}

/** Of a task that waits for others: what is to be done is to be done about the last of them. */
function waitsAtLast({ command }: Hold): Hold {
  return { reason: "waiting_for_parents", detail: "", untilAtMs: null, command };
}

async function readFacts(session: Session, id: string): Promise<HoldFacts> {
  const facts = await session.store.requireHoldFacts(id, seenFrom(placeOf(session.place.paths)));
  const { place } = session;
  return {
    ...facts,
    ...(session.actor === "" ? {} : { reader: session.actor }),
    hasDispatcher: hasDispatcher(place) || (await hasLivingHost(session, facts.task)),
    judgement: facts.hasLiveRun ? await judgeTask(session, id) : undefined,
  };
}

async function judgeTask(session: Session, id: string) {
  return (await judge(session, await listLiveRunsOf(session, id))).get(id);
}

async function listLiveRunsOf({ store }: Session, id: string): Promise<readonly LiveRun[]> {
  return (await store.listLiveRuns()).filter(({ taskId }) => taskId === id);
}

async function judge(session: Session, live: readonly LiveRun[]) {
  return judgeRuns(live, { ...lookAt(session), config: await session.place.configAsFarAsItGoes() });
}

function lookAt({ place: { paths } }: Session) {
  const [nowMs, monotonicMs] = [systemClock.nowMs(), systemClock.monotonicMs()];
  return { nowMs, monotonicMs, runs: paths.runs, place: placeOf(paths) };
}

/** How many tasks are called running though no one is at them any more, or is about to be ended: by the reason. */
export async function countRunHolds(session: Session): Promise<Partial<Record<HoldReason, number>>> {
  const live = (await session.store.listLiveRuns()).filter(({ isOpen }) => isOpen);
  const judged = [...(await judge(session, live)).values()];
  const ended = judged.filter((one) => one.do === "close" || one.do === "give_up_start").length;
  const stopping = judged.filter((one) => one.do === "request_stop" || one.do === "signal").length;
  return { ...(ended > 0 ? { worker_ended: ended } : {}), ...(stopping > 0 ? { stopping } : {}) };
}

/** The hold in words: `not due yet, until 2026-10-17 09:30:00`. */
export function describeHold({ detail, untilAtMs }: Hold): string {
  return untilAtMs === null ? detail : `${detail}, until ${formatTime(untilAtMs)}`;
}
