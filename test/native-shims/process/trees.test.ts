import { afterEach, describe, expect, test } from "bun:test";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import {
  findDescendants,
  identifyProcess,
  type ProcessRef,
  probeRoot,
  readProcessEnv,
  reapAdopted,
  type StartedTree,
  signalProcess,
  startTree,
  whyNoTrees,
} from "../../../native-shims/index.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { python } from "../../support/python.ts";
import { fixturePath, stateOf } from "../children.ts";

const hasTrees = process.platform === "linux" && whyNoTrees() === null;
const started: StartedTree[] = [];

afterEach(async () => {
  for (const tree of started.splice(0))
    await eventually("no process of the tree is left", () => {
      const { process: root } = tree;
      if (typeof tree.state() === "object" || root === null) return true;
      const below = findDescendants(root) ?? [];
      for (const one of below) signalProcess(one, "SIGKILL");
      if (below.length === 0) signalProcess(root, "SIGKILL");
      return false;
    });
});

interface Tree extends StartedTree {
  /** All that it has written. */
  readText(): string;
}

function start(command: readonly string[], env: Record<string, string> = {}): Tree {
  const path = join(makeTestHome(), "log");
  const logFd = openSync(path, "w");
  try {
    const tree = startTree({ command, env: { PATH: process.env.PATH ?? "", ...env }, logFd });
    started.push(tree);
    return Object.assign(tree, { readText: () => readFileSync(path, "utf8") });
  } finally {
    closeSync(logFd);
  }
}

const shell = (script: string, ...args: string[]) => start(["/bin/sh", "-c", script, "sh", ...args]);

function rootOf(tree: StartedTree): ProcessRef {
  if (tree.process === null) throw new Error("it was gone at once");
  return tree.process;
}

async function ended(tree: StartedTree): Promise<number | null> {
  await eventually("its end", () => typeof tree.state() === "object");
  const state = tree.state();
  return typeof state === "object" ? state.exitCode : null;
}

async function textOf(command: readonly string[], env: Record<string, string>): Promise<string> {
  const tree = start(command, env);
  expect(await ended(tree)).toBe(0);
  return tree.readText();
}

const sortedPids = (refs: readonly ProcessRef[] | null) => refs?.map(({ pid }) => pid).sort((a, b) => a - b);

