import type { Hold } from "../../../src/board/hold.ts";
import type { ListedTask } from "../../../src/board/task.ts";
import type { Overview, OverviewTask, Part } from "../../../src/home/overview/overview.ts";

/** What is not said of a task here does not matter to the screen. */
export function task(
  fields: Partial<ListedTask> & { readonly id: string },
  more: Partial<OverviewTask> = {},
): OverviewTask {
  const listed = {
    title: `title of ${fields.id}`,
    assignee: "shell",
    status: "ready",
    consecutiveFailures: 0,
    ...fields,
  };
  const none = {
    hold: null,
    question: null,
    startedAtMs: null,
    endedAtMs: null,
    needsYouSinceAtMs: null,
    lastLine: "",
  };
  return { board: "default", task: { lastFailureError: null, ...listed } as ListedTask, ...none, ...more };
}

export function held(reason: Hold["reason"], detail: string, command: string | null = null): Hold {
  return { reason, detail, command, untilAtMs: null };
}

export const nowMs = 1_800_000_000_000;

export function overview(
  parts: Partial<Record<"needsYou" | "running" | "next" | "done", readonly OverviewTask[]>> = {},
): Overview {
  const part = (tasks: readonly OverviewTask[] = []): Part => ({ count: tasks.length, tasks });
  return {
    home: "/home/kanbun",
    atMs: nowMs,
    boards: [
      {
        slug: "default",
        byStatus: { ready: 3, done: 1, archived: 7 },
        isPaused: false,
        dispatcherPid: null,
        otherHosts: [],
        problem: null,
      },
    ],
    slots: { used: 1, max: 4 },
    needsYou: part(parts.needsYou),
    running: part(parts.running),
    next: part(parts.next),
    done: { count: parts.done?.length ?? 0, tasks: parts.done ?? [] },
    pace: { completed: 0, sinceAtMs: nowMs },
    nextRepeat: null,
    stoppedRepeats: [],
  };
}

/** Of each part one or two. */
export const busy = overview({
  needsYou: [
    task(
      { id: "t_00000001", title: "Which database?", status: "blocked" },
      {
        hold: held("needs_answer", "it asks: postgres or sqlite?", "kanbun answer t_00000001 1"),
        question: {
          id: 1,
          runId: 1,
          question: "postgres or sqlite?",
          answerKind: "choice",
          choices: ["postgres", "sqlite"],
          askedAtMs: nowMs,
          answer: null,
          answeredBy: null,
          closedAtMs: null,
        },
      },
    ),
    task(
      {
        id: "t_00000002",
        title: "Build the docs",
        status: "blocked",
        lastFailureError: "exit code 2\nline one\nno rule",
      },
      {
        hold: held("gave_up", "it failed too often: exit code 2", "kanbun retry t_00000002"),
        needsYouSinceAtMs: nowMs - 7_500_000,
      },
    ),
  ],
  running: [
    task(
      {
        id: "t_00000003",
        title: "Run \u001B[31mthe\u001B[0m tests 東京",
        status: "running",
        consecutiveFailures: 1,
      },
      { hold: held("running", "run 3 is at work"), startedAtMs: nowMs - 134_000, lastLine: "PASS a.test.ts" },
    ),
  ],
  next: [
    task(
      { id: "t_00000004", title: "Publish", status: "todo" },
      { hold: held("waiting_for_parents", 'it waits for t_00000002 "Build the docs"') },
    ),
  ],
  done: [
    task({ id: "t_00000005", status: "done" }, { startedAtMs: nowMs - 190_000, endedAtMs: nowMs - 180_000 }),
  ],
});
