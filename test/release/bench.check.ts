import { expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { choosePostgres } from "../support/postgres/binaries.ts";

const main = resolve(import.meta.dir, "../../bench/main.ts");
/** Far above what it takes: whole processes, many of them, on a machine that may have much else to do. */
const patienceMs = 60_000;
const hasServer = process.platform === "linux" && "from" in (choosePostgres() ?? {});
const runs = test.skipIf(process.platform !== "linux");

async function runBench(...flags: readonly string[]) {
  const folder = join(makeTestHome(), "scratch");
  const child = Bun.spawn([process.execPath, main, "--smoke", "--no-peers", "--folder", folder, ...flags], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, code };
}

runs(
  "the bench measures ticks, workers, writes and the lock, and answers with one document",
  async () => {
    const { stdout, stderr, code } = await runBench("--json", "--only", "B1,B2,B3,B4,B7,B9,B10,B11");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const document = JSON.parse(stdout);
    const ids = document.rows.map((row: { id: string }) => row.id);
    expect(ids).toEqual(["B1", "B1 own", "B2", "B2 looked", "B3", "B4", "B7", "B9", "B10", "B11"]);
    for (const { ours, yardstick, ratio, judged, verdict } of document.rows) {
      for (const spread of [ours, yardstick, ratio]) expect(spread.median).toBeGreaterThan(0);
      expect(judged.value).toBe(judged.by === "ratio" ? ratio.median : ours.median);
      expect(verdict).toMatch(/^(stretch|reached|missed)$/);
    }
    expect(document.machine).toMatchObject({ versions: { bun: Bun.version } });
  },
  patienceMs,
);

runs(
  "the bench prints a table, and says which rows it leaves out",
  async () => {
    const { stdout, code } = await runBench("--only", "B11,B12,B16");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^B11 .*acquire and release.* µs .* × .*(reached|MISSED)$/m);
    expect(stdout).toMatch(/^B12 duplicates .* 0 tasks .*reached$/m);
    expect(stdout).toMatch(/^B16 was left out: /m);
  },
  patienceMs,
);

test.skipIf(!hasServer)(
  "the bench measures what a board on a server takes, beside a reader that stays and with many that listen",
  async () => {
    const { stdout, stderr, code } = await runBench("--json", "--only", "PG1,PG3,PG4");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const document = JSON.parse(stdout);
    expect(document.rows.map((row: { id: string }) => row.id)).toEqual(["PG3", "PG4"]);
    for (const { ours, yardstick } of document.rows)
      for (const spread of [ours, yardstick]) expect(spread.median).toBeGreaterThan(0);
    expect(document.skipped).toMatchObject([{ id: "PG1", why: expect.stringContaining("compared with") }]);
  },
  2 * patienceMs,
);

test(
  "the bench names its rows when it is asked for another one",
  async () => {
    const { stderr, code } = await runBench("--only", "B1,B99");
    expect(code).toBe(2);
    const rows = [
      ...Array.from({ length: 19 }, (_, index) => `B${index + 1}`),
      ...Array.from({ length: 5 }, (_, index) => `PG${index + 1}`),
    ];
    expect(stderr).toBe(`there is no row B99; there are ${rows.join(", ")}\n`);
  },
  patienceMs,
);
