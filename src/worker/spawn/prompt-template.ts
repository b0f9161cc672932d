import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { requireNotForEverybody } from "../../system/files/write-access.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import { SpawnError } from "./spawn-error.ts";

const bytesMax = 256 * 1024;

/** A template, as its file has it. */
export interface PromptTemplate {
  readonly text: string;
  /** As the profile names it. */
  readonly name: string;
}

/**
 * Reads a profile's template, below the home.
 * @throws {SpawnError} there is none, everybody can write it, it is empty, or longer than 256 KiB
 */
export function readPromptTemplate(home: string, name: string): PromptTemplate {
  const path = join(home, name);
  try {
    requireNotForEverybody(home, name);
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile()) throw new Error(`${path} is no file`);
      if (stats.size > bytesMax) throw new Error(`${path} is longer than ${bytesMax / 1024} KiB`);
      const text = readFileSync(fd, "utf8");
      if (text.trim() === "") throw new Error(`${path} is empty: nothing would be said`);
      return { text, name };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const message = systemErrorCode(error) === "ENOENT" ? `there is no ${path}` : (error as Error).message;
    throw new SpawnError(`cannot use the prompt of its profile: ${message}`, {
      again: "never",
      cause: error,
    });
  }
}

/**
 * Puts values in the place of `{{name}}`. One pass: what a value contains stays as it is.
 * @throws {SpawnError} for a name that is not known
 */
export function fillTemplate(template: PromptTemplate, values: Readonly<Record<string, string>>): string {
  return template.text.replace(/\{\{\s*([A-Za-z_]+)\s*\}\}/g, (_, name: string) => {
    if (Object.hasOwn(values, name)) return values[name] ?? "";
    const known = Object.keys(values);
    const meant = nearestName(name, known);
    const hint = meant === null ? `known are ${known.join(", ")}` : `did you mean {{${meant}}}?`;
    throw new SpawnError(`the prompt ${template.name} has an unknown name, {{${name}}}: ${hint}`, {
      again: "never",
    });
  });
}
