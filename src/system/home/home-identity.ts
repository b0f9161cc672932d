import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../files/replace-file.ts";
import { systemErrorCode } from "../system-error.ts";

interface HomeIdentity {
  readonly id: string;
  /** The machine on which it was given, "" where that has no lasting name. */
  readonly machine: string;
  /** The folder beside which it was given: that of a copy is another one. */
  readonly folder: string;
}

/**
 * What this home is called among the hosts of a board on a server, minted when it is first asked for. A home that was copied, or whose
 * machine was cloned and named anew, is another one and gets a name of its own. Two clones of a machine that agree in
 * everything can't be told from one.
 * @param machineId what the machine is called; one that is made of its name tells nothing
 */
export function homeIdentity(home: string, machineId: string): string {
  const folder = join(home, "kanban");
  const path = join(folder, "host.json");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const here = identify(folder, machineId);
  const known = read(path);
  if (known !== null && isOf(known, here)) return known.id;
  const made = { id: crypto.getRandomValues(Buffer.alloc(6)).toString("hex"), ...here };
  if (known === null) return addFirst(path, made);
  replaceFile(path, render(made));
  // Another process may have been here too: the last word holds.
  return read(path)?.id ?? made.id;
}

/** The same, for who only looks; null: it has none yet, and so no run is its own. */
export function findHomeIdentity(home: string, machineId: string): string | null {
  const folder = join(home, "kanban");
  const known = read(join(folder, "host.json"));
  return known !== null && isOf(known, identify(folder, machineId)) ? known.id : null;
}

function identify(folder: string, machineId: string): Omit<HomeIdentity, "id"> {
  return {
    machine: machineId.startsWith("hostname:") ? "" : machineId,
    folder: String(statSync(folder, { bigint: true }).ino),
  };
}

function isOf({ machine, folder }: HomeIdentity, here: Omit<HomeIdentity, "id">): boolean {
  const isSameMachine = machine === "" || here.machine === "" || machine === here.machine;
  return isSameMachine && folder === here.folder;
}

/** Of several processes at once one is the first, and all take its word. */
function addFirst(path: string, made: HomeIdentity): string {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, render(made), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return made.id;
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
    const other = read(path);
    if (other !== null) return other.id;
    // What is there is none: it is written over.
    replaceFile(path, render(made));
    return made.id;
  } finally {
    rmSync(draft, { force: true });
  }
}

function render(identity: HomeIdentity): string {
  return `${JSON.stringify(identity, null, 2)}\n`;
}

/** null where there is none, or it can't be understood. */
function read(path: string): HomeIdentity | null {
  try {
    const { id, machine, folder } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    const isWhole = typeof id === "string" && /^[0-9a-f]{12}$/.test(id);
    return isWhole ? { id, machine: String(machine), folder: String(folder) } : null;
  } catch (error) {
    if (error instanceof SyntaxError || systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}
