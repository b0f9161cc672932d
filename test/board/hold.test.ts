import { describe, expect, test } from "bun:test";
import type { AdmissionRules } from "../../src/board/admission.ts";
import { explainHold } from "../../src/board/explain-hold.ts";
import type { Hold, HoldReason } from "../../src/board/hold.ts";
import type { HoldFacts } from "../../src/board/hold-facts.ts";
import type { Task, TaskStatus } from "../../src/board/task.ts";
import { sampleTask } from "./sample-task.ts";

const nowMs = 1_000_000;
const id = "t_00000001";
const freeRules: AdmissionRules = {
  nowMs,
  profiles: new Map([["shell", { name: "shell", maxInProgress: null }]]),
  pauses: [],
  slots: { homeUsed: 0, homeMax: 4, boardUsed: 0, boardMax: null, profileUsed: new Map() },
};
const claim = { holder: "worker", runId: 7, pid: 100, host: "machine/1", isHere: true, by: "shell" } as const;
const parent = { id: "t_00000002", title: "Build" };
const waitsFor = (...first: HoldFacts["openParents"]["first"]) => ({ count: first.length, first });

type Parts = Omit<Partial<HoldFacts>, "task"> & { readonly task?: Partial<Task> };

function explain(status: TaskStatus, parts: Parts = {}, rules: Partial<AdmissionRules> = {}): Hold {
  const { task, ...facts } = parts;
  const none = {
    openParents: { count: 0, first: [] },
    isRateLimited: false,
    claim: null,
    hasLiveRun: false,
    question: null,
    returns: null,
    block: null,
    loop: null,
  };
  const given = { ...none, waitsForParents: false, ...facts };
  return explainHold({ task: sampleTask({ status, ...task }), ...given }, { ...freeRules, ...rules });
}

function full(slots: Partial<AdmissionRules["slots"]>): Partial<AdmissionRules> {
  return { slots: { ...freeRules.slots, ...slots } };
}
function profileMax(maxInProgress: number): Partial<AdmissionRules> {
  const profileUsed = new Map([["shell", maxInProgress]]);
  return { ...full({ profileUsed }), profiles: new Map([["shell", { name: "shell", maxInProgress }]]) };
}
const blockOf = (reason: string | null, gaveUp = false) => ({
  gaveUp,
  isHopeless: false,
  cancelledParent: null,
  reason,
  kind: null,
});
const pause = (scope: "board" | "profile:shell") => ({
  pauses: [{ scope, untilAtMs: nowMs + 9, reason: "x" }],
});

const asked = {
  id: 1,
  runId: 7,
  question: "which?",
  answerKind: "choice",
  choices: ["red", "green"],
  askedAtMs: nowMs,
  answer: null,
  answeredBy: null,
  closedAtMs: null,
} as const;

