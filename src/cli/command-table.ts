import type { CommandModule } from "./input/command.ts";

interface Typed {
  /** Of a command that has some, else its own name or nothing. */
  readonly subcommand: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface CommandEntry {
  readonly group: "Work:" | "Life of a task:" | "Dispatcher:" | "Boards:";
  readonly summary: string;
  /** Whether it changes nothing, always or as it was typed. Left out: it may change something. */
  readonly isReading?: true | ((typed: Typed) => boolean);
  /** Imports the command's own file, which is not loaded for any other. */
  load(): Promise<CommandModule>;
}

/** Whether the command, as it was typed, may change a board or a file. */
export function changesSomething({ isReading = () => false }: CommandEntry, typed: Typed): boolean {
  return isReading !== true && !isReading(typed);
}

/** Every command, in the order in which the help lists them. */
export const commandTable: Readonly<Record<string, CommandEntry>> = {
  run: {
    group: "Work:",
    summary: "run a command as a task, and wait for its end",
    load: () => import("./commands/run.ts"),
  },
  create: {
    group: "Work:",
    summary: "make a task",
    load: () => import("./commands/create.ts"),
  },
  list: {
    group: "Work:",
    summary: "list tasks",
    isReading: true,
    load: () => import("./commands/list.ts"),
  },
  show: {
    group: "Work:",
    summary: "show everything about a task",
    isReading: true,
    load: () => import("./commands/show.ts"),
  },
  edit: { group: "Work:", summary: "change a task", load: () => import("./commands/edit.ts") },
  assign: {
    group: "Work:",
    summary: "assign a task to a profile, or to none",
    load: () => import("./commands/assign.ts"),
  },
  comment: {
    group: "Work:",
    summary: "comment on a task",
    load: () => import("./commands/comment.ts"),
  },
  swarm: {
    group: "Work:",
    summary: "let several profiles work at one goal, side by side",
    load: () => import("./commands/swarm.ts"),
  },
  attach: {
    group: "Work:",
    summary: "keep copies of files with a task",
    load: () => import("./commands/attach.ts"),
  },
  attachments: {
    group: "Work:",
    summary: "list the files that are kept with a task",
    isReading: true,
    load: () => import("./commands/attachments.ts"),
  },
  "attach-rm": {
    group: "Work:",
    summary: "remove a file that is kept with a task",
    load: () => import("./commands/attach-rm.ts"),
  },
  "set-model": {
    group: "Work:",
    summary: "choose the model of a task's next run",
    load: () => import("./commands/set-model.ts"),
  },
  link: { group: "Work:", summary: "make a task wait for another", load: () => import("./commands/link.ts") },
  unlink: {
    group: "Work:",
    summary: "stop a task waiting for another",
    load: () => import("./commands/unlink.ts"),
  },
  runs: {
    group: "Work:",
    summary: "list the runs of a task",
    isReading: true,
    load: () => import("./commands/runs.ts"),
  },
  events: {
    group: "Work:",
    summary: "list the history of a task or of the board",
    isReading: true,
    load: () => import("./commands/events.ts"),
  },
  log: {
    group: "Work:",
    summary: "print the output of a run",
    isReading: true,
    load: () => import("./commands/log.ts"),
  },
  wait: {
    group: "Work:",
    summary: "wait until tasks are done, or have failed",
    isReading: true,
    load: () => import("./commands/wait.ts"),
  },
  context: {
    group: "Work:",
    summary: "print the prompt a worker gets for a task",
    isReading: true,
    load: () => import("./commands/context.ts"),
  },
  claim: {
    group: "Life of a task:",
    summary: "take a ready task yourself",
    load: () => import("./commands/claim.ts"),
  },
  heartbeat: {
    group: "Life of a task:",
    summary: "renew a claim",
    load: () => import("./commands/heartbeat.ts"),
  },
  complete: {
    group: "Life of a task:",
    summary: "finish a task",
    load: () => import("./commands/complete.ts"),
  },
  block: {
    group: "Life of a task:",
    summary: "block a task until a person unblocks it",
    load: () => import("./commands/block.ts"),
  },
  ask: {
    group: "Life of a task:",
    summary: "as a worker: ask a person, and wait for the answer",
    load: () => import("./commands/ask.ts"),
  },
  answer: {
    group: "Life of a task:",
    summary: "answer the question of a task",
    load: () => import("./commands/answer.ts"),
  },
  unblock: {
    group: "Life of a task:",
    summary: "make a blocked task ready again",
    load: () => import("./commands/unblock.ts"),
  },
  retry: {
    group: "Life of a task:",
    summary: "do a task again that failed or is over",
    load: () => import("./commands/retry.ts"),
  },
  "request-review": {
    group: "Life of a task:",
    summary: "hand a task in for review",
    load: () => import("./commands/request-review.ts"),
  },
  approve: {
    group: "Life of a task:",
    summary: "accept a task in review",
    load: () => import("./commands/approve.ts"),
  },
  "request-changes": {
    group: "Life of a task:",
    summary: "send a task in review back to its worker",
    load: () => import("./commands/request-changes.ts"),
  },
  promote: {
    group: "Life of a task:",
    summary: "make a waiting task ready",
    isReading: ({ options }) => Boolean(options.dryRun),
    load: () => import("./commands/promote.ts"),
  },
  schedule: {
    group: "Life of a task:",
    summary: "put a task off until a time, or until promoted",
    load: () => import("./commands/schedule.ts"),
  },
  "rate-limited": {
    group: "Life of a task:",
    summary: "as a worker: retry after a rate limit",
    load: () => import("./commands/rate-limited.ts"),
  },
  reclaim: {
    group: "Life of a task:",
    summary: "take a running task back from its worker",
    load: () => import("./commands/reclaim.ts"),
  },
  cancel: {
    group: "Life of a task:",
    summary: "cancel a task for good",
    load: () => import("./commands/cancel.ts"),
  },
  archive: {
    group: "Life of a task:",
    summary: "hide a task from lists",
    load: () => import("./commands/archive.ts"),
  },
  restore: {
    group: "Life of a task:",
    summary: "take a task out of the archive, or undo its cancelling",
    load: () => import("./commands/restore.ts"),
  },
  dispatch: {
    group: "Dispatcher:",
    summary: "start the workers of ready tasks",
    isReading: ({ options }) => Boolean(options.dryRun || options.demo),
    load: () => import("./commands/dispatch.ts"),
  },
  service: {
    group: "Dispatcher:",
    summary: "keep a dispatcher running after login",
    isReading: ({ subcommand }) => subcommand === "status",
    load: () => import("./commands/service.ts"),
  },
  pause: {
    group: "Dispatcher:",
    summary: "start nothing new on the board",
    load: () => import("./commands/pause.ts"),
  },
  resume: {
    group: "Dispatcher:",
    summary: "let a paused board start tasks again",
    load: () => import("./commands/resume.ts"),
  },
  status: {
    group: "Dispatcher:",
    summary: "show the state of the board and its dispatcher",
    isReading: true,
    load: () => import("./commands/status.ts"),
  },
  explain: {
    group: "Dispatcher:",
    summary: "say why a task is not running, and what to do",
    isReading: true,
    load: () => import("./commands/explain.ts"),
  },
  watch: {
    group: "Dispatcher:",
    summary: "watch the board",
    isReading: true,
    load: () => import("./commands/watch.ts"),
  },
  tail: {
    group: "Dispatcher:",
    summary: "follow the history of the board",
    isReading: true,
    load: () => import("./commands/tail.ts"),
  },
  stats: {
    group: "Dispatcher:",
    summary: "count tasks and outcomes",
    isReading: true,
    load: () => import("./commands/stats.ts"),
  },
  doctor: {
    group: "Boards:",
    summary: "check the home and its boards for problems",
    isReading: ({ options }) => !options.fix,
    load: () => import("./commands/doctor.ts"),
  },
  repair: {
    group: "Boards:",
    summary: "fix what can be fixed on a board",
    isReading: ({ options }) => Boolean(options.dryRun),
    load: () => import("./commands/repair.ts"),
  },
  init: {
    group: "Boards:",
    summary: "make a home for this folder, or for you (--user)",
    load: () => import("./commands/init.ts"),
  },
  boards: {
    group: "Boards:",
    summary: "list, make and change boards",
    isReading: ({ subcommand }) => ["list", "show"].includes(subcommand),
    load: () => import("./commands/boards.ts"),
  },
  profiles: {
    group: "Boards:",
    summary: "list the ways to run a worker",
    isReading: ({ subcommand }) => subcommand === "list",
    load: () => import("./commands/profiles.ts"),
  },
  assignees: {
    group: "Boards:",
    summary: "list the assignees of tasks",
    isReading: true,
    load: () => import("./commands/assignees.ts"),
  },
};
