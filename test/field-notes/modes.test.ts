import { expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { commandForAll } from "../support/command-for-all.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { processesOf } from "../support/processes.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

homesInMemory();

const noModes = lacksOnWindows("permission bits");
const isRoot = process.getuid?.() === 0 && Bun.which("setpriv") !== null;
if (!isRoot && !noModes) console.log("skip: only root with setpriv can be, and give files to, another user");

/** Runs one line of shell with `kanbun` in it, under a umask, as the user `uid`. */
async function shell(
  home: string,
  line: string,
  { umask = "022", uid }: { umask?: string; uid?: number } = {},
) {
  const [bun, program] = uid === undefined ? [process.execPath, mainPath] : commandForAll();
  const script = `umask ${umask}; kanbun() { '${bun}' '${program}' "$@"; }; ${line}`;
  const asUser = uid === undefined ? [] : ["setpriv", "--reuid", String(uid), "--clear-groups", "--"];
  const child = Bun.spawn([...asUser, "sh", "-c", script], {
    cwd: join(home, ".."),
    env: {
      PATH: process.env.PATH ?? "",
      HOME: join(home, ".."),
      KANBUN_HOME: home,
      TMPDIR: join(home, ".."),
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, code };
}

const newHome = () => join(makeTestHome(), "home");

/** `path mode` of all below `folder` that others may touch. */
function openToOthers(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((name) => {
    const stats = lstatSync(join(folder, name));
    if (stats.isSymbolicLink()) return [];
    return (stats.mode & 0o077) === 0 ? [] : [`${name} ${(stats.mode & 0o777).toString(8)}`];
  });
}

const everyCommand = [
  "kanbun init --name Home",
  "kanbun boards create shop --name Shop",
  "kanbun boards switch shop",
  "kanbun boards switch default",
  'id=$(kanbun create one --run "umask; kanbun heartbeat")',
  "kanbun dispatch --until-idle",
  'kanbun show "$id" >&2',
  "kanbun doctor >&2; true",
].join(" && ");

for (const umask of ["000", "002", "022", "077"])
  test.skipIf(noModes)(`X39: under umask ${umask} all that Kanbun makes is its owner's alone`, async () => {
    const home = newHome();
    const ran = await shell(home, `${everyCommand} && kanbun log "$id"`, { umask });
    expect(ran).toMatchObject({ code: 0 });
    expect(openToOthers(home)).toEqual([]);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, "kanban/bin/kanbun")).mode & 0o777).toBe(0o700);
    // The worker's own files are made as the user would make them.
    expect(ran.stdout).toContain(`0${umask}\n`);
  });

test.skipIf(noModes)(
  "X39: the log and index of a database under umask 000 are as closed as the database",
  async () => {
    const home = newHome();
    const line = "kanbun init && kanbun create x && (kanbun tail -f & echo $! >pid; wait)";
    const child = shell(home, line, { umask: "000" });
    await eventually("somebody has the board open", () => {
      const names = readdirSync(join(home, ".."));
      return names.includes("pid") && readdirSync(home).includes("kanban.db-shm");
    });
    for (const name of ["kanban.db", "kanban.db-wal", "kanban.db-shm"])
      expect([name, statSync(join(home, name)).mode & 0o777]).toEqual([name, 0o600]);
    for (const pid of processesOf(home)) process.kill(pid, "SIGTERM");
    await child;
  },
);

/** What decides which programs run, and the mode that opens it. */
const doors: [string, number][] = [
  ["", 0o777],
  ["kanbun.toml", 0o666],
  ["kanban", 0o777],
  ["kanban/bin", 0o777],
  ["kanban/bin", 0o1777],
  ["kanban/bin/kanbun", 0o777],
  ["kanban.db", 0o666],
];

