import { windowsShimWord } from "./windows-shim-word.ts";
import { workspaceScript } from "./workspace-script.ts";

/**
 * What every worker is started by: it wins the run's start or leaves without a trace, stays the worker's parent,
 * and writes down how the worker ended. Built-ins alone, so that it costs about a millisecond and needs no PATH.
 * What it won the start with stays open, for itself and all that it starts, so that other containers of this kernel can tell
 * whether anything is left of the run (whereabouts.ts).
 *
 * Its arguments: run folder, standard input, folder to run in, worktree's folder, repository and branch (or
 * three empty ones), then the worker's command.
 */
const script = `run=$1 input=$2 cwd=$3 worktree=$4 repository=$5 branch=$6
shift 6
set -Cf
signalled=
trap 'signalled=" signalled"' TERM INT HUP
started=
field_20() { started=\${20-}; }
{ read -r stat </proc/$$/stat && field_20 \${stat##*) }; } 2>/dev/null
command exec 9>"$run/start" 2>/dev/null || exit 0
printf '%s %s %s\\n' "$$" "$started" "$KANBUN_TOKEN" >&9 2>/dev/null || exit 0
exec >>"$run/output.log" 2>&1 <"$input"
end() { printf '%s %s\\n' "$1" "$KANBUN_TOKEN" >"$run/exit"; }
${workspaceScript}if [ -n "$worktree" ]; then
  make_worktree || { end "$? worktree"; exit 0; }
fi
enter_folder "$cwd" || { end "$? cwd"; exit 0; }
"$@"
end "$?$signalled"
`;

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
  /** The worker's program, absolute, and its arguments: no shell looks at them. */
  readonly command: readonly string[];
}

/**
 * The argument list that starts a worker under its shim. On Windows that is Kanbun itself: `cmd` knows neither its own
 * pid nor safe quoting.
 * @param selfCommand how to run this very Kanbun
 */
export function shimArguments(shim: ShimCommand, selfCommand: readonly string[]): string[] {
  const { path = "", repository = "", branch = "" } = shim.worktree ?? {};
  const start =
    process.platform === "win32"
      ? [...selfCommand, windowsShimWord]
      : ["/bin/sh", "-c", script, "kanbun-run"];
  return [...start, shim.runFolder, shim.inputPath, shim.cwd, path, repository, branch, ...shim.command];
}
