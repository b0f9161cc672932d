import type { AdmissionRules } from "../board/admission.ts";
import { explainHold, type Hold } from "../board/hold.ts";
import { findSlotsHolder, lookElsewhere, nameHolder } from "../dispatcher/home-slots.ts";
import { thisHost } from "../dispatcher/host.ts";
import type { UnreadBoard } from "../dispatcher/other-boards.ts";
import { readAdmissionRules } from "../dispatcher/policies.ts";
import { systemClock } from "../system/clock.ts";
import { listOtherBoards } from "./other-boards.ts";
import type { Session } from "./session.ts";
import { formatTime } from "./task-text.ts";
import { visibleLine } from "./visible.ts";

/** The rules of admission as they stand for the board of `session`. @throws {ConfigError} */
export async function readRules(
  session: Session,
): Promise<{ readonly rules: AdmissionRules; readonly unread: readonly UnreadBoard[] }> {
  const config = await session.place.config();
  const at = { host: thisHost(), nowMs: systemClock.nowMs() };
  const { home, board } = session.place;
  const { elsewhere, unread } = await lookElsewhere({ listOthers: () => listOtherBoards(home, board) }, at);
  const holder = findSlotsHolder(home, at.nowMs);
  const slotsHolder = holder === null ? null : nameHolder(holder);
  const rules = await readAdmissionRules(session.store, { ...at, config, elsewhere, slotsHolder });
  return { rules, unread };
}

/** Why the task stands where it stands. @throws {BoardError} not_found @throws {ConfigError} */
export async function explainTask(session: Session, taskId: string): Promise<Hold> {
  const facts = await session.store.requireHoldFacts(taskId, thisHost());
  return explainHold(facts, (await readRules(session)).rules);
}

/** The hold in one line: `not_before: it is not due yet, until 2026-10-17 09:30:00`. */
export function formatHold(hold: Hold): string {
  const until = hold.untilMs === null ? "" : `, until ${formatTime(hold.untilMs)}`;
  return `${hold.reason}: ${visibleLine(hold.detail)}${until}`;
}
