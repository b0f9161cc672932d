import { afterEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { examine } from "../../src/doctor/examination.ts";
import { checkFileSystem, checkSpace } from "../../src/doctor/home-checks.ts";
import { findMount, judgeFileSystem } from "../../src/system/files/file-system.ts";
import { mainPath } from "../cli/command-line.ts";
import { makeTestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { killProcessesOf, processesOf } from "../support/processes.ts";
import { createShellTask } from "../support/run-all.ts";
import { change, doctorOf, findTroubles, makeHome } from "./doctor-home.ts";

const isLinux = process.platform === "linux";
const hasMemory = isLinux && existsSync("/dev/shm");
const ending: { kill(signal: "SIGKILL"): void; readonly exited: Promise<unknown> }[] = [];

afterEach(async () => {
  for (const child of ending.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test("a home that is well has no trouble, and its checks are named once per board", async () => {
  const { home } = await makeHome({ tasks: 2 });
  expect(await findTroubles(doctorOf(home))).toEqual({});
  const names = (await examine(doctorOf(home))).map((one) => `${one.check} ${one.board}`);
  expect(names.length).toBe(new Set(names).size);
  expect(names).toEqual(expect.arrayContaining(["sqlite null", "lock null", "database default"]));
});

test("a home without a board is told how to get one, and lacks nothing else", async () => {
  const home = join(makeTestHome(), "not", "made", "yet");
  expect(await findTroubles(doctorOf(home))).toMatchObject({
    boards: { status: "warning", fix: "kanbun init" },
  });
  expect(existsSync(home)).toBe(false);
});

test("a SQLite that can corrupt boards is a problem", async () => {
  const { home } = await makeHome();
  const context = doctorOf(home);
  const engine = { version: "3.50.0", versionMin: "3.51.3", isSafe: false };
  const { sqlite } = await findTroubles({ ...context, database: { ...context.database, engine } });
  expect(sqlite).toMatchObject({ status: "problem", detail: expect.stringContaining("3.51.3") });
});

describe("a file system", () => {
  const mounts = [
    "21 1 8:1 / / rw - ext4 /dev/sda1 rw",
    "30 21 0:40 / /srv rw - nfs4 server:/srv rw",
    "31 30 0:41 / /srv/my\\040disk rw - xfs /dev/sdb rw",
    "32 21 0:42 / /over rw - ext4 /dev/sdc rw",
    "33 21 0:43 / /over rw - fuse.sshfs me@there: rw",
  ].join("\n");

  test.each([
    ["/home/me", "ext4"],
    ["/srv/boards", "nfs4"],
    ["/srv/my disk/boards", "xfs"],
    ["/srvother", "ext4"],
    ["/over", "fuse.sshfs"],
  ])("is that of the nearest mount, the later of two: %s", (path, kind) => {
    expect(findMount(mounts, path)?.kind).toBe(kind);
  });

  test.each(["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"])(
    "of a network is a problem: %s (W1)",
    (kind) => {
      const judgement = judgeFileSystem({ kind, mountPoint: "/" });
      expect(judgement).toEqual({ isSafe: false, why: "WAL and flock are not safe here" });
    },
  );

  test.each([
    ["ext4", undefined],
    ["btrfs", undefined],
    ["tmpfs", true],
    ["overlay", true],
    ["fuse.mergerfs", true],
  ])("of this machine is none: %s", (kind, isSafe) => {
    expect(judgeFileSystem({ kind, mountPoint: "/" })?.isSafe).toBe(isSafe);
  });

  test.skipIf(!hasMemory)("in memory is a warning where it is one", () => {
    expect(checkFileSystem("/dev/shm/nothing/there")).toMatchObject({
      status: "warning",
      check: "file_system",
    });
  });

  const folder = isLinux ? mountSmallDisk() : null;
  const why = folder === null ? " (skipped: no tmpfs may be mounted here)" : "";
  test.skipIf(folder === null)(`that is nearly full is a problem${why}`, () => {
    const disk = mountSmallDisk() ?? "";
    try {
      expect(checkSpace(disk)).toMatchObject({ status: "problem", detail: "only 1 MB free" });
      expect(checkSpace(makeTestHome()).status).toBe("ok");
    } finally {
      Bun.spawnSync(["umount", disk]);
    }
  });
  if (folder !== null) Bun.spawnSync(["umount", folder]);
});

test.skipIf(!isLinux)(
  "too few file descriptors are a problem, and the lock is tried all the same",
  async () => {
    const { home } = await makeHome();
    const child = Bun.spawnSync(
      ["sh", "-c", 'ulimit -n 100 && exec "$@"', "sh", process.execPath, mainPath, "doctor", "--json"],
      { env: { ...process.env, KANBUN_HOME: home } },
    );
    const { data } = JSON.parse(child.stdout.toString());
    const troubles = data.checks.filter((one: { status: string }) => one.status !== "ok");
    expect(troubles).toMatchObject([{ check: "file_descriptors", status: "problem", fix: "ulimit -n 256" }]);
    expect(child.exitCode).toBe(1);
  },
);

describe("the configuration", () => {
  test("that is wrong is a problem, with its line", async () => {
    const { home } = await makeHome({ config: "" });
    writeFileSync(join(home, "kanbun.toml"), "[dispatch]\nmax_in_progres = 3\n");
    const { configuration } = await findTroubles(doctorOf(home));
    expect(configuration).toMatchObject({
      status: "problem",
      detail: expect.stringContaining("kanbun.toml:2: "),
    });
  });

  test("shows of each profile where its command is, or why it is nowhere (D5)", async () => {
    const { home } = await makeHome();
    const [program, plain] = [join(home, "agent"), join(home, "plain")];
    for (const path of [program, plain]) writeFileSync(path, "#!/bin/sh\n");
    chmodSync(program, 0o755);
    const profiles = [
      `[profiles.found]\ncommand = ["agent"]\nenv = { PATH = "${home}" }`,
      '[profiles.missing]\ncommand = ["no-such-agent"]',
      `[profiles.plain]\ncommand = ["${plain}"]`,
      '[profiles.relative]\ncommand = ["./agent"]',
      `[profiles.homeless]\ncommand = ["sh"]\ncwd = "${home}/nowhere"`,
      '[profiles.told]\ncommand = ["sh"]\nprompt = "told.md"',
      '[profiles.untold]\ncommand = ["sh"]\nprompt = "none.md"',
      '[profiles.mistold]\ncommand = ["sh"]\nprompt = "wrong.md"',
    ];
    writeFileSync(join(home, "told.md"), "{{title}}: {{context}}{{how_to_finish}}");
    writeFileSync(join(home, "wrong.md"), "{{ttle}}");
    writeFileSync(join(home, "kanbun.toml"), profiles.join("\n"));
    const checks = (await examine(doctorOf(home))).filter((one) => one.check.startsWith("profile:"));
    expect(Object.fromEntries(checks.map((one) => [one.check.slice(8), [one.status, one.detail]]))).toEqual({
      shell: ["ok", expect.stringMatching(/^\/.*\/sh$/)],
      found: ["ok", program],
      missing: ["problem", expect.stringContaining("no such command: `no-such-agent`")],
      plain: ["problem", `${plain} is not executable: chmod +x it`],
      relative: ["warning", expect.stringContaining("workspace")],
      homeless: ["problem", `there is no folder ${home}/nowhere`],
      told: ["ok", expect.stringMatching(/\/sh$/)],
      untold: ["problem", expect.stringContaining(`there is no ${home}/none.md`)],
      mistold: ["problem", expect.stringContaining("did you mean {{title}}?")],
    });
  });
});

describe("the clock", () => {
  const at = (nowMs: number) => ({ clock: { nowMs: () => nowMs, monotonicMs: () => 0, bootId: "" } });

  test("of a time before Kanbun is a problem", async () => {
    const { home } = await makeHome();
    const { clock } = await findTroubles(doctorOf(home, at(Date.UTC(2024, 11, 31))));
    expect(clock).toMatchObject({ status: "problem", detail: expect.stringContaining("2024-12-31") });
  });

  test("that was set back shows by events of the future, of which a minute is forgiven", async () => {
    const { home, database } = await makeHome({ tasks: 1 });
    const inSeconds = (seconds: number) =>
      change(database, `UPDATE task_events SET created_at = ${Math.floor(Date.now() / 1000) + seconds}`);
    inSeconds(50);
    expect(await findTroubles(doctorOf(home))).toEqual({});
    inSeconds(3_600);
    const { event_times } = await findTroubles(doctorOf(home));
    expect(event_times).toMatchObject({
      status: "problem",
      detail: expect.stringContaining("in the future"),
    });
  });
});

describe.skipIf(!isLinux)("processes", () => {
  function startMarked(home: string, token: string) {
    const child = Bun.spawn(["sleep", "60"], {
      env: { KANBUN_HOME: home, KANBUN_TOKEN: token, KANBUN_TASK: "t_0000abcd", KANBUN_RUN: "7" },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    ending.push(child);
    return child.pid;
  }

  test("with the mark of a run that is not live are orphans, and are left alone", async () => {
    const { home } = await makeHome();
    const pid = startMarked(home, "of no run");
    startMarked(`${home}-other`, "of another home");
    ending.push(Bun.spawn(["sleep", "60"], { env: { KANBUN_HOME: home } }));
    const { processes, ...others } = await findTroubles(doctorOf(home));
    expect(processes).toMatchObject({
      status: "problem",
      detail: `processes of ended runs: ${pid} (run 7 of t_0000abcd)`,
      fix: `kill ${pid}`,
    });
    expect(others).toEqual({});
    expect(processesOf(home)).toContain(pid);
  });

  test("of a live run are none, nor is whoever looks from inside of one", async () => {
    const board = await makeTestBoard();
    await createShellTask(board, "exec sleep 60");
    const dispatcher = new Dispatcher(board.context);
    await dispatcher.tick();
    const [run] = await board.store.listLiveRuns();
    await eventually("its worker runs", () => processesOf(board.home).length > 1);
    try {
      expect(await findTroubles(doctorOf(board.home))).toEqual({});
      const child = Bun.spawnSync([process.execPath, mainPath, "doctor", "--json"], {
        env: { ...process.env, KANBUN_HOME: board.home, KANBUN_TOKEN: run?.token ?? "" },
      });
      expect(child.exitCode).toBe(0);
    } finally {
      dispatcher.close();
      board.store.close();
      killProcessesOf(board.home);
      await eventually("its worker is gone", () => processesOf(board.home).length === 0);
    }
  });
});

test.skipIf(!hasMemory)("a board whose database is a link to another disk is looked at there", async () => {
  const { home, database } = await makeHome();
  const [folder, memory] = [join(home, "kanban/boards/elsewhere"), mkdtempSync("/dev/shm/kanbun-test-")];
  try {
    mkdirSync(folder, { recursive: true });
    copyFileSync(database, join(memory, "kanban.db"));
    symlinkSync(join(memory, "kanban.db"), join(folder, "kanban.db"));
    const checks = (await examine(doctorOf(home))).filter((one) => one.board === "elsewhere");
    const verdictOf = (name: string) => checks.find((one) => one.check === name)?.status;
    expect(["file_system", "lock", "database"].map(verdictOf)).toEqual(["warning", "ok", "ok"]);
    expect(readdirSync(memory)).toContain("kanban.db");
  } finally {
    rmSync(memory, { recursive: true });
  }
});

/** A megabyte of disk; null where this user, or this container, may not mount one. */
function mountSmallDisk(): string | null {
  const folder = makeTestHome();
  const { success } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], {
    stderr: "ignore",
  });
  return success ? folder : null;
}
