import { expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ensureBinFolder } from "../../src/worker/spawn/bin-folder.ts";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { commandForAll } from "../support/command-for-all.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

homesInMemory();

const noPosix = lacksOnWindows("POSIX paths");
const isRoot = process.getuid?.() === 0 && Bun.which("setpriv") !== null;
if (!isRoot && !noPosix) console.log("skip: only root with setpriv can become another user");

/** Runs one line of shell in `folder`, in which `kanbun` is this Kanbun; nothing else is in its environment. */
async function shell(
  folder: string,
  line: string,
  env: Record<string, string> = {},
  user: readonly string[] = [],
) {
  const [bun, program] = user.length > 0 ? commandForAll() : [process.execPath, mainPath];
  const script = `kanbun() { '${bun}' '${program}' "$@"; }\n${line}`;
  const child = Bun.spawn([...user, "sh", "-c", script], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, code };
}

test.skipIf(noPosix)("X22: a worker whose folder is gone comments, asks and completes", async () => {
  const kanbun = await CommandLine.init();
  const leave = 'cd "$KANBUN_WORKSPACE" && rmdir "$KANBUN_WORKSPACE"';
  const other = await kanbun.create("other");
  const verbs = ["heartbeat", "comment hello", `comment ${other} hello`, "create child", "context", "show"];
  const line = `${leave}; ${verbs.map((verb) => `kanbun ${verb} || exit 9`).join("; ")}; kanbun complete --summary gone`;
  const id = await kanbun.create("own", "--run", line.replace("kanbun show", "kanbun show $KANBUN_TASK"));
  const asking = await kanbun.create("asking", "--run", `${leave}; kanbun ask why?`);
  await kanbun.ok("dispatch", "--until-idle");
  expect((await kanbun.task(id)).status).toBe("done");
  expect((await kanbun.json(["show", id])).data.runs).toMatchObject([
    { outcome: "completed", summary: "gone" },
  ]);
  expect(await kanbun.task(asking)).toMatchObject({ status: "blocked", blockKind: "needs_input" });
});

test.skipIf(noPosix)(
  "X22: the program that workers find starts where one can be, whatever became of their folder",
  async () => {
    const home = makeTestHome();
    // As an executable of Bun's, it fails where the current folder was removed.
    const program = join(ensureBinFolder(home, ["/bin/pwd", "-P"]), "kanbun");
    expect(await shell(home, `'${program}'`)).toMatchObject({ code: 0, stdout: `${realpathSync(home)}\n` });
    const gone = "mkdir gone && cd gone && rmdir ../gone";
    expect(await shell(home, `${gone} && '${program}'`)).toMatchObject({ code: 0, stdout: "/\n" });
    ensureBinFolder(home, [process.execPath, mainPath]);
    const relative = await shell(home, `${gone} && '${program}' list --home boards`, { HOME: home });
    expect(relative.code).toBe(1);
    expect(relative.stderr).toContain("the current folder: expected one that is there");
  },
);

test.skipIf(noPosix)("X22: what is relative to a folder that is gone is refused in words", async () => {
  const top = makeTestHome();
  const gone = "mkdir gone && cd gone && rmdir ../gone && ";
  const relative = await shell(top, `${gone}kanbun list --home boards`, { HOME: top });
  expect(relative).toMatchObject({ code: 1 });
  expect(relative.stderr).toContain("the current folder: expected one that is there");
  expect(relative.stderr).not.toContain("uv_cwd");
  expect(await shell(top, `${gone}kanbun init --home '${top}/boards'`, { HOME: top })).toMatchObject({
    code: 0,
  });
});

test.skipIf(noPosix || !isRoot)(
  "X42: without HOME the home is in the folder of the user's entry, or there is none",
  async () => {
    const top = makeTestHome();
    chmodSync(top, 0o777);
    // `no one` has an entry, whose folder no one can make.
    const entry = await shell(top, "kanbun init --user", {}, [
      "setpriv",
      "--reuid",
      "65534",
      "--clear-groups",
    ]);
    expect(entry.code).not.toBe(0);
    const folder = (await Bun.file("/etc/passwd").text()).match(/^\w+:[^:]*:65534:[^:]*:[^:]*:([^:]*)/m)?.[1];
    expect(entry.stderr).toContain(`${folder}/.kanbun`);
    const none = await shell(top, "kanbun init --user", {}, [
      "setpriv",
      "--reuid",
      "54321",
      "--clear-groups",
    ]);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain("HOME: expected the absolute path of your own folder");
    expect(readdirSync(top)).toEqual([]);
  },
);

