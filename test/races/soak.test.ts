import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";

const program = resolve(import.meta.dir, "soak/main.ts");

function startSoak(args: readonly string[], tmpdir = makeTestHome()) {
  const child = Bun.spawn([process.execPath, program, ...args], {
    env: { ...process.env, TMPDIR: tmpdir },
    stdout: "pipe",
    stderr: "pipe",
  });
  return { child, tmpdir };
}

test.each([
  ["kernel", []],
  ["none", ["--no-lock"]],
] as const)(
  "a short soak, lock %s: whatever is killed or stopped, one live worker, true outcomes, nothing lost, nobody left",
  async (lock, more) => {
    const { child, tmpdir } = startSoak(["--minutes", "0.02", "--dispatchers", "2", "--json", ...more]);
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    const { ok, data } = JSON.parse(stdout);
    expect({ failure: data.failure, stderr: data.failure && stderr }).toEqual({
      failure: null,
      stderr: null,
    });
    expect({ ok, code: await child.exited }).toEqual({ ok: true, code: 0 });
    expect(data).toMatchObject({ rounds: 1, lock, integrity: "ok" });
    expect(data.tasks_finished).toBeGreaterThanOrEqual(60);
    expect(listLeft(tmpdir)).toEqual([]);
  },
);

test("a soak that is interrupted leaves no process and no folder behind", async () => {
  const { child, tmpdir } = startSoak(["--minutes", "1"]);
  await eventually("it has begun", () =>
    readdirSync(tmpdir, { recursive: true }).some((path) => String(path).endsWith("/start")),
  );
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  expect(listLeft(tmpdir)).toEqual([]);
  await eventually("no process is left", () => listMentioning(tmpdir).length === 0);
});

test("soak refuses arguments that it does not understand, and starts nothing", async () => {
  const { child } = startSoak(["--minutes", "many"]);
  expect(await child.stderr.text()).toContain('--minutes must be a number above 0, not "many"');
  expect(await child.exited).toBe(2);
});

/** What is in the folder, but for what Bun's own compiler keeps there for the next time. */
function listLeft(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith("bun-cc-"));
}

/** Processes that name this folder in their arguments. */
function listMentioning(folder: string): string[] {
  const { stdout } = Bun.spawnSync(["ps", "-eo", "args"]);
  return stdout
    .toString()
    .split("\n")
    .filter((args) => args.includes(folder));
}
