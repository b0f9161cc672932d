import { describe, expect, test } from "bun:test";
import { leaseParts } from "../../../src/board/lease.ts";
import { SilentHosts } from "../../../src/dispatcher/lease/silent-hosts.ts";
import type { Host } from "../../../src/store/hosts.ts";

const leaseMs = 60_000;
const { takeoverMs } = leaseParts(leaseMs);
const beatMs = 10_000;

function host(parts: Partial<Host> = {}): Host {
  return {
    id: "a1b2c3d4e5f6",
    machine: "north",
    home: "/h",
    version: "1",
    beatMs,
    leaseMs,
    slots: 1,
    slotsFree: 1,
    profiles: [],
    labels: [],
    boards: [],
    epoch: 1,
    beat: 7,
    silentMs: 0,
    registeredAtMs: 0,
    leftAtMs: null,
    fence: null,
    ...parts,
  };
}

/** Looks each beat from one time to another, at a host that is as `at` says. */
function look(hosts: SilentHosts, from: number, to: number, at: (ms: number) => Host): void {
  for (let ms = from; ms <= to; ms += beatMs) hosts.note([at(ms)], { askedAtMs: ms, atMs: ms });
}

const silent = (ms: number) => host({ silentMs: ms });

describe("a host", () => {
  test("is silent when our own clock and the server's have passed its lease and the grace", () => {
    const hosts = new SilentHosts();
    look(hosts, 0, takeoverMs - beatMs, silent);
    expect(hosts.list()).toEqual([]);
    look(hosts, takeoverMs, takeoverMs, silent);
    expect(hosts.list()).toMatchObject([{ id: "a1b2c3d4e5f6", epoch: 1, beat: 7 }]);
  });

  test.each([
    ["the server's clock jumped ahead", (ms: number) => silent(ms + 3_600_000), beatMs],
    ["the server's clock jumped back", () => silent(0), 2 * takeoverMs],
    ["it has no lease", (ms: number) => host({ silentMs: ms, leaseMs: null }), 2 * takeoverMs],
    [
      "it beats",
      (ms: number) => host({ silentMs: takeoverMs, beat: Math.floor(ms / takeoverMs) }),
      2 * takeoverMs - beatMs,
    ],
    [
      "it was registered anew",
      (ms: number) => host({ silentMs: ms, epoch: Math.floor(ms / takeoverMs) }),
      2 * takeoverMs - beatMs,
    ],
  ] as const)("is not where %s", (_, at, to) => {
    const hosts = new SilentHosts();
    look(hosts, 0, to, at);
    expect(hosts.list()).toEqual([]);
  });

  test("is not where we could not look for a while: it may not have been able to tell either", () => {
    for (const gap of ["no answer", "we slept"] as const) {
      const hosts = new SilentHosts();
      look(hosts, 0, takeoverMs - beatMs, silent);
      if (gap === "no answer") hosts.forget();
      const backAtMs = gap === "no answer" ? takeoverMs : takeoverMs + leaseParts(leaseMs).gapMs;
      look(hosts, backAtMs, backAtMs + takeoverMs - beatMs, silent);
      expect(hosts.list()).toEqual([]);
      look(hosts, backAtMs + takeoverMs, backAtMs + takeoverMs, silent);
      expect(hosts.list()).toHaveLength(1);
    }
  });
});

test("between the end of a lease and a take-over is a third of it, and two lost beats end none", () => {
  const { heldMs } = leaseParts(leaseMs);
  expect(takeoverMs - heldMs).toBe(leaseMs / 3);
  expect(heldMs).toBeGreaterThan(3 * beatMs);
});
