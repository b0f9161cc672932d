import { whyNoTrees } from "../../../native-shims/index.ts";
import { leaseScript } from "../lease/lease-file.ts";
import { windowsShimWord } from "./windows-shim-word.ts";
import { workspaceScript } from "./workspace-script.ts";

/** The name of the copier among the processes of a run, of which it is no part, and what tells it from another of that name. */
export const copierName = "tee";
export const copierMark = "KANBUN_COPIER";

/**
 * What every worker is started by: it wins the run's start and makes room for the run's end, or leaves without a trace; it stays
 * the worker's parent, and writes down how the worker ended. Built-ins alone, so that it costs about a millisecond.
 * What it won the start with stays open, for itself and all that it starts, so that other containers of this kernel can tell
 * whether anything is left of the run (whereabouts.ts).
 *
 * Its arguments: run folder, standard input, folder to run in, worktree's folder, repository and branch (or three empty ones),
 * the program that copies the worker's output to the log, then the worker's command.
 *
 * What it makes itself is its owner's alone; the worker has the umask of its dispatcher. It outlives what a worker sends to its whole
 * group, and the worker has that signal as it was.
 *
 * Last before its worker, it looks whether the lease of its host still holds: its dispatcher may have been stopped for an hour.
 *
 * As the root of a tree (`whyNoTrees` is null) it has all that its worker leaves behind as its children: it stops itself while
 * there are any, so that they stay together until a dispatcher has ended them, and its last word is `over`.
 */
function shimScript(isRoot: boolean, umask: number): string {
  return `run=$1 input=$2 cwd=$3 worktree=$4 repository=$5 branch=$6 copier=$7
shift 7
umask 077
set -Cf
signalled=
note_signal='signalled=" signalled"'
trap "$note_signal" TERM INT HUP
trap : QUIT USR1 USR2
started=
field_20() { started=\${20-}; }
{ read -r stat </proc/$$/stat && field_20 \${stat##*) }; } 2>/dev/null
command exec 9>"$run/start" 2>/dev/null || kill -KILL $$
printf '%s %s %s ${isRoot ? "root" : "leader"}\\n' "$$" "$started" "$KANBUN_TOKEN" >&9 2>/dev/null || kill -KILL $$
{ printf '%79s' '' 1<>"$run/exit"; } 2>/dev/null || kill -KILL $$
end() { { printf '%s %s%s\\n' "$1" "$KANBUN_TOKEN" "$2" 1<>"$run/exit"; } 2>/dev/null; }
${isRoot ? rootScript : leaderScript}umask ${umask.toString(8).padStart(3, "0")}
${workspaceScript}${leaseScript}if [ -n "$worktree" ]; then
  make_worktree || finish "$? worktree"
fi
enter_folder "$cwd" || finish "$? cwd"
[ -z "$signalled" ] || finish "143$signalled"
lease_holds || finish '137 lease'
start_worker "$@"
code=$?
[ "$code" != 137 ] || lease_holds || signalled=' lease'
finish "$code$signalled"
`;
}

/** A shell that the system refuses a process ends on the spot: no task is to blame for that. */
const whereNoForks = `trap 'finish "126 fork"' EXIT
`;

/**
 * The log is written by a copier: a worker that opens /dev/stderr anew would empty a file. It outlives the signals of its group,
 * goes on where the disk is full, and ends with the last who may write.
 */
const rootScript = `copier_pid=
start_worker() { "$@" <"$input"; }
read_children() {
  children='?'
  { read -r children </proc/$$/task/$$/children; } 2>/dev/null
}
is_alone() {
  read_children
  if [ -n "$copier_pid" ] && [ "$children" = "$copier_pid" ]; then
    wait "$copier_pid"
    read_children
  fi
  [ -z "$children" ]
}
finish() {
  trap - EXIT
  end "$1"
  exec >/dev/null 2>&1
  until is_alone; do
    [ "$children" != '?' ] || exit "\${1%% *}"
    kill -STOP $$
  done
  end "$1" ' over'
  exit "\${1%% *}"
}
${whereNoForks}if [ -n "$copier" ]; then
  trap '' TERM INT HUP
  { export ${copierMark}=1; exec "$copier" -a "$run/output.log" >/dev/null; } <&3 4>&- &
  copier_pid=$!
  trap "$note_signal" TERM INT HUP
  exec >&4 2>&4
fi
exec 3<&- 4>&-
`;

const leaderScript = `start_worker() { "$@" <"$input"; }
finish() { trap - EXIT; end "$1"; exit "\${1%% *}"; }
${whereNoForks}`;

/** A git worktree that the shim makes before the worker starts, outside every lock. */
export interface Worktree {
  readonly path: string;
  /** A folder inside the repository. */
  readonly repository: string;
  readonly branch: string;
}

export interface ShimCommand {
  readonly runFolder: string;
  readonly inputPath: string;
  readonly cwd: string;
  readonly worktree: Worktree | null;
  /** `tee`, absolute; "" where there is none: then the worker writes to the log itself. */
  readonly copier: string;
  /** The worker's program, absolute, and its arguments: no shell looks at them. */
  readonly command: readonly string[];
}

let script: string | null = null;

/**
 * The argument list that starts a worker under its shim. On Windows that is Kanbun itself: `cmd` knows neither its own
 * pid nor safe quoting.
 * @param selfCommand how to run this very Kanbun
 */
export function shimArguments(shim: ShimCommand, selfCommand: readonly string[]): string[] {
  const { path = "", repository = "", branch = "" } = shim.worktree ?? {};
  const where = [shim.runFolder, shim.inputPath, shim.cwd, path, repository, branch];
  if (process.platform === "win32") return [...selfCommand, windowsShimWord, ...where, ...shim.command];
  script ??= shimScript(whyNoTrees() === null, process.umask());
  return ["/bin/sh", "-c", script, "kanbun-run", ...where, shim.copier, ...shim.command];
}
