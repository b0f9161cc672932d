/** How a shim ends that could not get into its folder: another try may help, or can't. */
export const workspaceFailure = { once: 1, forGood: 2 } as const;

/**
 * Shell functions by which a shim gets into its run's folder: outside every lock, for a user's path may lead to a mount
 * that never answers (I12). Git is asked only where there is no worktree yet, or one that was not made to its end; this
 * very Kanbun stands first in the PATH of every worker.
 */
export const workspaceScript = `make_worktree() {
  [ -e "$worktree/.git" ] && [ ! -e "$worktree.kanbun-making" ] && return
  kanbun --make-worktree "$worktree" "$repository" "$branch" </dev/null
}
enter_folder() {
  cd "$1" 2>/dev/null && return
  if [ -d "$1" ]; then echo "no right to enter this directory: $1"
  elif [ -e "$1" ] || [ -L "$1" ]; then echo "not a directory: $1"
  else echo "no such directory: $1 (or one above it may not be entered)"
  fi
  return ${workspaceFailure.forGood}
}
`;
