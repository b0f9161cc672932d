import { expect, test } from "bun:test";
import { chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identifyProcess, whyNoTrees } from "../../native-shims/index.ts";
import { KnownRuns } from "../../src/worker/tree/known-runs.ts";
import { sightRuns } from "../../src/worker/tree/sighting.ts";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { commandForAll } from "../support/command-for-all.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { expectNoneLeft, processesOf } from "../support/processes.ts";
import { canUnshare } from "./namespaces.ts";
import { Scene } from "./scene.ts";

const isLinux = process.platform === "linux";
const isRoot = process.getuid?.() === 0;
const hasTrees = isLinux && whyNoTrees() === null;
const canContain = isLinux && canUnshare("--pid", "--mount-proc");
const config = `[dispatch]\nmax_in_progress = 8\nretry_delay = "1ms"\n[profiles.shell]\ngrace = "50ms"\n`;

const makeFifo = (path: string) => expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);

const wrongFiles: [string, (folder: string, outside: string) => void][] = [
  ["a folder where exit should be", (folder) => mkdirSync(join(folder, "exit"))],
  ["a FIFO where exit should be", (folder) => makeFifo(join(folder, "exit"))],
  ["a FIFO where the log should be", (folder) => makeFifo(join(folder, "output.log"))],
  ["a link where the log should be", (folder, outside) => symlinkSync(outside, join(folder, "output.log"))],
  ["a folder where start should be", (folder) => mkdirSync(join(folder, "start"))],
  ["a loop of links where start should be", (folder) => symlinkSync("start", join(folder, "start"))],
  ["a FIFO where its input should be", (folder) => makeFifo(join(folder, "body"))],
];

for (const [what, put] of wrongFiles)
  test.skipIf(!isLinux)(
    `X4: ${what} is that run's trouble alone, and nothing is written through it`,
    async () => {
      using scene = await Scene.open(config);
      const outside = join(makeTestHome(), "mine");
      writeFileSync(outside, "mine");
      const odd = await scene.create("echo odd");
      const folder = join(scene.board.context.paths.runs, "1");
      mkdirSync(folder, { recursive: true });
      put(folder, outside);
      const others = [await scene.create("echo a"), await scene.create("echo b")];
      await scene.tickUntil("the others are done, and it has ended", async () => {
        for (const id of others) if ((await scene.store.requireTask(id)).status !== "done") return false;
        return (await scene.outcomes(odd))[0] !== null;
      });
      expect(readFileSync(outside, "utf8")).toBe("mine");
    },
  );

test.skipIf(!hasTrees)(
  "X4: a worker that replaces its own record is told by the code that it ended with",
  async () => {
    using scene = await Scene.open(config);
    const here = '"$KANBUN_HOME/kanban/runs/$KANBUN_RUN"';
    const id = await scene.create(`cd ${here} && rm exit && mkfifo exit && exit 7`);
    await scene.tickUntil("it has failed", (report) => report.crashed.length > 0);
    expect((await scene.store.listRuns(id))[0]?.error).toStartWith("exit code 7");
  },
);

test.skipIf(!isLinux)(
  "X6: a worker that ends its own group counts as failed under one-shot ticks",
  async () => {
    const kanbun = await CommandLine.init(config);
    const work = join(makeTestHome(), "work");
    const id = await kanbun.create(
      "x",
      "--max-retries",
      "2",
      "--run",
      `trap "kill 0" EXIT; echo did >> ${work}; sleep 0.01`,
    );
    await eventually("it has given up", async () => {
      await kanbun.run(["dispatch"]);
      return (await kanbun.task(id)).status === "blocked";
    });
    await using store = await kanbun.open();
    expect((await store.listRuns(id)).map((run) => run.outcome)).toEqual(["crashed", "crashed"]);
    expect(readFileSync(work, "utf8")).toBe("did\ndid\n");
  },
);

test("X10: KILL is sent at the first tick after the grace, be it an hour later", async () => {
  using scene = await Scene.open(config);
  const id = await scene.create(`trap '' TERM; echo ready; ${scene.gate()}`);
  const [spawned] = (await scene.tick()).spawned;
  await scene.said(spawned?.runId, "ready\n");
  await scene.store.cancelTask(id, null, { actor: "ada", force: true });
  await scene.tick();
  scene.clock.pass(3_600_000);
  await scene.tick();
  await scene.tickUntil("it is gone", () => scene.processes().length === 0);
});

