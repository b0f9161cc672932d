import { lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { requireNotForEverybody } from "../files/write-access.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { readConfigText } from "./config-file.ts";
import { ConfigLocation } from "./config-location.ts";
import { type ConfigSource, ConfigTable } from "./config-table.ts";
import { formatKeyPath } from "./config-value.ts";
import { type CreateConfig, readCreateConfig } from "./create-config.ts";
import { type DispatchConfig, readDispatchConfig } from "./dispatch-config.ts";
import { type GcConfig, readGcConfig } from "./gc-config.ts";
import { type HostConfig, readHostConfig } from "./host-config.ts";
import { type NotifyTarget, readNotifyTarget } from "./notify-config.ts";
import { type ConfigFault, type Profile, readProfile } from "./profile.ts";
import { passwordVariables, readStoreConfig, type StoreConfig } from "./store-config.ts";

export type { DispatchConfig, Profile };

export interface Config {
  /** Of the file, whether or not it exists. */
  readonly path: string;
  readonly dispatch: DispatchConfig;
  readonly create: CreateConfig;
  readonly gc: GcConfig;
  readonly host: HostConfig;
  /** By name, `shell` always among them. */
  readonly profiles: ReadonlyMap<string, Profile>;
  /** Who is told of what, by name. */
  readonly notify: ReadonlyMap<string, NotifyTarget>;
  /** The servers that keep boards of the home, by name. */
  readonly stores: ReadonlyMap<string, StoreConfig>;
  /** What is wrong with the file as a whole: nothing may be started. null: nothing is. */
  readonly fault: ConfigFault | null;
}

const CONFIG_FILE = "kanbun.toml";
const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const SHELL_COMMAND =
  process.platform === "win32" ? ["cmd", "/d", "/q", "/c", "call", "{body_file}"] : ["sh", "{body_file}"];

/**
 * The configuration of a home, from its `kanbun.toml`, which is read anew each time; without one, the defaults.
 * @throws {ConfigError} with every problem of the file at once, or when everyone can write it: none of it is then in
 *   force.
 */
export function loadConfig(home: string): Config {
  const { config, problems } = readConfigFile(home);
  const error = toConfigError(problems);
  if (error !== null) throw error;
  return config;
}

/**
 * The same for a caller that must go on whatever is wrong with the file: all of it that can be used, and its faults named. What
 * everyone can write is not used at all.
 */
export function readConfig(home: string): Config {
  try {
    return readConfigFile(home).config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const path = join(home, CONFIG_FILE);
    const fault = { message: error.message, hasSettings: false };
    return { ...interpret(path, "").config, fault };
  }
}

/**
 * The text of a home's `kanbun.toml`, to add to it; "" without one.
 * @throws {ConfigError} when it can't be read
 */
export function readConfigFileText(home: string): { readonly file: string; readonly text: string } {
  const file = join(home, CONFIG_FILE);
  return { file, text: readConfigText(file) ?? "" };
}

/** The configuration that a file would be with this text. @throws {ConfigError} with every problem that it would have */
export function checkConfigText(file: string, text: string): Config {
  const { config, problems } = interpret(file, text);
  const error = toConfigError(problems);
  if (error !== null) throw error;
  return config;
}

/** @throws {ConfigError} when it can't be read, or is no TOML */
function readConfigFile(home: string) {
  const path = join(home, CONFIG_FILE);
  requireNotForEverybody(home, CONFIG_FILE);
  return interpret(path, readConfigText(path) ?? "");
}

function interpret(path: string, text: string) {
  const source: ConfigSource = { file: path, location: locationOf(text), problems: [] };
  const root = new ConfigTable(source, [], parseToml(text, source));
  const dispatch = readDispatchConfig(root.table("dispatch") ?? new ConfigTable(source, [], {}));
  const create = readCreateConfig(root.table("create") ?? new ConfigTable(source, [], {}));
  const gc = readGcConfig(root.table("gc") ?? new ConfigTable(source, [], {}));
  const host = readHostConfig(root.table("host") ?? new ConfigTable(source, [], {}));
  const tables = root.table("profiles");
  const targets = root.table("notify");
  const servers = root.table("stores");
  root.refuseUnknownKeys();
  const error = toConfigError(source.problems);
  const fault = error === null ? null : { message: error.message, hasSettings: false };
  // Their problems are their own.
  const stores = readNamed("stores", servers, { source, read: readStoreConfig });
  const profiles = readProfiles(tables, { source, withheldEnv: passwordVariables(stores) });
  const notify = readNamed("notify", targets, { source, read: readNotifyTarget });
  const config: Config = { path, dispatch, create, gc, host, profiles, notify, stores, fault };
  return { config, problems: source.problems };
}

function toConfigError(problems: readonly ConfigProblem[]): ConfigError | null {
  const [first, ...others] = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return first === undefined ? null : new ConfigError([first, ...others]);
}

/** Made with the first problem: no one asks where things stand in a file that has none. */
function locationOf(text: string): ConfigSource["location"] {
  let location: ConfigLocation | null = null;
  return () => {
    location ??= new ConfigLocation(text);
    return location;
  };
}

/** A change within this time of the one before may leave all that the file system tells of the file as it was. */
const unchangedAfterMs = 2_000;

/**
 * Reads the configuration of a home as `readConfig` does, as often as it is called; gives the same object as long as the
 * file is the same. What can't be used any more keeps the settings that it had when it last was sound: by them what runs is
 * judged, and nothing is started.
 */
export function createConfigReader(home: string): () => Config {
  const path = join(home, CONFIG_FILE);
  let last: { readonly identity: string | null; readonly config: Config } | null = null;
  return () => {
    const identity = identifyFile(path);
    if (last !== null && identity !== null && identity === last.identity) return last.config;
    const config = withSettingsOf(last?.config ?? null, readConfig(home));
    // What is wrong may be the modes of a folder, which leave the file as it was.
    last = { identity: config.fault === null ? identity : null, config };
    return config;
  };
}

function withSettingsOf(before: Config | null, now: Config): Config {
  if (before === null) return now;
  const wasSound = before.fault === null || before.fault.hasSettings;
  if (now.fault !== null && wasSound) return { ...before, fault: { ...now.fault, hasSettings: true } };
  const profiles = new Map(
    [...now.profiles].map(([name, profile]) => {
      const known = before.profiles.get(name);
      const isKnown = known !== undefined && (known.fault === null || known.fault.hasSettings);
      return profile.fault !== null && isKnown
        ? [name, { ...known, fault: { ...profile.fault, hasSettings: true } }]
        : [name, profile];
    }),
  );
  return { ...now, profiles };
}

/** null: it has just been changed, or can't be told from one that will have been. */
function identifyFile(path: string): string | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return lstatSync(path, { throwIfNoEntry: false }) === undefined ? "none" : null;
    const { dev, ino, size, mtimeMs, ctimeMs } = stats;
    return Date.now() - ctimeMs > unchangedAfterMs ? `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}` : null;
  } catch {
    return null; // it is read, and that says why it can't be
  }
}

