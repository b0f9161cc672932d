import { afterEach, describe, expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { readUptimeMs, whyNoTrees } from "../../../native-shims/index.ts";
import { leaseParts } from "../../../src/board/lease.ts";
import { HostLease, isGuarded } from "../../../src/dispatcher/lease/host-lease.ts";
import { leasePath, listTerms } from "../../../src/dispatcher/lease/lease-files.ts";
import { LeaseFile, leaseMark } from "../../../src/worker/lease/lease-file.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";

const main = resolve(import.meta.dir, "../../../src/cli/main.ts");
const leaseMs = 60_000;
const made: HostLease[] = [];

function makeLease(home: string) {
  let held = 0;
  const lease = new HostLease({
    home,
    store: "team",
    leaseMs,
    selfCommand: () => [process.execPath, main],
    onHeld: () => {
      held += 1;
    },
    onError: (error) => {
      throw error;
    },
  });
  made.push(lease);
  return { lease, isHeld: () => held > 0 };
}

/** Also its guards end then. */
afterEach(async () => {
  for (const lease of made.splice(0)) lease.close();
});

const fileOf = (home: string, term: number) => new LeaseFile(leasePath(home, "team", term));

const startMarked = (home: string, term: number) =>
  Bun.spawn(["sleep", "600"], { env: { PATH: "/usr/bin:/bin", [leaseMark]: leasePath(home, "team", term) } });

describe.skipIf(whyNoTrees() !== null)("the lease of a home", () => {
  test("is not there before a board asks for it; then it is held from before the beat that was acknowledged, and guarded", async () => {
    const home = makeTestHome();
    const { lease, isHeld } = makeLease(home);
    const sentAtMs = readUptimeMs() - 5_000;
    expect(await lease.begin(0, sentAtMs)).toBe(true);
    expect(listTerms(home, "team")).toEqual([]);
    lease.need();
    await eventually("it is guarded", isHeld);
    expect(isGuarded(leasePath(home, "team", 0))).toBe(true);
    const restMs = fileOf(home, 0).readRestMs();
    expect(restMs).toBeLessThanOrEqual(leaseParts(leaseMs).heldMs - 5_000);
    // An answer that comes late for a beat of before prolongs nothing.
    lease.renew(sentAtMs - 10_000);
    expect(fileOf(home, 0).readRestMs()).toBeLessThanOrEqual(restMs);
    fileOf(home, 0).write(0);
    await eventually("the guard has ended", () => !isGuarded(leasePath(home, "team", 0)));
  });

  test("of an earlier term is over when another begins, and so are its workers; those of the same term go on", async () => {
    const home = makeTestHome();
    const first = makeLease(home);
    await first.lease.begin(0, readUptimeMs());
    first.lease.need();
    await eventually("it is guarded", first.isHeld);
    const worker = startMarked(home, 0);
    first.lease.close();
    // Another process of the home, started in time.
    const second = makeLease(home);
    expect(await second.lease.end()).toBe(true);
    expect(await second.lease.begin(0, readUptimeMs())).toBe(true);
    expect(worker.signalCode).toBeNull();
    // Others have taken its runs over.
    expect(await second.lease.end()).toBe(true);
    expect(await worker.exited).not.toBe(0);
    expect(worker.signalCode).toBe("SIGKILL");
    const late = startMarked(home, 0);
    expect(await second.lease.begin(1, readUptimeMs())).toBe(true);
    await late.exited;
    expect(late.signalCode).toBe("SIGKILL");
    expect(listTerms(home, "team")).not.toContain(0);
  });

  test("is not begun anew on the word of a server that knows less than it did", async () => {
    const home = makeTestHome();
    fileOf(home, 3).write(readUptimeMs() + 60_000);
    const { lease } = makeLease(home);
    expect(await lease.begin(2, readUptimeMs())).toBe(false);
    fileOf(home, 3).write(0);
    expect(await lease.begin(2, readUptimeMs())).toBe(true);
  });

  test("is watched by its own process too, where its guard was killed", async () => {
    const home = makeTestHome();
    const { lease, isHeld } = makeLease(home);
    await lease.begin(0, readUptimeMs());
    lease.need();
    await eventually("it is guarded", isHeld);
    const { stdout } = Bun.spawnSync(["pgrep", "-f", join(home, "kanban", "leases")]);
    for (const pid of stdout.toString().split("\n").filter(Boolean)) process.kill(Number(pid), "SIGKILL");
    const worker = startMarked(home, 0);
    fileOf(home, 0).write(0);
    await worker.exited;
    expect(worker.signalCode).toBe("SIGKILL");
  });
});