/** Leaves the session, ignores TERM, holds a lock for as long as it lives, and hides in one of two ways. */
const stray = (lock: string, hide: string) => `import ctypes, fcntl, os, signal, threading, time
if os.fork(): os._exit(0)
os.setsid()
signal.signal(signal.SIGTERM, signal.SIG_IGN)
held = open(${JSON.stringify(lock)}, "a")
fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
held.write("held\\n"); held.flush()
${hide}
time.sleep(600)
`;
const hidings = {
  "that can't be inspected": "ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)",
  "whose first thread has ended":
    "threading.Thread(target=time.sleep, args=(600,)).start(); ctypes.CDLL(None).pthread_exit(None)",
};

for (const [which, hide] of Object.entries(hidings))
  test.skipIf(!hasTrees || !isRoot)(
    `X12: a process ${which}, of a plain user, and that left the session, is ended before its task runs again`,
    async () => {
      // Root can inspect everyone: a plain user's dispatcher is what this is about.
      const place = makeTestHome();
      const nobody = 65_534;
      chownSync(place, nobody, nobody);
      const plain = ["setpriv", "--reuid", String(nobody), "--regid", String(nobody), "--clear-groups"];
      const kanbun = new CommandLine(join(place, "home"), [...plain, ...commandForAll()]);
      mkdirSync(kanbun.home, { mode: 0o700 });
      writeFileSync(join(kanbun.home, "kanbun.toml"), config, { mode: 0o600 });
      for (const path of [kanbun.home, join(kanbun.home, "kanbun.toml")]) chownSync(path, nobody, nobody);
      await kanbun.ok("init");
      const [lock, program] = [join(place, "lock"), join(place, "stray.py")];
      writeFileSync(program, stray(lock, hide));
      const script = `python3 - ${lock} <<'END' || exit 9
import fcntl, sys
fcntl.flock(open(sys.argv[1], "a"), fcntl.LOCK_EX | fcntl.LOCK_NB)
END
[ -s ${lock} ] && exit 0
python3 ${program}
until [ -s ${lock} ]; do sleep 0.05; done
exit 1`;
      const id = await kanbun.create("x", "--max-retries", "3", "--run", script);
      const ran = await kanbun.run(["dispatch", "--until-idle"]);
      await using store = await kanbun.open();
      const runs = await store.listRuns(id);
      expect([
        ran.stderr,
        ...runs.map(({ outcome, error }) => [outcome, error?.split("\n", 1)[0] ?? null]),
      ]).toEqual(["", ["crashed", "exit code 1"], ["completed", null]]);
      await eventually("no process is left", () => processesOf(kanbun.home).length === 0);
    },
  );

test("X14: a reclaim ends a living worker first; that it is dead is not believed while it lives here", async () => {
  const kanbun = await CommandLine.init(config);
  const id = await kanbun.create("x", "--run", "echo begun; sleep 60");
  await kanbun.ok("dispatch");
  const before = processesOf(kanbun.home);
  expect(before.length).toBeGreaterThan(0);
  const refused = await kanbun.json(["reclaim", id, "--dead", "--force"]);
  expect([refused.error?.kind, refused.error?.message]).toEqual([
    "conflict",
    expect.stringContaining("is alive here (pid "),
  ]);
  expect(processesOf(kanbun.home).length).toBeGreaterThan(0);
  const { data } = await kanbun.json(["reclaim", id, "--force"]);
  expect([data.worker, data.task.status]).toEqual(["gone", "ready"]);
  await expectNoneLeft(kanbun.home);
});