function readProfiles(
  tables: ConfigTable | null,
  { source, withheldEnv }: { readonly source: ConfigSource; readonly withheldEnv: readonly string[] },
): ReadonlyMap<string, Profile> {
  const none = new ConfigTable(source, [], {});
  const shell = readProfile("shell", none, SHELL_COMMAND);
  const profiles = new Map<string, Profile>([["shell", { ...shell, withheldEnv }]]);
  for (const [name] of tables?.entries() ?? []) {
    const known = source.problems.length;
    const table = tables?.table(name) ?? null;
    if (!PROFILE_NAME.test(name)) {
      const expected =
        "a profile name of 1 to 64 letters, digits, . - and _, starting with a letter or digit";
      tables?.refuse(name, expected, undefined);
    }
    const builtIn = table === null ? [] : name === "shell" ? SHELL_COMMAND : null;
    const profile = readProfile(name, table ?? none, builtIn);
    const error = toConfigError(source.problems.slice(known));
    const fault = error === null ? null : { message: error.message, hasSettings: false };
    profiles.set(name, { ...profile, withheldEnv, fault });
  }
  return profiles;
}

/** The tables of `[section.<name>]`, each with its own problems as its fault. */
function readNamed<Read extends object>(
  section: string,
  tables: ConfigTable | null,
  how: { readonly source: ConfigSource; readonly read: (name: string, table: ConfigTable) => Read },
): ReadonlyMap<string, Read & { readonly fault: ConfigFault | null }> {
  const { source, read } = how;
  const found = new Map<string, Read & { readonly fault: ConfigFault | null }>();
  for (const [name] of tables?.entries() ?? []) {
    const known = source.problems.length;
    const table = tables?.table(name) ?? new ConfigTable(source, [section, name], {});
    if (!PROFILE_NAME.test(name))
      tables?.refuse(name, "a name of 1 to 64 letters, digits, . - and _", undefined);
    const value = read(name, table);
    const error = toConfigError(source.problems.slice(known));
    found.set(name, {
      ...value,
      fault: error === null ? null : { message: error.message, hasSettings: false },
    });
  }
  return found;
}

/** The parser looks through all keys of a table for each one more: a table of 60,000 would take it a minute. */
const KEYS_MAX = 1_000;
/** A text that is shorter can't have so many. */
const CROWDED_TEXT_MIN = KEYS_MAX * 4;

function requireFewKeys(text: string, { file, location }: ConfigSource): void {
  const crowded = text.length < CROWDED_TEXT_MIN ? null : location().findCrowdedTable(KEYS_MAX);
  if (crowded === null) return;
  const key = crowded.path.length === 0 ? null : formatKeyPath(crowded.path);
  const expected = `at most ${KEYS_MAX} keys in one table`;
  throw new ConfigError([{ file, line: crowded.line, key, expected, found: "more" }]);
}

function parseToml(text: string, source: ConfigSource): Readonly<Record<string, unknown>> {
  requireFewKeys(text, source);
  const { file, location } = source;
  try {
    return Bun.TOML.parse(text) as Record<string, unknown>;
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^TOML Parse error: /, "") : String(error);
    const found = `a syntax error: ${message}`;
    const line = location().lineOfSyntaxError();
    throw new ConfigError([{ file, line, key: null, expected: "valid TOML", found }], { cause: error });
  }
}
