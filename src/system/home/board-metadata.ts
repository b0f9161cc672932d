import { describeValue } from "../config/config-value.ts";
import { replaceFile } from "../files/replace-file.ts";
import { damagedBoardFile, readBoardFile } from "./board-file.ts";
import type { BoardPaths } from "./board-paths.ts";

export interface BoardMetadata {
  /** The name of the board's folder, whatever the file says. */
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  readonly color: string;
  readonly defaultWorkdir: string | null;
  /** To the second, as the file has it. */
  readonly createdAtMs: number | null;
  readonly archived: boolean;
}

type MetadataPlace = Pick<BoardPaths, "slug" | "metadata">;

/**
 * The board's `board.json`, or null when there is none. Fields that are missing or null are empty, null or false.
 * @throws {ConfigError} when it cannot be read, is no JSON object, or a field has another type.
 */
export function readBoardMetadata(place: MetadataPlace): BoardMetadata | null {
  const raw = readBoardFile(place.metadata);
  return raw === null ? null : interpret(place, raw);
}

/**
 * Sets the given fields and keeps all others, also those that Kanbun does not know. Makes the file if there is none.
 * Atomic for readers; of two writers at once the later wins.
 * @throws {ConfigError} for a damaged file, which is left as it is.
 */
export function writeBoardMetadata(
  place: MetadataPlace,
  changes: Partial<Omit<BoardMetadata, "slug">>,
): BoardMetadata {
  const before = readBoardFile(place.metadata);
  const known = before === null ? interpret(place, {}) : interpret(place, before);
  const { defaultWorkdir, createdAtMs, ...after } = { ...known, ...changes };
  const { slug, name, description, icon, color, archived } = after;
  const raw = {
    ...before,
    slug,
    name,
    description,
    icon,
    color,
    default_workdir: defaultWorkdir,
    created_at: createdAtMs === null ? null : Math.floor(createdAtMs / 1000),
    archived,
  };
  replaceFile(place.metadata, `${JSON.stringify(raw, null, 2)}\n`);
  return { ...after, defaultWorkdir, createdAtMs };
}

function interpret({ slug, metadata }: MetadataPlace, raw: Readonly<Record<string, unknown>>): BoardMetadata {
  const text = (key: string): string => {
    const value = raw[key] ?? "";
    if (typeof value !== "string") throw damagedBoardFile(metadata, key, "a string", describeValue(value));
    return value;
  };
  const createdAtS = raw.created_at ?? null;
  if (createdAtS !== null && typeof createdAtS !== "number") {
    throw damagedBoardFile(metadata, "created_at", "Unix seconds", describeValue(createdAtS));
  }
  const archived = raw.archived ?? false;
  if (typeof archived !== "boolean")
    throw damagedBoardFile(metadata, "archived", "true or false", describeValue(archived));
  return {
    slug,
    name: text("name"),
    description: text("description"),
    icon: text("icon"),
    color: text("color"),
    defaultWorkdir: text("default_workdir") || null,
    createdAtMs: createdAtS === null ? null : createdAtS * 1000,
    archived,
  };
}
