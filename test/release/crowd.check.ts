import { expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { choosePostgres } from "../support/postgres/binaries.ts";

const main = resolve(import.meta.dir, "../../bench/crowd/main.ts");
const hasServer = process.platform === "linux" && "from" in (choosePostgres() ?? {});
/** Far above what it takes: a server, and a machine that may have much else to do. */
const patienceMs = 120_000;

async function runCrowd(...flags: readonly string[]) {
  const child = Bun.spawn([process.execPath, main, "--folder", join(makeTestHome(), "scratch"), ...flags], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, code };
}

test.skipIf(!hasServer)(
  "the measure of many hosts finds each task started once and done, and says what the server did meanwhile",
  async () => {
    const few = [
      "--light",
      "--hosts",
      "3",
      "--rates",
      "0,4",
      "--seconds",
      "2",
      "--settle",
      "0",
      "--work",
      "100",
    ];
    const { stdout, stderr, code } = await runCrowd(...few, "--top", "2", "--json");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const [atRest, atWork] = JSON.parse(stdout).phases;
    expect(atRest).toMatchObject({ tasks: 0, claimed: null });
    expect(atWork).toMatchObject({ startedTwice: 0, lost: 0, left: 0 });
    expect(atWork.tasks).toBeGreaterThan(0);
    expect(atWork.claimed.p99).toBeGreaterThan(0);
    expect(atWork.commitsPerS).toBeGreaterThan(0);
  },
  patienceMs,
);

test("the measure of many hosts says what an option must be", async () => {
  const { stderr, code } = await runCrowd("--rates", "20,many");
  expect(code).toBe(2);
  expect(stderr).toStartWith('crowd: --rates must be a whole number from 0 to 1000, not "many"\n');
});