test.skipIf(!canContain)("X19: as the first process of a container a resident leaves no zombie", async () => {
  const kanbun = await CommandLine.init(config);
  const id = await kanbun.create("leaves", "--run", "true");
  const contained = Bun.spawn(
    [
      "unshare",
      "--pid",
      "--fork",
      "--mount-proc",
      "--kill-child",
      process.execPath,
      mainPath,
      "dispatch",
      "--watch",
    ],
    { env: { ...process.env, KANBUN_HOME: kanbun.home }, stdio: ["ignore", "ignore", "ignore"] },
  );
  try {
    await eventually("it works", async () => (await kanbun.task(id)).status === "done");
    const init = await eventually("its first process", () => {
      const [child] = readFileSync(`/proc/${contained.pid}/task/${contained.pid}/children`, "utf8").split(
        " ",
      );
      return child ? Number(child) : null;
    });
    // What someone runs in the container, and leaves behind there.
    const leave = "for _ in 1 2 3; do (sleep 0.3 &); done";
    expect(Bun.spawnSync(["nsenter", "-t", String(init), "-p", "-m", "sh", "-c", leave]).exitCode).toBe(0);
    const children = () =>
      readFileSync(`/proc/${init}/task/${init}/children`, "utf8").split(" ").filter(Boolean);
    await eventually("it has been given them", () => children().length === 3);
    await eventually("none is left, dead or alive", () => children().length === 0);
  } finally {
    contained.kill("SIGKILL");
    await contained.exited;
  }
});

test.skipIf(!hasTrees)(
  "X24: a worker that opens its standard error anew loses nothing of its log",
  async () => {
    using scene = await Scene.open(config);
    await scene.create(
      "echo one; echo two > /dev/stderr; echo three >&2; echo four > /dev/stdout; echo five",
    );
    await scene.tickUntil("it is done", (report) => report.completed.length > 0);
    expect(readFileSync(scene.runPath(1, "output.log"), "utf8")).toBe("one\ntwo\nthree\nfour\nfive\n");
  },
);

test("X50: where a start says no start time, the one on the board is that of the worker", async () => {
  using scene = await Scene.open(config);
  await scene.create(scene.gate());
  await scene.tick();
  const [run] = await scene.store.listLiveRuns();
  const shim = run?.process;
  if (!run || !shim) throw new Error("its shim was not recorded");
  await eventually("it has won its start", () => existsSync(scene.runPath(run.runId, "start")));
  await scene.said(run.runId, "");
  writeFileSync(scene.runPath(run.runId, "start"), `${shim.pid}  ${run.token} leader\n`);
  const { paths } = scene.board.context;
  const { thisHost } = await import("../../src/dispatcher/host.ts");
  const at = { ...thisHost(), runs: paths.runs, known: new KnownRuns(), monotonicMs: 0 };
  expect(sightRuns([run], at)[0]?.seen).toMatchObject({ leader: "alive", tree: "alive" });
  expect(identifyProcess(shim.pid)).toEqual(shim);
});

test.skipIf(!hasTrees)(
  "X56: a daemon that a worker leaves is ended, and its task's history names it",
  async () => {
    using scene = await Scene.open(config);
    const id = await scene.create("setsid sleep 600 >/dev/null 2>&1 </dev/null & exit 0");
    await scene.tickUntil("it is gone", async () => {
      scene.clock.pass(100);
      return (await scene.store.listLiveRuns()).length === 0;
    });
    await expectNoneLeft(scene.home);
    const events = await scene.store.listEvents({ taskId: id });
    expect(events.filter(({ kind }) => kind === "leftovers_ended").map(({ payload }) => payload)).toEqual([
      { processes: [expect.stringMatching(/^sleep \(pid \d+\)$/)], actor: expect.any(String) },
    ]);
  },
);

test.skipIf(!hasTrees)("X24: who holds a log open without being of the run keeps no slot", async () => {
  using scene = await Scene.open(config);
  await scene.create(`echo $$ > '${scene.home}/pid'; ${scene.gate()}; exit 0`);
  await scene.tick();
  const pid = await eventually("it works", () => {
    const path = join(scene.home, "pid");
    return existsSync(path) ? readFileSync(path, "utf8").trim() || null : null;
  });
  const holder = Bun.spawn(["sh", "-c", `exec 5>/proc/${pid}/fd/1; echo held; exec sleep 600`], {
    stdout: "pipe",
  });
  try {
    const { value } = await holder.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toBe("held\n");
    scene.openGate();
    await scene.tickUntil("its slot is free", async () => {
      scene.clock.pass(100);
      return (await scene.store.listLiveRuns()).length === 0;
    });
    expect(await scene.store.getCounts()).toMatchObject({ byStatus: { done: 1 } });
  } finally {
    holder.kill("SIGKILL");
    await holder.exited;
  }
});
