import type { AdmissionRules } from "../board/admission.ts";
import { explainHold, type Hold } from "../board/hold.ts";
import { thisHost } from "../dispatcher/host.ts";
import { readAdmissionRules } from "../dispatcher/policies.ts";
import { systemClock } from "../system/clock.ts";
import type { Session } from "./session.ts";
import { lookElsewhere } from "./slots-elsewhere.ts";
import { formatTime } from "./task-text.ts";
import { visibleLine } from "./visible.ts";

/** The rules of admission as they stand for the board of `session`. @throws {ConfigError} */
export async function readRules(session: Session): Promise<AdmissionRules> {
  const config = await session.place.config();
  const at = { host: thisHost(), nowMs: systemClock.nowMs() };
  const elsewhere = await lookElsewhere(session.place, at);
  return readAdmissionRules(session.store, { ...at, config, elsewhere });
}

/** Why the task stands where it stands. @throws {BoardError} not_found @throws {ConfigError} */
export async function explainTask(session: Session, taskId: string): Promise<Hold> {
  const facts = await session.store.requireHoldFacts(taskId, thisHost());
  return explainHold(facts, await readRules(session));
}

/** The hold in one line: `not_before: it is not due yet, until 2026-10-17 09:30:00`. */
export function formatHold(hold: Hold): string {
  const until = hold.untilMs === null ? "" : `, until ${formatTime(hold.untilMs)}`;
  return `${hold.reason}: ${visibleLine(hold.detail)}${until}`;
}
