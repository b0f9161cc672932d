import {
  findProcessesByEnv,
  identifyProcess,
  isProcessGroupAlive,
  type PidMark,
  probeProcess,
} from "../../native-shims/index.ts";
import type { LiveRun, ProcessMark } from "../board/claim.ts";
import type { Sighting } from "../board/supervision.ts";
import { runMark } from "./environment.ts";
import { sightClaimer } from "./foreign-claimer.ts";
import type { KnownRuns } from "./known-runs.ts";
import { RunDirectory } from "./run-directory.ts";
import { sightWhere } from "./whereabouts.ts";

/** Where we are when we look. */
export interface Observer {
  readonly host: string;
  readonly hostname: string;
  readonly bootId: string;
  readonly runs: string;
  /** What this process has seen of the runs before. */
  readonly known: KnownRuns;
}

export interface SightedRun {
  readonly run: LiveRun;
  readonly seen: Sighting;
  /** The shim, from the board or from its own word on disk. */
  readonly shim: ProcessMark | null;
}

type Draft = SightedRun & {
  readonly needsTree: boolean;
  /** The start is won, and not yet said by whom. */
  readonly isNameless: boolean;
};

/** Gathers what can be known of each run's processes, in one pass over the process table at most. */
export function sightRuns(runs: readonly LiveRun[], observer: Observer): SightedRun[] {
  const drafts = runs.map((run) => sightRun(run, observer));
  const tokens = new Set(drafts.filter((draft) => draft.needsTree).map((draft) => draft.run.token));
  const since = observer.known.startOf(tokens);
  const limits = { startedSince: since, otherSessions: observer.known.sessionsBesides(tokens) };
  const marked = tokens.size === 0 ? new Map() : findProcessesByEnv(runMark, tokens, limits);
  return drafts.map((draft) => {
    if (!draft.needsTree) return draft;
    const tree = sightTree(draft, { isMarked: marked?.has(draft.run.token) ?? null, since });
    // Its shim was still writing its name down when we read it, and all is over by now: read again what it left.
    const settled = draft.isNameless && tree === "dead" ? sightRun(draft.run, observer) : draft;
    // Still without a name: whoever made the file, its shim or a dispatcher, came to nothing before it started anything.
    const isStillborn = settled.isNameless && tree === "dead";
    const start = isStillborn ? "given_up" : settled.seen.start;
    const leader = isStillborn ? "dead" : settled.seen.leader;
    return { run: settled.run, shim: settled.shim, seen: { ...settled.seen, start, leader, tree } };
  });
}

function sightRun(run: LiveRun, observer: Observer): Draft {
  const where = sightWhere(run, observer);
  const nothing = { exit: null, tree: "unknown", dispatcher: "unknown", logTail: "" } as const;
  if (run.holder !== "worker") {
    const isGone = run.process !== null && identifyProcess(run.process.pid) === null;
    const leader = isGone ? "dead" : "unknown";
    const dispatcher = run.holder === "foreign" && where === "here" ? sightClaimer(run.token) : "unknown";
    return draft(run, { ...nothing, where, start: "won", leader, dispatcher });
  }
  if (where === "elsewhere") return draft(run, { ...nothing, where, start: "won", leader: "unknown" });

  const held = observer.known.sightHeld(run.token);
  // A worker that was told to end may have lost its run folder, and its start been given up: then the start must tell.
  const endsByItself = held?.isRunning === false && run.process !== null && run.stop === null;
  const end = endsByItself ? RunDirectory.tryLookAtEnd(observer.runs, run.runId, run.token) : null;
  const { directory, isReadAgain, ...start } =
    end === null
      ? sightStart(run, observer)
      : ({ fence: "won", directory: end.directory, shim: run.process, isReadAgain: false } as const);
  // Also where the start was given up: a run whose folder was taken away still has the processes that it had.
  const shim = start.shim ?? run.process;
  if (where !== "here") {
    const exit = directory.readExit();
    const gone = {
      leader: "dead",
      tree: "dead",
      dispatcher: "dead",
      logTail: directory.readLogTail(),
    } as const;
    return draft(run, { ...gone, where, start: start.fence, exit });
  }
  // In this order: a shim that is seen dead has written all it will ever write.
  const leader = sightLeader(start.fence, shim, held);
  if (held === null && leader === "alive" && shim !== null) observer.known.holdStranger(run.token, shim);
  // A shim that has written its exit ends at once; only in case it never gets there it is looked for while it runs.
  const exit = end?.exit ?? (held?.isRunning && !isReadAgain ? null : directory.readExit());
  // Whose start nobody has won is waited for, or given up and then looked at again: of what it left nothing is asked.
  const isLaunching = start.fence === "open" && exit === null;
  const hasFailed = exit === null ? leader === "dead" && !isLaunching : exit.code !== 0;
  return {
    run,
    shim,
    isNameless: start.fence === "won" && start.shim === null,
    needsTree: leader !== "alive" && !isLaunching,
    seen: {
      where,
      start: start.fence,
      exit,
      leader,
      tree: leader === "alive" ? "alive" : "unknown",
      dispatcher: exit?.note === "signalled" && run.dispatcher ? probeProcess(run.dispatcher) : "unknown",
      logTail: hasFailed ? directory.readLogTail() : "",
    },
  };
}

/** Who won a start stays so for ever: it is not read at every tick. */
function sightStart(run: LiveRun, { runs, known }: Observer) {
  const before = known.getStart(run.token);
  if (before !== null && !known.isDueAgain(before))
    return { fence: "won", directory: before.directory, shim: before.shim, isReadAgain: false } as const;
  const { directory, start } =
    before === null
      ? RunDirectory.look(runs, run.runId, run.token)
      : { directory: before.directory, start: before.directory.readStart() };
  const { fence, shim } = start;
  if (shim !== null) known.rememberStart(run.token, { directory, shim });
  return { directory, fence, shim, isReadAgain: before !== null };
}

function sightLeader(
  fence: Sighting["start"],
  shim: ProcessMark | null,
  held: ReturnType<KnownRuns["sightHeld"]>,
): Sighting["leader"] {
  if (fence !== "won") return "dead";
  if (held?.isRunning) return "alive";
  // What was held and has ended is dead for good, whoever has its number now.
  if (held !== null && held.pid === shim?.pid) return "dead";
  return shim === null ? "unknown" : probeProcess(shim);
}

function draft(run: LiveRun, seen: Sighting): Draft {
  return { run, seen, shim: null, needsTree: false, isNameless: false };
}

function sightTree(
  { shim, seen }: Draft,
  { isMarked, since }: { readonly isMarked: boolean | null; readonly since: PidMark | null },
): Sighting["tree"] {
  if (isMarked || (shim !== null && isOwnGroupAlive(shim, since))) return "alive";
  return isMarked === null && seen.leader === "unknown" ? "unknown" : "dead";
}

/** The kernel gives no pid away that is still the number of a group: a stranger at it means that the group is gone. */
export function isOwnGroupAlive(leader: ProcessMark, startedSince: PidMark | null = null): boolean {
  if (!isProcessGroupAlive(leader.pid, startedSince)) return false;
  const now = identifyProcess(leader.pid);
  return now === null || leader.startTime === "" || now.startTime === leader.startTime;
}
