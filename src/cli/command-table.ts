import type { CommandModule } from "./input/command.ts";

interface Typed {
  /** Of a command that has some, else its own name or nothing. */
  readonly subcommand: string;
  readonly options: Readonly<Record<string, unknown>>;
}

type CommandGroup =
  | "Work:"
  | "Life of a task:"
  | "Repeating, telling:"
  | "Dispatcher:"
  | "Boards:"
  | "Agents, programs:"
  | "Housekeeping:";

/** What a first day needs, in the order in which it is needed: the help begins with these. */
export const firstCommands: readonly string[] = [
  ...["init", "run", "create", "dispatch", "list", "top", "show", "log", "explain", "answer", "retry"],
];

export interface CommandEntry {
  readonly group: CommandGroup;
  readonly summary: string;
  /** Whether it changes nothing, always or as it was typed. Left out: it may change something. */
  readonly isReading?: true | ((typed: Typed) => boolean);
  /** Imports the command's own file, which is not loaded for any other. */
  load(): Promise<CommandModule>;
}

type Listed = Omit<CommandEntry, "group">;

/** Whether the command, as it was typed, may change a board or a file. */
export function changesSomething({ isReading = () => false }: CommandEntry, typed: Typed): boolean {
  return isReading !== true && !isReading(typed);
}

function reading(summary: string, load: CommandEntry["load"]): Listed {
  return { summary, isReading: true, load };
}

/** @param isReading as it was typed it may change nothing all the same */
function changing(
  summary: string,
  load: CommandEntry["load"],
  isReading?: (typed: Typed) => boolean,
): Listed {
  return { summary, load, ...(isReading === undefined ? {} : { isReading }) };
}

function inGroup(group: CommandEntry["group"], commands: Readonly<Record<string, Listed>>) {
  return Object.fromEntries(Object.entries(commands).map(([name, command]) => [name, { group, ...command }]));
}