describe.skipIf(!hasTrees)("a started tree", () => {
  // Its starter ignores and blocks signals, and was itself given files that no one marked to be closed.
  const rough = `import os, signal, sys
for one in (signal.SIGPIPE, signal.SIGINT, signal.SIGHUP, signal.SIGTERM): signal.signal(one, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGCHLD, signal.SIGTSTP])
for fd in range(3, 60): os.dup2(2, fd)
os.execvp(sys.argv[1], sys.argv[1:])`;
  // Built-ins alone: a shell blocks signals around a fork. What a listing itself has open is gone after it.
  const own = `while read -r name value; do case $name in SigBlk:|SigIgn:) echo "$value";; esac; done </proc/$$/status
for fd in /proc/$$/fd/*; do [ ! -e "$fd" ] || printf '%s ' "\${fd##*/}"; done; echo
read -r stat </proc/$$/stat; set -- \${stat##*) }; [ "$4" = $$ ] && echo leads; pwd`;
  const filters = {
    "": [],
    ", also without close_range": [python, fixturePath("refuse-calls.py"), "close_range"],
    ", also without pidfd_open": [python, fixturePath("refuse-calls.py"), "pidfd_open"],
  };
  for (const [where, filter] of Object.entries(filters))
    test(`has all signals as by default, five files, and its own session, whatever its starter has${where}`, () => {
      const starter = [process.execPath, fixturePath("start-tree.ts"), "/bin/sh", "-c", own];
      const { stdout, stderr, exitCode } = Bun.spawnSync([python, "-c", rough, ...filter, ...starter]);
      const [blocked, ignored, files, session, folder] = stdout.toString().trim().split("\n");
      const none = "0".repeat(16);
      expect([stderr.toString(), exitCode, blocked, ignored, files, session, folder]).toEqual([
        "",
        0,
        none,
        none,
        "0 1 2 3 4 ",
        "leads",
        "/",
      ]);
    });

  test("has a pipe of its own at 3 and 4", async () => {
    expect(await textOf(["/bin/sh", "-c", "echo through >&4; read -r word <&3; echo $word"], {})).toBe(
      "through\n",
    );
  });

  test("is given its arguments and its environment to the byte", async () => {
    const args = ["", "ä ö\n€ 🦊", "-n", "x".repeat(131_071), "", "\u0001 'quoted' \"twice\" $HOME"];
    const [program, script] = ["/bin/sh", "cat /proc/$$/cmdline; printf '|'; cat /proc/$$/environ"];
    const env = { PATH: "/usr/bin:/bin", EMPTY: "", ÄÖ: "ü=ß\n", LONG: "y".repeat(100_000) };
    const words = [program, "-c", script, ...args].map((word) => `${word}\0`);
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}\0`);
    expect(await textOf([program, "-c", script, ...args], env)).toBe(
      `${words.join("")}|${variables.join("")}`,
    );
  });

  test.each([
    ["that is missing", ["/no/such/program"], "ENOENT", "cannot start /no/such/program: ENOENT"],
    ["that is a folder", ["/proc"], "EACCES", "cannot start /proc: EACCES"],
    [
      "with too long an argument",
      ["/bin/true", "x".repeat(131_072)],
      "E2BIG",
      "cannot start /bin/true: its arguments and environment are too long for the system",
    ],
    [
      "with a NUL",
      ["/bin/true", "a\0b"],
      "ERR_INVALID_ARG_VALUE",
      "an argument or variable contains a NUL character",
    ],
  ])("of a program %s is an error, and nothing is left of it", (_, command, code, message) => {
    const before = childrenOf(process.pid);
    expect(() => start(command)).toThrow(expect.objectContaining({ code, message }));
    expect(childrenOf(process.pid).filter((pid) => !before.includes(pid))).toEqual([]);
  });

  test("tells its exit code, and null where a signal ended it", async () => {
    expect(await ended(shell("exit 75"))).toBe(75);
    expect(await ended(shell("kill -KILL $$"))).toBeNull();
  });

  test("leaves neither a zombie nor a file after hundreds of starts", async () => {
    const files = () => readdirSync("/proc/self/fd").length;
    const [filesBefore, childrenBefore] = [files(), childrenOf(process.pid)];
    const pids = new Set<number>();
    for (let round = 0; round < 6; round++) {
      const trees = Array.from({ length: 50 }, () => start(["/bin/true"]));
      for (const tree of trees) {
        pids.add(tree.pid);
        expect(await ended(tree)).toBe(0);
      }
      started.length = 0;
    }
    expect(pids.size).toBeGreaterThan(270);
    expect(childrenOf(process.pid).filter((pid) => !childrenBefore.includes(pid))).toEqual([]);
    expect(files()).toBe(filesBefore);
  });

  test("is told of when two hundred end at once", async () => {
    const gate = join(makeTestHome(), "gate");
    expect(Bun.spawnSync(["mkfifo", gate]).exitCode).toBe(0);
    const gateFd = openSync(gate, "r+");
    const told = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const tree = shell('read -r _ <"$1"; exit 4', gate);
      tree.onChange(() => told.add(tree.pid));
    }
    const pids = started.map(({ pid }) => pid);
    // A line for each.
    writeSync(gateFd, "\n".repeat(pids.length));
    await eventually("each of them", () => pids.every((pid) => told.has(pid)));
    closeSync(gateFd);
    expect(new Set(started.map((tree) => JSON.stringify(tree.state())))).toEqual(new Set(['{"exitCode":4}']));
  });

  test("is told of when it stops, goes on and ends", async () => {
    const tree = shell("kill -STOP $$; exit 5");
    const states: unknown[] = [];
    tree.onChange(() => states.push(tree.state()));
    await eventually("it stops", () => states.at(-1) === "stopped");
    expect(probeRoot(rootOf(tree))).toBe("stopped");
    signalProcess(rootOf(tree), "SIGCONT");
    await eventually("it ends", () => typeof states.at(-1) === "object");
    expect(states.at(-1)).toEqual({ exitCode: 5 });
    expect(probeRoot(rootOf(tree))).toBe("dead");
  });

  test("tells its state when asked, and of its end, though somebody took all listeners away", async () => {
    const first = shell("exit 6");
    process.removeAllListeners("SIGCHLD");
    expect(await ended(first)).toBe(6);
    let isTold = false;
    shell("exit 7").onChange(() => (isTold = true));
    await eventually("it is told of the next", () => isTold);
  });

  test("takes no exit code of Bun's own children, nor Bun one of its", async () => {
    const trees = [];
    for (let i = 0; i < 30; i++) {
      trees.push(shell(`exit ${i}`));
      const child = Bun.spawn(["sh", "-c", `exit ${i + 100}`], { stdio: ["ignore", "ignore", "ignore"] });
      expect(Bun.spawnSync(["sh", "-c", `exit ${i + 50}`]).exitCode).toBe(i + 50);
      expect(await child.exited).toBe(i + 100);
    }
    for (const [i, tree] of trees.entries()) expect(await ended(tree)).toBe(i);
  });

  test("is started by several threads at once", async () => {
    const folders = [makeTestHome(), makeTestHome()];
    const count = 40;
    const threads = folders.map((folder) => {
      const thread = new Worker(fixturePath("start-many-trees.ts"), { workerData: { count, folder } });
      return { thread, over: once(thread, "message") };
    });
    for (let i = 0; i < count; i++) expect(await textOf(["/bin/sh", "-c", `echo ${i}`], {})).toBe(`${i}\n`);
    for (const { thread, over } of threads) {
      expect(await over).toEqual(["over"]);
      await thread.terminate();
    }
    for (const folder of folders)
      for (let i = 0; i < count; i++)
        expect(readFileSync(join(folder, String(i)), "utf8")).toBe(`${i} of ${i}\n`);
  });
});

describe.skipIf(!hasTrees)("the descendants of a tree", () => {
  test("are what double forks and sessions of their own have left behind, too", async () => {
    const tree = shell("(setsid sh -c 'sleep 60 & sleep 61 & exit' &); ( (sleep 62 & ) & ); sleep 63 & wait");
    const isStray = ({ parentPid, name }: { parentPid: number; name: string }) =>
      parentPid === tree.pid && name === "sleep";
    const strays = () =>
      (findDescendants(rootOf(tree)) ?? [])
        .filter(isStray)
        .map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    await eventually("all three are its own children", () =>
      ["60", "61", "62"].every((time) => strays().includes(`sleep\0${time}\0`)),
    );
  });

  test("are without what is left out, and without all below that", async () => {
    const tree = shell("setsid sh -c 'sleep 60 & wait' & sleep 61 & wait");
    const names = (found: ReturnType<typeof findDescendants>) => found?.map(({ name }) => name).sort();
    await eventually("all run", () => names(findDescendants(rootOf(tree)))?.join() === "sh,sleep,sleep");
    expect(names(findDescendants(rootOf(tree), ({ isSessionLeader }) => isSessionLeader))).toEqual(["sleep"]);
  });

  test("are never missed while others fork and end beside them", async () => {
    const storm = "while :; do (: & :) & (:) & wait; done";
    const tree = shell(`(setsid sleep 60 &); sh -c '${storm}' & wait`);
    const sleeper = await eventually("the sleeper is an own child", () =>
      findDescendants(rootOf(tree))?.find(
        ({ name, parentPid }) => name === "sleep" && parentPid === tree.pid,
      ),
    );
    for (let look = 0; look < 100; look++)
      expect(sortedPids(findDescendants(rootOf(tree)))).toContain(sleeper.pid);
  });

  test("are none where only zombies are left, and those of a root that is gone none", async () => {
    const tree = shell("(sleep 0.05 &); kill -STOP $$");
    await eventually("it stands, and what it left has ended", () => {
      const [child = 0] = childrenOf(tree.pid);
      return tree.state() === "stopped" && stateOf(child) === "Z";
    });
    expect(findDescendants(rootOf(tree))).toEqual([]);
    signalProcess(rootOf(tree), "SIGKILL");
    await ended(tree);
    expect(findDescendants(rootOf(tree))).toEqual([]);
  });
});

describe.skipIf(process.platform !== "linux")("a process", () => {
  test("tells what it was started with, or that it was started without, or that it can't be read", async () => {
    const tree = start(["/bin/sh", "-c", "sleep 60 & wait"], { WORD: "ä=b", EMPTY: "" });
    await eventually("its exec is through", () => readProcessEnv(tree.pid, "WORD") === "ä=b");
    expect([readProcessEnv(tree.pid, "EMPTY"), readProcessEnv(tree.pid, "ORD")]).toEqual(["", null]);
    for (const pid of [0, -1, 0x7fff_ffff]) expect(readProcessEnv(pid, "WORD")).toBeUndefined();
  });

  test("that is not the first of a container takes no exit codes of others", async () => {
    const child = Bun.spawn(["sh", "-c", "exit 9"], { stdio: ["ignore", "ignore", "ignore"] });
    // Looked at without giving Bun a turn: it is a zombie until then.
    while (stateOf(child.pid) !== "Z") Bun.sleepSync(1);
    reapAdopted();
    reapAdopted();
    expect(stateOf(child.pid)).toBe("Z");
    expect(await child.exited).toBe(9);
  });

  test("that is gone is not stopped", () => {
    expect([probeRoot({ pid: 0x7fff_ffff, startTime: "1" }), probeRoot({ pid: -1, startTime: "1" })]).toEqual(
      ["dead", "dead"],
    );
    expect(identifyProcess(0x7fff_ffff)).toBeNull();
  });
});

/** Zombies among them. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "latin1").split(" ").filter(Boolean).map(Number),
  );
}