test.skipIf(noModes)(
  "X39: nothing is started while everybody can write what decides about programs",
  async () => {
    const kanbun = await CommandLine.init();
    const { home } = kanbun;
    const ran = join(home, "../ran");
    await kanbun.create("zero", "--run", ":");
    await kanbun.ok("dispatch", "--until-idle");
    for (const [name, mode] of doors) {
      const path = join(home, name);
      const before = statSync(path).mode & 0o7777;
      const id = await kanbun.create("one", "--run", `touch '${ran}'`);
      chmodSync(path, mode);
      const { code, stderr } = await kanbun.run(["dispatch", "--until-idle"]);
      const at = `${name || "the home"} (${mode.toString(8)})`;
      expect([at, code]).toEqual([at, 1]);
      const advice = /\((chmod o-w [^)]*)\)/.exec(stderr)?.[1] ?? `no advice in: ${stderr}`;
      expect([at, existsSync(ran)]).toEqual([at, false]);
      expect(await kanbun.ok("show", id, "--json")).not.toContain('"spawn_failed"');
      // What it says is enough, as typed.
      expect(await shell(home, `${advice} && kanbun dispatch --until-idle`)).toMatchObject({ code: 0 });
      expect([at, existsSync(ran)]).toEqual([at, true]);
      chmodSync(path, before);
      rmSync(ran);
    }
  },
);

test.skipIf(noModes || !isRoot)(
  "X39: in a sticky folder for everybody only what is our own is heeded",
  async () => {
    const home = newHome();
    await shell(home, "kanbun init");
    chmodSync(home, 0o1777);
    expect(await shell(home, 'kanbun create a --run ":" && kanbun dispatch --until-idle')).toMatchObject({
      code: 0,
    });
    // The home is root's: whoever it belongs to may put things there. No one else.
    chownSync(join(home, "kanbun.toml"), 65_534, 65_534);
    const { code, stderr } = await shell(home, "kanbun dispatch");
    expect([code, stderr]).toEqual([1, expect.stringContaining("belongs to user 65534")]);
  },
);

test.skipIf(noModes)(
  "X39: what a group can write is used, and doctor names it with what to type",
  async () => {
    const home = newHome();
    await shell(home, 'kanbun init && kanbun create a --run ":"');
    chmodSync(join(home, "kanbun.toml"), 0o664);
    chmodSync(home, 0o775);
    expect(await shell(home, "kanbun dispatch --until-idle")).toMatchObject({ code: 0 });
    const doctor = await shell(home, "kanbun doctor --json");
    const check = JSON.parse(doctor.stdout).data.checks.find(
      (one: { check: string }) => one.check === "write_access",
    );
    expect(check).toMatchObject({ status: "warning", fix: `chmod g-w ${home} ${home}/kanbun.toml` });
    await shell(home, check.fix);
    expect(JSON.parse((await shell(home, "kanbun doctor --json")).stdout).data.checks).toContainEqual(
      expect.objectContaining({ check: "write_access", status: "ok" }),
    );
  },
);

test.skipIf(noModes)(
  "X39: a home that another program made with its own modes works, and keeps them",
  async () => {
    const home = newHome();
    mkdirSync(join(home, "kanban/boards/shop"), { recursive: true });
    chmodSync(home, 0o755);
    await Bun.write(join(home, "kanban/boards/shop/board.json"), "{}");
    chmodSync(join(home, "kanban/boards/shop/board.json"), 0o664);
    const kanbun = new CommandLine(home);
    await kanbun.ok("init");
    await Bun.write(join(home, "kanban/boards/shop/kanban.db"), Bun.file(join(home, "kanban.db")));
    chmodSync(join(home, "kanban/boards/shop/kanban.db"), 0o644);
    await kanbun.ok("boards", "rename", "shop", "The shop");
    await kanbun.create("x", "--board", "shop");
    expect(statSync(home).mode & 0o777).toBe(0o755);
    expect(statSync(join(home, "kanban/boards/shop/board.json")).mode & 0o777).toBe(0o664);
    expect(statSync(join(home, "kanban/boards/shop/kanban.db")).mode & 0o777).toBe(0o644);
  },
);

test.skipIf(noModes || !isRoot)(
  "X39: a plain user's home under umask 000 is closed to everybody else",
  async () => {
    const home = newHome();
    chmodSync(join(home, ".."), 0o711);
    mkdirSync(home);
    chownSync(home, 65_534, 65_534);
    const ran = await shell(home, `${everyCommand}`, { umask: "000", uid: 65_534 });
    expect(ran).toMatchObject({ code: 0 });
    expect(openToOthers(home)).toEqual([]);
    expect(
      (await shell(home, `cat '${home}/kanban.db' '${home}/kanbun.toml'`, { uid: 12_345 })).code,
    ).not.toBe(0);
  },
);
