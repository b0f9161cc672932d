import { identifyProcess, probeProcess, probeRoot, type RootState } from "../../../native-shims/index.ts";
import type { LiveRun, ProcessMark } from "../../board/claim.ts";
import type { ExitRecord, Sighting } from "../../board/sighting.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import { RunDirectory, type RunEnd, type RunStart } from "../run-directory.ts";
import { sightClaimer } from "./foreign-claimer.ts";
import type { KnownRuns } from "./known-runs.ts";
import { type RunTree, sightBelow, sightLeft, sightSilent } from "./run-tree.ts";
import { sightWhere } from "./whereabouts.ts";

/** Where we are when we look. */
export interface Observer {
  readonly host: string;
  readonly hostname: string;
  readonly bootId: string;
  readonly runs: string;
  /** What this process has seen of the runs before. */
  readonly known: KnownRuns;
  /** Since boot. */
  readonly monotonicMs: number;
}

export interface SightedRun extends RunTree {
  readonly run: LiveRun;
  readonly seen: Sighting;
}

/** Gathers what can be known of each run's processes. Reads only. What can't be read of one says nothing of the others (I13). */
export function sightRuns(runs: readonly LiveRun[], observer: Observer): SightedRun[] {
  return runs.map((run) => {
    try {
      return sightRun(run, observer);
    } catch (error) {
      if (systemErrorCode(error) === null) throw error;
      const flaw = (error as Error).message;
      return withoutShim(run, { ...unseen, where: "here", start: "won", leader: "unknown", flaw });
    }
  });
}

const unseen = {
  exit: null,
  exitAtMs: null,
  tree: "unknown",
  dispatcher: "unknown",
  logTail: "",
  hasBegun: true,
  flaw: null,
  survivedKill: false,
} as const;

/** A process that was sent KILL dies within this, unless the kernel holds it. */
const killPatienceMs = 5_000;

function sightRun(run: LiveRun, observer: Observer): SightedRun {
  const where = sightWhere(run, observer);
  if (run.holder !== "worker") {
    const isGone = run.process !== null && identifyProcess(run.process.pid) === null;
    const leader = isGone ? "dead" : "unknown";
    const dispatcher = run.holder === "foreign" && where === "here" ? sightClaimer(run.token) : "unknown";
    return withoutShim(run, { ...unseen, where, start: "won", leader, dispatcher });
  }
  if (where === "elsewhere") return withoutShim(run, { ...unseen, where, start: "won", leader: "unknown" });

  const root = observer.known.stateOfRoot(run.token);
  const { directory, isReadAgain, ...start } = sightStart(run, observer);
  const tree = { token: run.token, shim: identified(start.shim, run.process), isRoot: start.isRoot };
  // In this order: a shim that is seen dead has written all it will ever write.
  const rootState = where !== "here" ? "dead" : sightLeader(start.fence, tree.shim, root);
  // A shim stops or ends when it has written its exit; only in case it never gets there it is read while it runs.
  const isBusy = rootState === "alive" && !isReadAgain;
  const end = isBusy ? unwritten : directory.readEnd();
  const exit = end.exit ?? exitOfChild(root?.state ?? null);
  // It stops itself only after its last word: without one it found no place for that, or someone else has stopped it.
  const silent = rootState === "stopped" && exit === null ? sightSilent(tree) : null;
  const isSilenced = silent === "ending" || (silent !== null && !end.hasRoom);
  const leader = rootState !== "stopped" ? rootState : isSilenced ? "dead" : "alive";
  const isLaunching = start.fence === "open" && exit === null && where === "here";
  const below = where !== "here" ? "dead" : (silent ?? sightTree(tree, { leader, exit, end, isLaunching }));
  // The process that made the file, a shim or a dispatcher, ended before it said who it is.
  const isStillborn = start.fence === "won" && start.shim === null && start.flaw === null && below === "dead";
  // It was still being written when we read it, and all is over by now: read again what was left.
  if (isStillborn && directory.readStart().shim !== null) return sightRun(run, observer);
  const hasVanished = exit === null && leader === "dead" && !isLaunching;
  const isRecordGone = hasVanished && !directory.exists();
  return {
    ...tree,
    run,
    seen: {
      where,
      start: isStillborn && exit === null ? "given_up" : start.fence,
      exit,
      exitAtMs: end.atMs,
      leader: isStillborn ? "dead" : leader,
      tree: below,
      dispatcher: exit?.note === "signalled" && run.dispatcher ? probeProcess(run.dispatcher) : "unknown",
      logTail: hasVanished || (exit !== null && exit.code !== 0) ? directory.readLogTail() : "",
      hasBegun: !start.makesRoom || end.hasRoom || end.flaw !== null || isRecordGone,
      flaw: isRecordGone ? "its run folder was removed" : (end.flaw ?? start.flaw),
      survivedKill: (observer.known.survivedKillForMs(run.token, observer.monotonicMs) ?? 0) > killPatienceMs,
    },
  };
}

