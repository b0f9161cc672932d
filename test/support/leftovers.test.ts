import { expect, test } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { probeProcess } from "../../native-shims/index.ts";
import { endLater } from "../native-shims/children.ts";
import { eventually } from "./eventually.ts";
import { makeTestHome } from "./home.ts";

const isLinux = process.platform === "linux";
const hangs = resolve(import.meta.dir, "../fixtures/leaves-processes.ts");

/** A test file whose one test takes this long. */
async function writeTest(ms: number): Promise<string> {
  const path = join(makeTestHome(), "takes.test.ts");
  await Bun.write(path, `require("bun:test").test("takes ${ms} ms", () => Bun.sleep(${ms}));`);
  return path;
}

/** The test runner on a test that leaves two processes behind, in a temporary folder of its own. */
function startTests(
  files: string | readonly string[],
  { msMax = 600_000, tmpdir = makeTestHome(), flags = [] as readonly string[] } = {},
) {
  const child = Bun.spawn([process.execPath, "test", ...flags, ...[files].flat()], {
    env: { ...process.env, TMPDIR: tmpdir, MS_MAX: String(msMax) },
    stdout: "ignore",
    stderr: "pipe",
  });
  return { child, tmpdir };
}

/** The programs that work in this folder or below, or have it in their environment; the runner of the tests apart. */
function listWorkers(folder: string, command: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [environ, comm] = ["environ", "comm"].map((name) =>
          readFileSync(`/proc/${pid}/${name}`, "utf8"),
        );
        const isThere = environ?.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
        return isThere && comm === `${command}\n`;
      } catch {
        return false;
      }
    })
    .map(Number);
}

const listSleepers = (folder: string) => listWorkers(folder, "sleep");

test.skipIf(!isLinux)("what a test has started is ended when it is cut off at its time-out", async () => {
  const { child, tmpdir } = startTests(hangs, { msMax: 2_000 });
  expect(await child.stderr.text()).toContain("timed out after 2000ms");
  expect(await child.exited).toBe(1);
  expect({ left: listSleepers(tmpdir), files: readdirSync(tmpdir) }).toEqual({ left: [], files: [] });
});

test.skipIf(!isLinux)("what tests have started is ended when their runner is killed", async () => {
  const { child, tmpdir } = startTests(hangs);
  await eventually("both are there", () => listSleepers(tmpdir).length === 2);
  child.kill("SIGKILL");
  await child.exited;
  await eventually("none is left, nor their folder", () => readdirSync(tmpdir).length === 0);
  expect(listSleepers(tmpdir)).toEqual([]);
});

test.skipIf(!isLinux)(
  "also those of a later file of one that has its files from another process",
  async () => {
    const { child, tmpdir } = startTests([await writeTest(0), hangs], {
      flags: ["--parallel=2", "--parallel-delay=600000", "--no-isolate"],
    });
    await eventually("both are there", () => listSleepers(tmpdir).length === 2);
    child.kill("SIGKILL");
    await child.exited;
    await eventually("none is left, nor their folder", () => readdirSync(tmpdir).length === 0);
  },
);

test.skipIf(!isLinux)(
  "the next run ends what is left of one that was killed with its guard, and no more",
  async () => {
    const { child, tmpdir } = startTests(hangs);
    await eventually("both are there", () => listSleepers(tmpdir).length === 2);
    const living = startTests(hangs, { tmpdir });
    const all = await eventually("both of the other run too", () => {
      const pids = listSleepers(tmpdir);
      return pids.length === 4 ? pids : null;
    });
    const refs = all.map(endLater);
    const guard = listGuards(child.pid);
    expect(guard).toHaveLength(1);
    process.kill(guard[0] ?? 0, "SIGKILL");
    child.kill("SIGKILL");
    await child.exited;
    const livingHome = readdirSync(tmpdir).find((name) =>
      name.startsWith(`kanbun-test-${living.child.pid}.`),
    );

    const next = startTests(await writeTest(0), { tmpdir });
    expect(await next.child.exited).toBe(0);

    expect(readdirSync(tmpdir)).toEqual([livingHome ?? ""]);
    expect(refs.filter((ref) => probeProcess(ref) === "alive")).toHaveLength(2);
    living.child.kill("SIGKILL");
    await living.child.exited;
    await eventually("the other run is cleaned up as well", () => readdirSync(tmpdir).length === 0);
  },
);

function listGuards(runner: number): number[] {
  const children = readFileSync(`/proc/${runner}/task/${runner}/children`, "utf8").trim().split(" ");
  return children
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("guard-program.ts"));
}

test("a test that names no bound of its own may take longer than the runner's own five seconds", async () => {
  const { child } = startTests(await writeTest(5_100));
  expect(await child.exited).toBe(0);
});