/** Every command, in the order in which the help lists them. */
export const commandTable: Readonly<Record<string, CommandEntry>> = {
  ...inGroup("Work:", {
    run: changing("run a command as a task, and wait for its end", () => import("./commands/run.ts")),
    create: changing("make a task", () => import("./commands/create.ts")),
    list: reading("list tasks", () => import("./commands/list.ts")),
    search: reading("find tasks by their words", () => import("./commands/search.ts")),
    show: reading("show everything about a task", () => import("./commands/show.ts")),
    edit: changing("change a task", () => import("./commands/edit.ts")),
    assign: changing("assign a task to a profile, or to none", () => import("./commands/assign.ts")),
    comment: changing("comment on a task", () => import("./commands/comment.ts")),
    attach: changing("keep copies of files with a task", () => import("./commands/attach.ts")),
    attachments: reading(
      "list the files that are kept with a task",
      () => import("./commands/attachments.ts"),
    ),
    "attach-rm": changing("remove a file that is kept with a task", () => import("./commands/attach-rm.ts")),
    "set-model": changing("choose the model of a task's next run", () => import("./commands/set-model.ts")),
    tree: reading("show what waits for what", () => import("./commands/tree.ts")),
    link: changing("make a task wait for another", () => import("./commands/link.ts")),
    unlink: changing("stop a task waiting for another", () => import("./commands/unlink.ts")),
    runs: reading("list the runs of a task", () => import("./commands/runs.ts")),
    log: reading("print the output of a run", () => import("./commands/log.ts")),
    wait: reading("wait until tasks are done, or have failed", () => import("./commands/wait.ts")),
    explain: reading("say why a task is not running, and what to do", () => import("./commands/explain.ts")),
  }),
  ...inGroup("Life of a task:", {
    claim: changing("take a ready task yourself", () => import("./commands/claim.ts")),
    heartbeat: changing("renew a claim", () => import("./commands/heartbeat.ts")),
    complete: changing("finish a task", () => import("./commands/complete.ts")),
    block: changing("block a task until a person unblocks it", () => import("./commands/block.ts")),
    ask: changing("as a worker: ask a person, and wait for the answer", () => import("./commands/ask.ts")),
    answer: changing("answer the question of a task", () => import("./commands/answer.ts")),
    unblock: changing("make a blocked task ready again", () => import("./commands/unblock.ts")),
    retry: changing("do a task again that failed or is over", () => import("./commands/retry.ts")),
    "request-review": changing("hand a task in for review", () => import("./commands/request-review.ts")),
    approve: changing("accept a task in review", () => import("./commands/approve.ts")),
    "request-changes": changing(
      "send a task in review back to its worker",
      () => import("./commands/request-changes.ts"),
    ),
    promote: changing(
      "make a waiting task ready",
      () => import("./commands/promote.ts"),
      ({ options }) => Boolean(options.dryRun),
    ),
    schedule: changing(
      "put a task off until a time, or until promoted",
      () => import("./commands/schedule.ts"),
    ),
    "rate-limited": changing(
      "as a worker: retry after a rate limit",
      () => import("./commands/rate-limited.ts"),
    ),
    reclaim: changing("take a running task back from its worker", () => import("./commands/reclaim.ts")),
    cancel: changing("cancel a task for good", () => import("./commands/cancel.ts")),
    archive: changing("hide a task from lists", () => import("./commands/archive.ts")),
    restore: changing(
      "take a task out of the archive, or undo its cancelling",
      () => import("./commands/restore.ts"),
    ),
    delete: changing("delete a task for good, with its logs and files", () => import("./commands/delete.ts")),
  }),
  ...inGroup("Repeating, telling:", {
    cron: changing(
      "make a task again and again, at given times",
      () => import("./commands/cron.ts"),
      ({ subcommand }) => ["list", "show"].includes(subcommand),
    ),
    notify: changing(
      "list who is told of what happens, and test it",
      () => import("./commands/notify.ts"),
      ({ subcommand }) => ["list", "test"].includes(subcommand),
    ),
    "notify-subscribe": changing(
      "have a chat told what becomes of a task",
      () => import("./commands/notify-subscribe.ts"),
    ),
    "notify-unsubscribe": changing(
      "stop telling a chat of a task",
      () => import("./commands/notify-unsubscribe.ts"),
    ),
    "notify-list": reading(
      "list the chats that are told of tasks",
      () => import("./commands/notify-list.ts"),
    ),
  }),
  ...inGroup("Dispatcher:", {
    dispatch: changing(
      "start the workers of ready tasks",
      () => import("./commands/dispatch.ts"),
      ({ options }) => Boolean(options.dryRun || options.demo),
    ),
    top: reading("show what needs you, what runs and what is next", () => import("./commands/top.ts")),
    status: reading("show the state of the board and its dispatcher", () => import("./commands/status.ts")),
    watch: reading("print a line for every change from now on", () => import("./commands/watch.ts")),
    events: reading(
      "list or follow the history of a task or of the board",
      () => import("./commands/events.ts"),
    ),
    tail: reading("print the last events of the board", () => import("./commands/tail.ts")),
    stats: reading("count tasks and outcomes", () => import("./commands/stats.ts")),
    pause: changing("start nothing new on the board", () => import("./commands/pause.ts")),
    resume: changing("let a paused board start tasks again", () => import("./commands/resume.ts")),
    service: changing(
      "keep a dispatcher running after login",
      () => import("./commands/service.ts"),
      ({ subcommand }) => subcommand === "status",
    ),
  }),
  ...inGroup("Boards:", {
    init: changing("make a home for this folder, or for you (--user)", () => import("./commands/init.ts")),
    boards: changing(
      "list, make and change boards",
      () => import("./commands/boards.ts"),
      ({ subcommand }) => ["list", "show"].includes(subcommand),
    ),
    store: reading("list the servers that keep boards, and prepare one", () => import("./commands/store.ts")),
    hosts: changing(
      "list the machines that dispatch boards of a server",
      () => import("./commands/hosts.ts"),
      ({ subcommand }) => subcommand !== "fence" && subcommand !== "rm",
    ),
    profiles: changing(
      "list the ways to run a worker",
      () => import("./commands/profiles.ts"),
      ({ subcommand }) => subcommand === "list",
    ),
    assignees: reading("list the assignees of tasks", () => import("./commands/assignees.ts")),
  }),
  ...inGroup("Agents, programs:", {
    agents: changing(
      "list coding agents, and add a profile for one",
      () => import("./commands/agents.ts"),
      ({ subcommand, options }) => subcommand !== "add" || Boolean(options.dryRun),
    ),
    specify: changing(
      "have a profile write the specification of a task",
      () => import("./commands/specify.ts"),
      ({ options }) => Boolean(options.dryRun),
    ),
    decompose: changing(
      "have a profile break a task down into tasks",
      () => import("./commands/decompose.ts"),
      ({ options }) => Boolean(options.dryRun),
    ),
    swarm: changing(
      "let several profiles work at one goal, side by side",
      () => import("./commands/swarm.ts"),
    ),
    context: reading("print the prompt a worker gets for a task", () => import("./commands/context.ts")),
    mcp: reading("let agents and editors use the board, over MCP", () => import("./commands/mcp.ts")),
    serve: changing(
      "show the boards in the browser, and serve their API",
      () => import("./commands/serve.ts"),
    ),
  }),
  ...inGroup("Housekeeping:", {
    doctor: changing(
      "check the home and its boards for problems",
      () => import("./commands/doctor.ts"),
      ({ options }) => !options.fix,
    ),
    repair: changing(
      "fix what can be fixed on a board",
      () => import("./commands/repair.ts"),
      ({ options }) => Boolean(options.dryRun),
    ),
    gc: changing(
      "remove old logs, run folders, history and worktrees",
      () => import("./commands/gc.ts"),
      ({ options }) => Boolean(options.dryRun),
    ),
    backup: changing(
      "copy the databases of the boards, while others work",
      () => import("./commands/backup.ts"),
    ),
    export: reading(
      "write tasks and all that belongs to them as JSON lines",
      () => import("./commands/export.ts"),
    ),
    import: changing(
      "take in what `export` has written, all of it or nothing",
      () => import("./commands/import.ts"),
      ({ options }) => Boolean(options.dryRun),
    ),
    completion: reading("complete kanbun in your shell", () => import("./commands/completion.ts")),
    man: reading("print the manual page", () => import("./commands/man.ts")),
  }),
};
