import { describe, expect, test } from "bun:test";
import { type AdmissionRules, admit, type Candidate, type Pause } from "../../src/board/admission.ts";
import { freeSlots, type Slots, takeSlot } from "../../src/board/slots.ts";

const nowMs = 1_000_000;
const idle: Slots = { homeUsed: 0, homeMax: 4, boardUsed: 0, boardMax: null, profileUsed: new Map() };
const shellTask: Candidate = {
  assignee: "shell",
  dueAtMs: null,
  hasLiveRun: false,
  waitsForParents: false,
  asksElsewhere: false,
  oddity: null,
};

interface RuleParts {
  readonly slots?: Partial<Slots>;
  readonly pauses?: readonly Pause[];
  readonly profileMax?: number | null;
}

function rules({ slots = {}, pauses = [], profileMax = null }: RuleParts = {}): AdmissionRules {
  const profiles = new Map([["shell", { name: "shell", maxInProgress: profileMax }]]);
  return { nowMs, profiles, pauses, slots: { ...idle, ...slots } };
}

const boardPause: Pause = { scope: "board", untilAtMs: null, reason: "a person" };
const profilePause: Pause = { scope: "profile:shell", untilAtMs: nowMs + 1, reason: "rate limited" };
const everythingFull = { homeUsed: 4, boardUsed: 2, boardMax: 2, profileUsed: new Map([["shell", 1]]) };

/** Each cause in the order in which it is named; everything behind it is in the way as well. */
const refusals: [string, Candidate, AdmissionRules, number | null][] = (() => {
  const late: Candidate = {
    assignee: "shell",
    dueAtMs: nowMs + 5,
    hasLiveRun: true,
    waitsForParents: false,
    asksElsewhere: false,
    oddity: null,
  };
  const all = { slots: everythingFull, pauses: [boardPause, profilePause], profileMax: 1 };
  return [
    [
      "odd_row",
      { ...late, oddity: "title = X'00'", waitsForParents: true, assignee: null },
      rules(all),
      null,
    ],
    ["waiting_for_parents", { ...late, waitsForParents: true, assignee: null }, rules(all), null],
    ["unassigned", { ...late, assignee: null }, rules(all), null],
    ["other_host", { ...late, asksElsewhere: true, assignee: "nobody" }, rules(all), null],
    ["unknown_profile", { ...late, assignee: "nobody" }, rules(all), null],
    ["previous_worker_alive", late, rules(all), null],
    ["due", { ...late, hasLiveRun: false }, rules(all), nowMs + 5],
    ["board_paused", shellTask, rules(all), null],
    ["profile_paused", shellTask, rules({ ...all, pauses: [profilePause] }), nowMs + 1],
    ["profile_slots", shellTask, rules({ ...all, pauses: [] }), null],
    ["board_slots", shellTask, rules({ ...all, pauses: [], profileMax: null }), null],
    ["home_slots", shellTask, rules({ slots: { homeUsed: 4 } }), null],
  ];
})();

describe("admission", () => {
  test("lets a task start that nothing holds back", () => {
    expect(admit(shellTask, rules())).toBeNull();
  });

  for (const [reason, task, given, untilMs] of refusals)
    test(`names ${reason} before what comes behind it`, () => {
      expect(admit(task, given)).toEqual({ reason, untilAtMs: untilMs } as never);
    });

  test("holds a task until its instant, and not at it", () => {
    expect(admit({ ...shellTask, dueAtMs: nowMs + 1 }, rules())?.reason).toBe("due");
    expect(admit({ ...shellTask, dueAtMs: nowMs }, rules())).toBeNull();
  });

  test("is not held by a pause whose end has come", () => {
    for (const untilMs of [nowMs, nowMs - 1]) {
      const pauses = [
        { ...boardPause, untilAtMs: untilMs },
        { ...profilePause, untilAtMs: untilMs },
      ];
      expect(admit(shellTask, rules({ pauses }))).toBeNull();
    }
  });

  test("is not held by the pause of another profile", () => {
    const pauses: Pause[] = [{ scope: "profile:claude", untilAtMs: null, reason: "rate limited" }];
    expect(admit(shellTask, rules({ pauses }))).toBeNull();
  });

  test("starts nothing of a profile whose maximum is 0", () => {
    expect(admit(shellTask, rules({ profileMax: 0 }))?.reason).toBe("profile_slots");
  });
});

describe("the slot count", () => {
  function startable(slots: Slots, profileMax: number | null): number {
    let [taken, started] = [slots, 0];
    while (admit(shellTask, { ...rules({ profileMax }), slots: taken }) === null) {
      taken = takeSlot(taken, "shell");
      started++;
    }
    return started;
  }

  const running = (count: number): Partial<Slots> => ({
    homeUsed: count,
    boardUsed: count,
    profileUsed: new Map([["shell", count]]),
  });
  const rows: { home: number; board: number | null; profile: number | null; used: number; starts: number }[] =
    [
      { home: 4, board: 3, profile: null, used: 2, starts: 1 },
      { home: 3, board: 4, profile: null, used: 2, starts: 1 },
      { home: 4, board: 4, profile: 3, used: 2, starts: 1 },
      { home: 4, board: null, profile: null, used: 0, starts: 4 },
      { home: 4, board: null, profile: null, used: 4, starts: 0 },
      { home: 4, board: 2, profile: 1, used: 0, starts: 1 },
      { home: 2, board: null, profile: null, used: 5, starts: 0 },
    ];
  for (const { home, board, profile, used, starts } of rows)
    test(`W33: home ${home}, board ${board}, profile ${profile} with ${used} at work start ${starts}`, () => {
      expect(startable({ ...idle, ...running(used), homeMax: home, boardMax: board }, profile)).toBe(starts);
    });

  test("counts what was admitted for home, board and profile alike, and changes nothing it was given", () => {
    const before = { ...idle, profileUsed: new Map([["shell", 1]]) };
    const after = takeSlot(before, "shell");
    expect(after).toEqual({ ...idle, homeUsed: 1, boardUsed: 1, profileUsed: new Map([["shell", 2]]) });
    expect(before.profileUsed.get("shell")).toBe(1);
  });

  test("leaves free what the narrower of home and board leaves, and never less than nothing", () => {
    expect(freeSlots({ ...idle, homeUsed: 2, boardUsed: 2, boardMax: 3 })).toBe(1);
    expect(freeSlots({ ...idle, homeUsed: 3, boardMax: 9 })).toBe(1);
    expect(freeSlots({ ...idle, homeUsed: 9 })).toBe(0);
  });
});
