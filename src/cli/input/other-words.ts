/**
 * What to type for a word that other programs have. "…" stands for what was typed after it; without, that is left out.
 * Here, so that what is far from the truth is not suggested merely because its letters are near.
 */
const meanings: readonly (readonly [words: string, meant: string])[] = [
  ["close done finish resolve", "complete …"],
  ["kill stop abort terminate discard wontfix", "cancel …"],
  ["restart rerun redo reopen again", "retry …"],
  ["undelete unarchive undo", "restore …"],
  ["remove del destroy erase", "delete …"],
  ["view info get describe inspect detail details", "show …"],
  ["update modify change set rename priority", "edit …"],
  ["comments", "show …"],
  ["note say", "comment …"],
  ["follow attach-log output", "log --follow …"],
  ["exec start-now submit", "run …"],
  ["q quick capture", "create …"],
  ["batch bulk", "create --help"],
  ["take pick grab", "claim …"],
  ["release unclaim", "reclaim …"],
  ["lock hold", "block …"],
  ["unlock", "unblock …"],
  ["stash defer snooze postpone delay later", "schedule …"],
  ["enqueue unstash undefer", "promote …"],
  ["accept lgtm merge", "approve …"],
  ["reject decline reopen-review", "request-changes …"],
  ["reassign", "assign …"],
  ["review reviews", "list --status review"],
  ["send reply respond", "answer …"],
  ["dep deps depend depends dependencies dag", "tree"],
  ["ready next queue upcoming", "list --status ready"],
  ["blocked", "list --status blocked"],
  ["ps running active", "list --status running"],
  ["failed", "log --failed"],
  ["stale", "list --sort updated"],
  ["history activity audit", "events …"],
  ["count counts summary", "stats"],
  ["unpause continue", "resume"],
  ["start tick work go process", "dispatch"],
  ["daemon worker up loop", "dispatch --watch"],
  ["demo quickstart", "dispatch --demo"],
  ["clean clear", "archive --status done"],
  ["prune cleanup purge vacuum", "gc --dry-run"],
  ["tui dashboard monitor htop", "top"],
  ["web ui gui browse open server", "serve"],
  ["switch use checkout", "boards switch …"],
  ["group groups", "boards list"],
  ["crontab repeat recurring every", "cron list"],
  ["grep", "search …"],
  ["dump", "export"],
  ["load", "import …"],
  ["snapshot", "backup"],
  ["health diagnose diagnostics", "doctor"],
  ["completions autocomplete", "completion …"],
  ["subscribe", "notify-subscribe …"],
  ["install", "service install"],
  ["version", "--version"],
];

/** Where no command does it: what does. */
const remarks: readonly (readonly [words: string, remark: string])[] = [
  [
    "config settings preferences env",
    "settings are in kanbun.toml, in the folder that `kanbun status` names; see `kanbun profiles list`",
  ],
  [
    "parallel jobs-max concurrency",
    "how many may run at once is max_in_progress in kanbun.toml, in the folder that `kanbun status` names",
  ],
  [
    "label labels tag tags",
    "there are no labels: tasks are kept apart by boards; see `kanbun boards --help`",
  ],
  ["authorize-existing-pr", "nothing is held back for a pull request, so there is nothing to lift"],
  ["shutdown", "a dispatcher ends with Ctrl-C; one of a service with `kanbun service uninstall`"],
];

export const otherWords = byWord(meanings);
export const otherRemarks = byWord(remarks);

function byWord(rows: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map(rows.flatMap(([words, meant]) => words.split(" ").map((word) => [word, meant] as const)));
}
