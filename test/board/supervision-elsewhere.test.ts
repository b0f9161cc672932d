import { describe, expect, test } from "bun:test";
import type { LiveRun } from "../../src/board/claim.ts";
import { at, type Case, gone, inWords, judgeCase } from "./sample-run.ts";

const elsewhere = { where: "elsewhere" } as const;
const rebooted = { where: "rebooted", ...gone, dispatcher: "dead" } as const;
const person: Partial<LiveRun> = { holder: "person", process: null };
const foreign: Partial<LiveRun> = { holder: "foreign", token: "other-host:123", claimedAtMonotonicMs: 0 };
const noPid: Partial<LiveRun> = { ...foreign, process: null };
const closed: Partial<LiveRun> = { isOpen: false, endedAtMs: at.nowMs };
const leaseEnds = (ms: number) => ({ claimExpiresAtMs: at.nowMs + ms });
const stop: Partial<LiveRun> = { stop: { reason: "timed_out", termAtMonotonicMs: 1 } };

const table: [string, Case, string][] = [
  ["a worker elsewhere", { seen: elsewhere }, "wait: elsewhere"],
  ["a worker elsewhere that looks dead from here", { seen: { ...elsewhere, ...gone } }, "wait: elsewhere"],
  [
    "a worker elsewhere past lease and runtime",
    { seen: elsewhere, run: { ...leaseEnds(-1), maxRuntimeMs: 1 } },
    "wait: elsewhere",
  ],
  ["a closed run elsewhere", { seen: elsewhere, run: closed }, "wait: elsewhere"],
  ["a worker of an earlier boot", { seen: rebooted }, "close: interrupted"],
  [
    "a worker of an earlier boot that had exited 0",
    { seen: { ...rebooted, exit: { code: 0, note: null } } },
    "close: completed",
  ],
  [
    "a worker of an earlier boot that had exited 3",
    { seen: { ...rebooted, exit: { code: 3, note: null } } },
    "close: crashed",
  ],
  [
    "a worker of an earlier boot that had exited 75",
    { seen: { ...rebooted, exit: { code: 75, note: null } } },
    "close: rate_limited",
  ],
  [
    "a worker of an earlier boot that was torn down with it",
    { seen: { ...rebooted, exit: { code: 143, note: "signalled" } } },
    "close: interrupted",
  ],
  [
    "a worker of an earlier boot that never launched",
    { seen: { ...rebooted, start: "open" } },
    "close: interrupted",
  ],
  ["a worker of an earlier boot that was being stopped", { seen: rebooted, run: stop }, "close: interrupted"],
  ["a closed run of an earlier boot", { seen: rebooted, run: closed }, "free_slot"],
  ["a person within the lease", { run: { ...person, ...leaseEnds(0) } }, "wait: running"],
  ["a person whose lease has ended", { run: { ...person, ...leaseEnds(-1) } }, "close: reclaimed"],
  [
    "a person whose lease ended on another host",
    { run: { ...person, ...leaseEnds(-1) }, seen: elsewhere },
    "close: reclaimed",
  ],
  ["a person without an end of the lease", { run: { ...person, claimExpiresAtMs: null } }, "wait: running"],
  ["a person's claim past half of the lease", { run: { ...person, ...leaseEnds(1) } }, "wait: running"],
  ["a person's closed claim", { run: { ...person, ...closed } }, "free_slot"],
  ["another dispatcher's claim on another host", { run: foreign, seen: elsewhere }, "wait: elsewhere"],
  [
    "another dispatcher's claim elsewhere past its lease",
    { run: { ...foreign, ...leaseEnds(-1) }, seen: elsewhere },
    "wait: elsewhere",
  ],
  [
    "another dispatcher's claim whose pid is there",
    { run: foreign, seen: { leader: "unknown" } },
    "wait: running",
  ],
  [
    "another dispatcher's claim past its lease whose pid is there",
    { run: { ...foreign, ...leaseEnds(-1) }, seen: { leader: "unknown" } },
    "wait: running",
  ],
  [
    "another dispatcher's claim whose pid is gone",
    { run: foreign, seen: { leader: "dead", dispatcher: "dead" } },
    "close: crashed",
  ],
  [
    "another dispatcher's claim whose pid is gone, while that dispatcher lives",
    { run: { ...foreign, ...leaseEnds(0) }, seen: { leader: "dead", dispatcher: "alive" } },
    "wait: other_dispatcher",
  ],
  [
    "another dispatcher's claim whose pid is gone, after its lease, while that dispatcher lives",
    { run: { ...foreign, ...leaseEnds(-1) }, seen: { leader: "dead", dispatcher: "alive" } },
    "close: crashed",
  ],
  [
    "another dispatcher's claim without a pid within its lease",
    { run: { ...noPid, ...leaseEnds(0) } },
    "wait: running",
  ],
  [
    "another dispatcher's claim without a pid past its lease",
    { run: { ...noPid, ...leaseEnds(-1) } },
    "close: reclaimed",
  ],
  [
    "another dispatcher's claim without pid and lease",
    { run: { ...noPid, claimExpiresAtMs: null } },
    "wait: running",
  ],
];

describe("what is not a worker here:", () => {
  for (const [name, one, verdict] of table)
    test(`${name} gives "${verdict}"`, () => {
      expect(inWords(judgeCase(one))).toBe(verdict);
    });
});