test.skipIf(noPosix)("X42: a relative HOME is refused, and needed only where it is meant", async () => {
  const top = makeTestHome();
  const refused = await shell(top, "kanbun init --user", { HOME: "." });
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("HOME: expected the absolute path"),
  ]);
  expect(await shell(top, "kanbun init --home boards", { HOME: "." })).toMatchObject({ code: 0 });
  expect(existsSync(join(top, "boards/kanban.db"))).toBe(true);
});

test.skipIf(noPosix)(
  "X43: workers of a home with a colon in its path find kanbun, and the very one that started them",
  async () => {
    const top = makeTestHome();
    const kanbun = new CommandLine(join(top, "a:b", "home"));
    mkdirSync(join(top, "a:b"));
    const env = { TMPDIR: top };
    expect(await kanbun.run(["init"], { env })).toMatchObject({ code: 0 });
    // A program of that name in what comes of a PATH with a colon too many must not be taken for it.
    mkdirSync(join(top, "a"));
    writeFileSync(join(top, "a/kanbun"), "#!/bin/sh\necho stranger\n", { mode: 0o755 });
    const id = await kanbun.create("own", "--run", 'kanbun complete --summary "$(command -v kanbun)"');
    expect(await kanbun.run(["dispatch", "--until-idle"], { env })).toMatchObject({ code: 0 });
    const [run] = (await kanbun.json(["show", id])).data.runs;
    expect(run).toMatchObject({ outcome: "completed" });
    expect(run.summary).toStartWith(join(top, `kanbun-${process.getuid?.()}`));
  },
);

test.skipIf(noPosix || !isRoot)(
  "X43: a folder that somebody else has made among the temporary files is not used",
  async () => {
    const top = makeTestHome();
    const kanbun = new CommandLine(join(top, "a:b"));
    const squatted = join(top, "kanbun-0");
    mkdirSync(squatted);
    chownSync(squatted, 65_534, 65_534);
    const env = { TMPDIR: top };
    await kanbun.ok("init");
    const id = await kanbun.create("own", "--run", "kanbun complete");
    const { stdout, stderr } = await kanbun.run(["dispatch"], { env });
    expect(stdout + stderr).toContain("set TMPDIR to a folder without :");
    expect(readdirSync(squatted)).toEqual([]);
    expect((await kanbun.task(id)).status).toBe("ready");
  },
);

const named = "$(printf 'a\\377')";

test.skipIf(noPosix)(
  "X44: homes, boards, files and folders whose names are no UTF-8 are refused in words",
  async () => {
    const top = makeTestHome();
    const env = { HOME: top };
    await shell(
      top,
      `kanbun init --home home; mkdir "${named}" "$(printf 'a\\376')"; echo text >"${named}/file"`,
      env,
    );
    const before = readdirSync(top).length;
    const lines: [string, string][] = [
      [`kanbun init --home "${named}"`, "argument 3 is not UTF-8 text"],
      [`kanbun init --home="$PWD/${named}/home"`, "is not UTF-8 text"],
      [`KANBUN_HOME="${named}" kanbun init`, "KANBUN_HOME: expected a path whose name is UTF-8 text"],
      [`HOME="$PWD/${named}" kanbun init --user`, "HOME: expected a path whose name is UTF-8 text"],
      [`cd "${named}" && kanbun init`, "the current folder: expected a path whose name is UTF-8 text"],
      [
        `cd "${named}" && kanbun init --home here`,
        "the current folder: expected a path whose name is UTF-8 text",
      ],
      [`kanbun boards create --home home "${named}"`, "is not UTF-8 text"],
      [`kanbun list --home home --board "${named}"`, "is not UTF-8 text"],
      [`KANBUN_BOARD="${named}" kanbun list --home home`, "KANBUN_BOARD: expected a board slug"],
      [`kanbun create x --home home --body-file "${named}/file"`, "is not UTF-8 text"],
      [`kanbun create --from "${named}/file" --home home`, "is not UTF-8 text"],
      [`kanbun create x --home home --workspace "dir:$PWD/${named}"`, "is not UTF-8 text"],
      [`kanbun create "${named}" --home home`, "is not UTF-8 text"],
    ];
    for (const [line, words] of lines) {
      const { code, stderr } = await shell(top, line, env);
      expect([line, code === 0, stderr]).toEqual([line, false, expect.stringContaining(words)]);
    }
    expect(readdirSync(top).length).toBe(before);
    expect((await shell(top, "kanbun list --home home --all --json", env)).stdout).toContain('"tasks":[]');
    // A replacement character that was typed as such is text like any other.
    expect(await shell(top, "kanbun create 'a\uFFFD' --home home", env)).toMatchObject({ code: 0 });
    rmSync(top, { recursive: true });
  },
);
