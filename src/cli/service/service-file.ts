import { readFileSync, rmSync } from "node:fs";
import { BoardError } from "../../board/error.ts";
import { replaceFile } from "../../system/files/replace-file.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { type ServicePlan, serviceMark } from "./service-manager.ts";

/** `foreign`: there is a file, but Kanbun has not written it. `other`: Kanbun has, for another command or place. */
export type ServiceFileState = "absent" | "current" | "other" | "foreign";

export function readServiceFile({ path, text, encoding }: ServicePlan): ServiceFileState {
  let found: string;
  try {
    found = readFileSync(path, encoding);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return "absent";
    throw error;
  }
  if (found === text) return "current";
  return found.includes(serviceMark) ? "other" : "foreign";
}

/** @throws {BoardError} conflict for a file that Kanbun has not written: it is left alone */
export function writeServiceFile(plan: ServicePlan): void {
  requireOwn(plan);
  replaceFile(plan.path, Buffer.from(plan.text, plan.encoding));
}

/** What removes it, later. @throws {BoardError} conflict, now, for a file that Kanbun has not written */
export function removeServiceFile(plan: ServicePlan): () => void {
  requireOwn(plan);
  return () => rmSync(plan.path, { force: true });
}

function requireOwn(plan: ServicePlan): void {
  if (readServiceFile(plan) !== "foreign") return;
  throw new BoardError("conflict", `${plan.path} was not written by Kanbun`, {
    hint: "it was not changed; move it away if it is not needed",
  });
}