type Row = [Hold, HoldReason, RegExp, string | null, number?];
const table: Row[] = [
  [explain("triage"), "triage", /person to accept/, `kanbun promote ${id}`],
  [
    explain("todo", { openParents: waitsFor(parent) }),
    "waiting_for_parents",
    /waits for t_00000002 "Build"$/,
    null,
  ],
  [
    explain("blocked", { block: { ...blockOf("its parent"), cancelledParent: "t_00000003" } }),
    "parent_cancelled",
    /t_00000003 was cancelled/,
    `kanbun unlink t_00000003 ${id}`,
  ],
  [
    explain("ready", { openParents: waitsFor(parent), waitsForParents: true }),
    "waiting_for_parents",
    /waits for t_00000002 "Build"$/,
    null,
  ],
  [explain("todo"), "parents_finished", /no parent is open: the next tick makes it ready/, "kanbun dispatch"],
  [explain("scheduled"), "scheduled", /without a time/, `kanbun promote ${id}`],
  [
    explain("scheduled", { task: { dueAtMs: nowMs + 5 } }),
    "scheduled",
    /not due yet/,
    `kanbun promote ${id}`,
    nowMs + 5,
  ],
  [explain("ready"), "next_tick", /next tick starts it/, "kanbun dispatch"],
  [
    explain("ready", { task: { oddity: "max_retries = 'x'" } }),
    "odd_row",
    /another program wrote a value that Kanbun can't use: max_retries = 'x'/,
    `kanbun edit ${id} --no-max-retries`,
  ],
  [explain("ready", { task: { assignee: null } }), "unassigned", /no assignee/, `kanbun assign ${id} shell`],
  [
    explain("ready", { task: { assignee: "nobody" } }),
    "unknown_profile",
    /no profile "nobody"; use one of shell/,
    `kanbun assign ${id} shell`,
  ],
  [explain("ready", { hasLiveRun: true }), "previous_worker_alive", /still being stopped/, "kanbun dispatch"],
  [
    explain("ready", { task: { dueAtMs: nowMs + 5 } }),
    "due",
    /not due yet/,
    `kanbun promote ${id}`,
    nowMs + 5,
  ],
  [
    explain("ready", { task: { dueAtMs: nowMs + 5, consecutiveFailures: 1 } }),
    "due",
    /waits before the next try \(failures in a row: 1\)/,
    `kanbun retry ${id}`,
    nowMs + 5,
  ],
  [explain("ready", {}, pause("board")), "board_paused", /board is paused/, "kanbun resume", nowMs + 9],
  [
    explain("ready", {}, pause("profile:shell")),
    "profile_paused",
    /shell is paused \(x\)/,
    "kanbun profiles resume shell",
    nowMs + 9,
  ],
  [explain("ready", {}, profileMax(2)), "profile_slots", /all 2 slots of the profile shell/, null],
  [explain("ready", {}, profileMax(0)), "profile_slots", /switched off/, null],
  [
    explain("ready", {}, full({ boardUsed: 3, boardMax: 3 })),
    "board_slots",
    /all 3 slots of the board/,
    null,
  ],
  [
    explain("ready", {}, { slotsHolder: "pid 9 on box" }),
    "slots_busy",
    /^pid 9 on box holds the slots of the home and is stuck$/,
    "kanbun doctor",
  ],
  [explain("ready", {}, full({ homeUsed: 4 })), "home_slots", /all 4 slots of the home/, null],
  [explain("running", { claim }), "running", /run 7 is running \(pid 100\)/, `kanbun log -f ${id}`],
  [explain("running", { claim: { ...claim, pid: null } }), "running", /being started/, `kanbun log -f ${id}`],
  [
    explain("running", { claim: { ...claim, holder: "person" } }),
    "claimed_by_person",
    /^shell works on it/,
    `kanbun complete ${id}`,
  ],
  [
    explain("running", { claim, judgement: { do: "give_up_start" } }),
    "worker_ended",
    /^run 7 was claimed and has not been started: the next tick takes it back$/,
    "kanbun dispatch",
  ],
  [
    explain("running", { claim, judgement: { do: "request_stop", reason: "timed_out" } }),
    "stopping",
    /^run 7 has exceeded its max runtime: the next tick stops it$/,
    "kanbun dispatch",
  ],
  [
    explain("ready", { hasLiveRun: true, judgement: { do: "free_slot" } }),
    "previous_worker_alive",
    /its last worker has ended/,
    "kanbun dispatch",
  ],
  [
    explain("scheduled", { task: { dueAtMs: nowMs - 5 }, hasDispatcher: false }),
    "scheduled",
    /^due since 1970-01-01T00:16:39.995Z: the next tick promotes it \(no dispatcher is running\)$/,
    "kanbun dispatch",
  ],
  [
    explain("ready", { task: { dueAtMs: nowMs + 5 }, isRateLimited: true }),
    "due",
    /^its profile shell is rate limited$/,
    "kanbun profiles resume shell",
    nowMs + 5,
  ],
  [
    explain("ready", { openParents: { count: 10_000, first: [parent] }, waitsForParents: true }),
    "waiting_for_parents",
    /^waits for t_00000002 "Build" and 9999 more$/,
    null,
  ],
  [
    explain("running", { claim: { ...claim, isHere: false } }),
    "claimed_elsewhere",
    /belongs to machine\/1/,
    `kanbun reclaim --dead ${id}`,
  ],
  [explain("running"), "claimed_elsewhere", /left no run/, `kanbun reclaim ${id}`],
  [
    explain("blocked", { block: blockOf("which colour?") }),
    "blocked",
    /^which colour\?$/,
    `kanbun unblock ${id}`,
  ],
  [explain("blocked"), "blocked", /no reason was given/, `kanbun unblock ${id}`],
  [
    explain("blocked", { block: { ...blockOf("which?"), kind: "needs_input" } }),
    "blocked",
    /^needs input: which\?$/,
    `kanbun unblock ${id}`,
  ],
  [
    explain("blocked", {
      block: blockOf(null, true),
      task: { consecutiveFailures: 2, lastFailureError: "exit code 3\nlog" },
    }),
    "gave_up",
    /^gave up after 2 failures: exit code 3, last line: log$/,
    `kanbun retry ${id}`,
  ],
  [explain("blocked", { block: blockOf(null, true) }), "gave_up", /see its runs/, `kanbun retry ${id}`],
  [explain("review", { task: { assignee: null } }), "review", /review by a person/, `kanbun approve ${id}`],
  [explain("review"), "next_tick", /next tick starts it/, "kanbun dispatch"],
  [
    explain(
      "ready",
      { task: { host: "north", labels: ["gpu"] } },
      { traits: { names: ["south"], labels: ["gpu"] } },
    ),
    "other_host",
    /^asks for host north, and this is south$/,
    `kanbun edit ${id} --no-host`,
  ],
  [
    explain("ready", { task: { labels: ["eu", "gpu"] } }, { traits: { names: ["south"], labels: ["eu"] } }),
    "other_host",
    /^asks for label gpu, which south has not$/,
    `kanbun edit ${id} --no-label`,
  ],
  [
    explain("review", { task: { assignee: "critic" } }),
    "unknown_profile",
    /no profile "critic"/,
    `kanbun assign ${id} shell`,
  ],
  [
    explain("blocked", { question: asked, block: { ...blockOf("which?"), kind: "needs_input" } }),
    "needs_answer",
    /^asks: which\? \(1: red, 2: green\)$/,
    `kanbun answer ${id} 1`,
  ],
  [
    explain("ready", {}, { configFault: "kanbun.toml:1: expected x" }),
    "bad_configuration",
    /^nothing starts while the configuration has a mistake: kanbun.toml:1: expected x$/,
    null,
  ],
  [
    explain(
      "ready",
      {},
      { profiles: new Map([["shell", { name: "shell", maxInProgress: 1, fault: "f:2: x" }]]) },
    ),
    "bad_configuration",
    /^its profile shell has a mistake: f:2: x$/,
    null,
  ],
  [explain("done", { task: { completedAtMs: 1 } }), "done", /^finished at 1970-01-01T00:00:00.001Z$/, null],
  [explain("archived", { task: { completedAtMs: 1 } }), "archived", /^archived$/, null],
  [explain("archived"), "archived", /^cancelled$/, null],
];

