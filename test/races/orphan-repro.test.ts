import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { testMsMax } from "../support/patience.ts";
import { longLived } from "../support/short-lived.ts";

const program = resolve(import.meta.dir, "orphan-repro/main.ts");

/** A busy machine, or Wine, takes minutes for what takes seconds: it is over as soon as the tasks are. */
const secondsMax = (testMsMax / 1_000) * 0.9;

async function orphanRepro(...args: string[]) {
  const child = Bun.spawn([process.execPath, program, ...args], {
    // What it makes goes with the test, also when it is cut off.
    env: { ...process.env, ...longLived, TMPDIR: makeTestHome() },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  // What Bun says under Wine of how folders are named there is not the harness's.
  const ours = stderr.replaceAll(/^Internal error: directory mismatch.*\n/gm, "");
  return { stdout, stderr: ours, exitCode: await child.exited };
}

test("orphan, fresh and further dispatchers neither overlap nor run a task twice, and without the lock they overlap only", async () => {
  // The bound is for a machine that is busy with something else: it takes about five seconds.
  const { stdout, stderr, exitCode } = await orphanRepro(
    ...["--dispatchers", "2", "--tasks", "16", "--seconds", String(secondsMax), "--json"],
  );
  const document = JSON.parse(stdout);
  const failed = document.data.parts.filter((part: { ok: boolean }) => !part.ok);
  expect({ failure: document.data.failure, failed, stderr }).toEqual({
    failure: null,
    failed: [],
    stderr: "",
  });
  expect(document).toMatchObject({ v: 1, ok: true });
  expect(document.data.parts.map((part: { part: string }) => part.part)).toEqual([
    "orphan",
    "race",
    "held-lock",
    "control",
  ]);
  expect(exitCode).toBe(0);
});

test("orphan-repro refuses arguments that it does not understand, and starts nothing", async () => {
  const { stdout, stderr, exitCode } = await orphanRepro("--tasks", "many");
  expect(stdout).toBe("");
  expect(stderr).toContain('--tasks must be a whole number of at least 16, not "many"');
  expect(exitCode).toBe(2);
});
