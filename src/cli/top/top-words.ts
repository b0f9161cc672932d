import { describeAnswers } from "../../board/question.ts";
import type { Overview, OverviewTask } from "../../home/overview/overview.ts";
import { formatDuration } from "../../system/text/duration.ts";
import type { Colour } from "../text/screen.ts";
import { describeWait, formatWait } from "../text/wait-text.ts";
import type { Cell } from "./row.ts";

/** What a task needs of a person: one word, the reason, and the key that settles it. */
export function whatText({ hold, task, question }: OverviewTask): {
  readonly word: string;
  readonly colour: Colour;
  readonly detail: string;
  readonly key: string;
} {
  if (question !== null)
    return {
      word: "asks",
      colour: "magenta",
      detail: `${question.question} (${describeAnswers(question)})`,
      key: "a",
    };
  const detail = hold?.detail ?? "";
  switch (hold?.reason) {
    case "gave_up": {
      const [what = "", ...lines] = (task.lastFailureError ?? detail).trimEnd().split("\n");
      const last = lines.at(-1);
      return {
        word: "gave up",
        colour: "red",
        detail: last === undefined ? detail : `${what}: ${last.trim()}`,
        key: "r",
      };
    }
    case "review":
      return { word: "review", colour: "magenta", detail, key: "a" };
    case "parent_cancelled":
      return { word: "parent cancelled", colour: "yellow", detail, key: "r" };
    case "triage":
      return { word: "triage", colour: "yellow", detail, key: "r" };
    default:
      return { word: task.status, colour: "yellow", detail, key: "r" };
  }
}

/** Why a task has not started, in a few words. */
export function waitText({ hold, task }: OverviewTask, nowMs: number): Cell {
  if (hold === null) return { text: "" };
  const dueInMs = hold.untilAtMs === null ? null : hold.untilAtMs - nowMs;
  switch (hold.reason) {
    case "next_tick":
    case "parents_finished":
      return { text: "ready", colour: "cyan" };
    case "home_slots":
    case "board_slots":
    case "profile_slots":
      return { text: "waits for a slot", colour: "dim" };
    case "board_paused":
    case "profile_paused":
      return { text: dueInMs === null ? "paused" : `paused for ${formatWait(dueInMs)}`, colour: "yellow" };
    case "scheduled":
      return {
        text: dueInMs === null ? shortDetail(hold.detail) : describeWait(dueInMs, null),
        colour: "dim",
      };
    case "due": {
      const failure = task.lastFailureError?.split("\n", 1)[0] ?? "see its log";
      const hasFailed = task.consecutiveFailures > 0;
      const text = describeWait(dueInMs ?? 0, hasFailed ? failure : null);
      return { text, colour: hasFailed ? "yellow" : "dim" };
    }
    case "waiting_for_parents":
      return { text: shortDetail(hold.detail), colour: "dim" };
    default:
      return { text: shortDetail(hold.detail), colour: "yellow" };
  }
}

/** `8 an hour`, of a fast board `3 a minute`; "" where nothing was done lately. */
export function paceText({ pace, atMs: nowMs }: Overview): string {
  const minutes = Math.max(1, (nowMs - pace.sinceAtMs) / 60_000);
  if (pace.completed === 0) return "";
  const perMinute = pace.completed / minutes;
  return perMinute >= 1 ? `${Math.round(perMinute)} a minute` : `${Math.round(perMinute * 60)} an hour`;
}

/** In whole seconds. */
function lengthText(ms: number): string {
  return formatDuration(Math.max(0, Math.floor(ms / 1_000) * 1_000));
}

/** In its largest unit: `40s`, `12m`, `3h`, `2d`. */
export function roundText(ms: number): string {
  const unit = [86_400_000, 3_600_000, 60_000].find((one) => ms >= one) ?? 1_000;
  return lengthText(Math.floor(ms / unit) * unit);
}

/** In whole minutes. */
export function agoText(ms: number): string {
  return ms < 60_000 ? "just now" : `${formatDuration(Math.floor(ms / 60_000) * 60_000)} ago`;
}

function shortDetail(detail: string): string {
  return detail.replace(/^it /, "").replaceAll(/\bt_[0-9a-f]{8} "([^"]*)"/g, '"$1"');
}
