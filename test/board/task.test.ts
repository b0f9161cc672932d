import { describe, expect, test } from "bun:test";
import { BoardError } from "../../src/board/error.ts";
import { bodyBytesMax, isTaskId, type NewTask, type TaskPatch, validateTask } from "../../src/board/task.ts";

function refusalOf(task: NewTask | TaskPatch): string | null {
  try {
    validateTask(task);
    return null;
  } catch (error) {
    if (error instanceof BoardError && error.kind === "usage") return error.message;
    throw error;
  }
}

describe("a task", () => {
  const accepted: [string, NewTask | TaskPatch][] = [
    ["a title alone", { title: "x" }],
    ["a title of 2,000 characters", { title: "x".repeat(2_000) }],
    ["a negative priority", { title: "x", priority: -5 }],
    ["a body of 8 MiB", { title: "x", body: "x".repeat(bodyBytesMax) }],
    [
      "a dir workspace with an absolute path",
      { title: "x", workspaceKind: "dir", workspacePath: "/srv/app" },
    ],
    ["a drive letter as an absolute path", { title: "x", workspaceKind: "dir", workspacePath: "C:\\app" }],
    [
      "a network share as an absolute path",
      { title: "x", workspaceKind: "dir", workspacePath: "\\\\nas\\app" },
    ],
    ["a worktree without a path", { title: "x", workspaceKind: "worktree" }],
    ["limits of at least 1", { title: "x", maxRetries: 1, maxRuntimeMs: 1, goalMaxTurns: 1 }],
    ["limits that are left open", { title: "x", maxRetries: null, maxRuntimeMs: null, goalMaxTurns: null }],
    ["a patch without a title", { priority: 3 }],
    ["a patch that clears a field", { body: null, tenant: null }],
    ["a hostile title: it is only ever data", { title: `"; rm -rf $HOME; -- ' \u202e` }],
  ];
  for (const [name, task] of accepted)
    test(`is accepted with ${name}`, () => {
      expect(refusalOf(task)).toBeNull();
    });

  const refused: [string, NewTask | TaskPatch, RegExp][] = [
    ["an empty title", { title: "" }, /title is empty/],
    ["a blank title", { title: " \n\t" }, /title is empty/],
    ["a title of 2,001 characters", { title: "x".repeat(2_001) }, /title has 2001 characters; at most 2000/],
    ["a NUL in its title", { title: "a\0b" }, /title contains a NUL/],
    ["a NUL in its body", { title: "x", body: "\0" }, /body contains a NUL/],
    ["a body beyond 8 MiB", { title: "x", body: "x".repeat(bodyBytesMax + 1) }, /body has/],
    [
      "a body whose bytes, not characters, are beyond 8 MiB",
      { title: "x", body: "é".repeat(bodyBytesMax / 2 + 1) },
      /body has/,
    ],
    ["a fractional priority", { title: "x", priority: 1.5 }, /priority must be a whole number/],
    ["a priority that is no number", { title: "x", priority: Number.NaN }, /priority/],
    ["max_retries 0", { title: "x", maxRetries: 0 }, /max_retries must be .* at least 1, not 0/],
    ["a max_runtime that no clock reaches", { title: "x", maxRuntimeMs: 8e15 }, /max_runtime/],
    ["max_runtime 0", { title: "x", maxRuntimeMs: 0 }, /max_runtime/],
    ["goal_max_turns 0", { title: "x", goalMaxTurns: 0 }, /goal_max_turns/],
    ["a NUL in a skill", { title: "x", skills: ["ok", "\0"] }, /skill contains a NUL/],
    ["a skill of 501 characters", { title: "x", skills: ["x".repeat(501)] }, /skill has 501/],
    ["a NUL in its tenant", { title: "x", tenant: "\0" }, /tenant/],
    ["a NUL in its branch", { title: "x", branchName: "\0" }, /branch/],
    ["a NUL in its model", { title: "x", modelOverride: "\0" }, /model/],
    ["a NUL in its provider", { title: "x", providerOverride: "\0" }, /provider/],
    ["a project of 501 characters", { title: "x", projectId: "x".repeat(501) }, /project id has 501/],
    ["a session of 501 characters", { title: "x", sessionId: "x".repeat(501) }, /session id has 501/],
    ["a NUL in its assignee", { title: "x", assignee: "\0" }, /assignee/],
    ["a NUL in its idempotency key", { title: "x", idempotencyKey: "\0" }, /idempotency key/],
    [
      "a relative workspace path",
      { title: "x", workspaceKind: "dir", workspacePath: "app" },
      /must be absolute/,
    ],
    ["a dir workspace without a path", { title: "x", workspaceKind: "dir" }, /needs a path/],
    [
      "D1: a scratch workspace with a path of its own",
      { title: "x", workspaceKind: "scratch", workspacePath: "/srv" },
      /scratch workspace has no path/,
    ],
    [
      "both triage and blocked",
      { title: "x", triage: true, blocked: { reason: null, kind: null } },
      /not both/,
    ],
    ["a start time and triage", { title: "x", triage: true, dueAtMs: 1 }, /start time/],
    [
      "a start time and blocked",
      { title: "x", blocked: { reason: null, kind: null }, dueAtMs: 1 },
      /start time/,
    ],
    ["a patch that empties its title", { title: " " }, /title is empty/],
  ];
  for (const [name, task, message] of refused)
    test(`is refused with ${name}`, () => {
      expect(refusalOf(task)).toMatch(message);
    });
});

test("a task id is t_ and eight lower-case hex digits, and nothing else", () => {
  expect(isTaskId("t_0123abcd")).toBe(true);
  for (const text of [
    "t_0123ABCD",
    "t_0123abc",
    "t_0123abcde",
    "0123abcd",
    "t_0123abcg",
    " t_0123abcd",
    "t_0123abcd\n",
  ])
    expect(isTaskId(text)).toBe(false);
});
