import type { Hold } from "../../board/hold.ts";
import { describeHold } from "../../home/tasks/explain.ts";
import { visibleLine } from "./visible.ts";

/** The hold in one line of words: `not due yet, until 2026-10-17 09:30:00`. */
export function formatHold(hold: Hold): string {
  return visibleLine(describeHold(hold));
}
