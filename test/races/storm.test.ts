import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

const program = resolve(import.meta.dir, "storm/main.ts");

async function storm(...args: string[]) {
  const child = Bun.spawn([process.execPath, program, ...args], {
    env: { ...process.env, TMPDIR: makeTestHome() },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { stdout, stderr, exitCode: await child.exited };
}

test.skipIf(lacksOnWindows("programs of Linux"))(
  "X11: X12: while forks are refused, strays are ended before their task runs again, also those nobody may look into",
  async () => {
    const { stdout, exitCode } = await storm(..."--tasks 4 --seconds 90 --json".split(" "));
    const { data } = JSON.parse(stdout);
    const violated = data.parts?.flatMap((part: { measures: { isOk: boolean }[] }) =>
      part.measures.filter(({ isOk }) => !isOk),
    );
    expect({ failure: data.failure ?? null, violated: violated ?? [], exitCode }).toEqual({
      failure: null,
      violated: [],
      exitCode: 0,
    });
  },
);

test("storm refuses arguments that it does not understand, and starts nothing", async () => {
  const { stdout, stderr, exitCode } = await storm("--tasks", "many");
  expect(stdout).toBe("");
  expect(stderr).toContain('--tasks must be a whole number of at least 1, not "many"');
  expect(exitCode).toBe(2);
});