describe("I9: a hold", () => {
  for (const [hold, reason, detail, command, untilAtMs = null] of table)
    test(`of ${reason} says "${hold.detail}"`, () => {
      expect(hold).toEqual({ reason, detail: expect.stringMatching(detail), command, untilAtMs: untilAtMs });
    });

  test("has a row here for every reason there is", () => {
    const named = new Set(table.map(([, reason]) => reason));
    const all: Record<HoldReason, true> = {
      odd_row: true,
      unassigned: true,
      bad_configuration: true,
      other_host: true,
      unknown_profile: true,
      previous_worker_alive: true,
      due: true,
      board_paused: true,
      profile_paused: true,
      home_slots: true,
      board_slots: true,
      profile_slots: true,
      slots_busy: true,
      running: true,
      worker_ended: true,
      stopping: true,
      claimed_by_person: true,
      claimed_elsewhere: true,
      triage: true,
      waiting_for_parents: true,
      parent_cancelled: true,
      parents_finished: true,
      scheduled: true,
      blocked: true,
      gave_up: true,
      needs_answer: true,
      review: true,
      next_tick: true,
      done: true,
      archived: true,
    };
    expect([...named].sort()).toEqual((Object.keys(all) as HoldReason[]).sort());
  });

  test("X36: says no more of a reason than of any text among many", () => {
    const reason = `begin ${"x".repeat(1_000_000)}`;
    for (const hold of [
      explain("blocked", { block: blockOf(reason) }),
      explain("blocked", { block: blockOf(null, true), task: { lastFailureError: reason } }),
      explain("blocked", { question: { ...asked, question: reason } }),
      explain("triage", { loop: { times: 3, reason } }),
    ]) {
      expect(hold.detail).toContain("begin x");
      expect(hold.detail.length).toBeLessThan(5_000);
    }
  });

  test("W25: is the same whatever an error or a reason says", () => {
    for (const text of ["403", "Author", "Permission denied", "https://github.com/a/b/pull/1"]) {
      const task = { lastFailureError: text, body: text, title: text };
      expect(explain("ready", { task, block: blockOf(text) }).reason).toBe("next_tick");
    }
  });
});