const unwritten: RunEnd = { exit: null, atMs: null, isOver: false, hasRoom: true, flaw: null };

/**
 * A shim ends with its worker's exit code, and by KILL where it started none: what its parent knows also where its record was
 * taken away. On Windows it is no shell, and says nothing by its own.
 */
function exitOfChild(state: RootState | null): ExitRecord | null {
  if (state === null || typeof state === "string" || process.platform === "win32") return null;
  return state.exitCode === null ? null : { code: state.exitCode, note: null };
}

/** Who won a start stays so forever: it is not read at every tick. */
function sightStart(
  run: LiveRun,
  { runs, known }: Observer,
): RunStart & { readonly directory: RunDirectory; readonly isReadAgain: boolean } {
  const before = known.getStart(run.token);
  if (before !== null && !known.isDueAgain(before)) return { ...before, isReadAgain: false };
  const { directory, start } =
    before === null
      ? RunDirectory.look(runs, run.runId, run.token)
      : { directory: before.directory, start: before.directory.readStart() };
  // Its record was removed, not its start.
  if (start.fence === "open" && run.process !== null && !directory.exists()) {
    const fence = "won" as const;
    return { ...start, fence, shim: run.process, directory, isReadAgain: true };
  }
  if (start.shim !== null) known.rememberStart(run.token, { ...start, shim: start.shim, directory });
  return { ...start, directory, isReadAgain: before !== null };
}

/** The shim, by its own record or by the board's: the one with a start time, where one of them has none. */
function identified(own: ProcessMark | null, recorded: ProcessMark | null): ProcessMark | null {
  const isBlank = own !== null && own.startTime === "" && own.pid === recorded?.pid;
  return isBlank ? recorded : (own ?? recorded);
}

function sightLeader(
  fence: Sighting["start"],
  shim: ProcessMark | null,
  root: ReturnType<KnownRuns["stateOfRoot"]>,
): Sighting["leader"] | "stopped" {
  // What was our child and has ended is dead for good, whatever process has its number now.
  if (root !== null && (shim === null || root.pid === shim.pid))
    return typeof root.state === "object" ? "dead" : root.state === "stopped" ? "stopped" : "alive";
  if (shim === null) return fence === "won" ? "unknown" : "dead";
  return probeRoot(shim);
}

function sightTree(
  tree: RunTree,
  seen: {
    readonly leader: Sighting["leader"];
    readonly exit: ExitRecord | null;
    readonly end: RunEnd;
    readonly isLaunching: boolean;
  },
): Sighting["tree"] {
  // A run whose start no process has won is waited for, or given up and then looked at again: of what it left nothing is asked.
  if (seen.isLaunching) return "unknown";
  if (seen.leader === "alive") return seen.exit === null ? "alive" : sightBelow(tree);
  if (seen.leader === "dead" && seen.end.isOver) return "dead";
  const left = sightLeft(tree);
  return left === "dead" && seen.leader === "unknown" && tree.shim !== null ? "unknown" : left;
}

function withoutShim(run: LiveRun, seen: Sighting): SightedRun {
  return { run, seen, token: run.token, shim: null, isRoot: false };
}
