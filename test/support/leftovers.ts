import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { removeTree } from "../../src/system/files/remove-tree.ts";
import { eventually } from "./eventually.ts";
import { findMarkedProcesses } from "./marked-processes.ts";
import { isOfEndedTestRun, prefixOf } from "./test-run.ts";

/** Ends every process that works in one of these homes, or in a home inside one, and whatever those start meanwhile. */
export async function endProcessesOf(homes: readonly string[]): Promise<void> {
  if (homes.length === 0) return;
  const list = process.platform === "linux" ? () => listMentioning(homes) : () => listByHome(homes);
  await eventually("no process of the test is left", () => {
    // Again until there is none: one that is ended may just have started another.
    const pids = list();
    pids.forEach(kill);
    return pids.length === 0;
  });
}

/** Where tests make their folders. */
const places = [tmpdir(), "/dev/shm"].filter(existsSync);

/** Ends what still works in folders whose names begin so, and removes these: for the run that made them, or its heir. */
export async function removeFolders(prefix: string): Promise<void> {
  await endProcessesOf([prefix]);
  // What is mounted there by a process that was killed answers nobody any more.
  for (const path of listMounts(prefix)) Bun.spawnSync(["umount", "--lazy", path], { stderr: "ignore" });
  for (const path of listFolders((name) => name.startsWith(prefix))) {
    const left = removeTree(path);
    if (left !== null) console.error(`${left.path} of a test is left: ${left.reason}`);
  }
}

function listMounts(prefix: string): string[] {
  if (process.platform !== "linux") return [];
  const paths = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  return paths.filter((path) => places.some((place) => path.startsWith(join(place, prefix)))).reverse();
}

function listFolders(isMeant: (name: string) => boolean): string[] {
  return places.flatMap((place) =>
    readdirSync(place)
      .filter(isMeant)
      .map((name) => join(place, name)),
  );
}

/** The same for all runs of tests that were killed, and whose guard was killed as well. */
export async function removeFoldersOfEndedRuns(): Promise<void> {
  const prefixes = new Set(listFolders(isOfEndedTestRun).map((path) => prefixOf(basename(path))));
  for (const prefix of prefixes) await removeFolders(prefix);
}

/** Processes, zombies excluded, whose environment, arguments or current folder name one of these texts. */
function listMentioning(texts: readonly string[]): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      const said = whatIsKnownOf(`/proc/${pid}`);
      return texts.some((text) => said.includes(text));
    })
    .map(Number);
}

function whatIsKnownOf(folder: string): string {
  try {
    const [environment, args] = ["environ", "cmdline"].map((name) =>
      readFileSync(`${folder}/${name}`, "latin1"),
    );
    return `${environment}\0${args}\0${readlinkSync(`${folder}/cwd`)}`;
  } catch {
    return ""; // it has ended, or is not for our eyes
  }
}

function listByHome(homes: readonly string[]): number[] {
  return homes
    .flatMap((home) => [home, join(home, "home")])
    .flatMap((home) => findMarkedProcesses("KANBUN_HOME", home).map((process) => process.pid));
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself between the look and the signal.
  }
}
