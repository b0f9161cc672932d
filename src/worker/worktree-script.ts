/** The shell function by which a shim makes a run's worktree; it reads the shim's own variables. */
export const worktreeScript = `add_worktree() {
  [ -e "$worktree/.git" ] && return
  git -C "$repository" worktree prune
  if git -C "$repository" show-ref --verify --quiet "refs/heads/$branch"
  then git -C "$repository" worktree add --quiet "$worktree" "$branch"
  else git -C "$repository" worktree add --quiet -b "$branch" "$worktree"
  fi
} </dev/null
`;
