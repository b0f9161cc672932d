import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { Random } from "../races/orphan-repro/random.ts";
import { makeTestHome } from "../support/home.ts";
import { chooseCuts } from "./power-loss/cuts.ts";
import { record } from "./power-loss/recording.ts";
import { sweep } from "./power-loss/sweep.ts";
import { countUnsynced, watchSyncs, whyNotTraced } from "./power-loss/syncs.ts";

const program = resolve(import.meta.dir, "power-loss/main.ts");

test("I5: power-loss finds every board sound and every acknowledged write there, wherever the log is cut", async () => {
  const child = Bun.spawn([process.execPath, program, "--cuts", "200", "--tasks", "5", "--json"], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(stderr).toBe("");
  const { ok, data } = JSON.parse(stdout);
  expect({ ok, data }).toMatchObject({
    ok: true,
    data: { cuts: 200, boards_unsound: 0, writes_missing: 0, findings: [] },
  });
  expect(data.acknowledged).toBeGreaterThan(25);
  expect(data.promises).toBeGreaterThan(1_000);
});

test("power-loss refuses arguments that it does not understand, and records nothing", async () => {
  const child = Bun.spawn([process.execPath, program, "--cuts", "some"], { stdout: "pipe", stderr: "pipe" });
  expect(await child.stdout.text()).toBe("");
  expect(await child.stderr.text()).toContain('--cuts must be a whole number of at least 1, not "some"');
  expect(await child.exited).toBe(2);
});

test("power-loss sees a write that was acknowledged before it was in the log", async () => {
  const home = makeTestHome();
  const [recorded, folder] = [join(home, "recorded"), join(home, "cuts")];
  for (const made of [recorded, folder]) mkdirSync(made);
  const honest = await record(recorded, 3);
  const acknowledgements = honest.acknowledgements.map(({ walBytes, facts }) => ({
    walBytes: walBytes - 4096,
    facts,
  }));
  const random = new Random(7);
  const acknowledgedAt = acknowledgements.map(({ walBytes }) => walBytes);
  const cuts = chooseCuts({ walBytes: honest.wal.length, acknowledgedAt }, 25, random);
  const result = await sweep({ ...honest, acknowledgements }, cuts, { folder, random });
  expect(result.boardsUnsound).toBe(0);
  expect(result.writesMissing).toBeGreaterThan(0);
  expect(result.findings[0]).toContain("missing: ");
});

const reason = whyNotTraced();

describe.skipIf(reason !== null)(
  `the kernel's record of calls${reason ? ` (skipped: ${reason})` : ""}`,
  () => {
    test("I5: shows the log synced before each write is acknowledged", async () => {
      const { acknowledged, unsynced } = await watchSyncs(makeTestHome(), 4);
      expect(acknowledged).toBeGreaterThan(20);
      expect(unsynced).toBe(0);
    });

    test("I5: shows the log synced before a resident tells of its ticks", async () => {
      const { acknowledged, unsynced } = await watchSyncs(makeTestHome(), 30, "resident");
      expect(acknowledged).toBeGreaterThan(15);
      expect(unsynced).toBe(0);
    });

    test("would show an acknowledgement that comes before the sync", () => {
      const written = 'pwrite64(6</b/kanban.db-wal>, ""..., 4096, 56) = 4096';
      const [synced, said] = [
        "fsync(6</b/kanban.db-wal>) = 0",
        'write(9</b/acknowledgements>, ""..., 80) = 80',
      ];
      const failed = "fsync(6</b/kanban.db-wal>) = -1 EIO (Input/output error)";
      const of = (...lines: string[]) => countUnsynced(lines.join("\n"));
      expect(of(written, synced, said)).toEqual({ acknowledged: 1, unsynced: 0 });
      expect(of(written, said, synced, said)).toEqual({ acknowledged: 2, unsynced: 1 });
      expect(of(written, failed, said)).toEqual({ acknowledged: 1, unsynced: 1 });
    });
  },
);
