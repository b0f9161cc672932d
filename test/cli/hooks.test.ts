import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

/** A profile whose worker is a line of shell, and a repository beside the home. */
async function makeScene(
  profile: string,
): Promise<{ kanbun: CommandLine; repository: string; trace: string }> {
  const kanbun = await CommandLine.init(
    `[dispatch]\nmax_in_progress = 2\nretry_delay = "1ms"\nmax_retries = 1\n[profiles.p]\n${profile}`,
  );
  const repository = join(dirname(kanbun.home), "repository");
  mkdirSync(repository);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: repository,
      stdio: "pipe",
    });
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  return { kanbun, repository, trace: join(dirname(kanbun.home), "trace") };
}

/** Works off one task; its run, and the run's log. */
async function work(kanbun: CommandLine, ...options: string[]) {
  const id = await kanbun.create("x", "--assignee", "p", ...options);
  await kanbun.run(["dispatch", "--until-idle"]);
  return { id, ...(await look(kanbun, id)) };
}

async function look(kanbun: CommandLine, id: string) {
  await using store = await kanbun.open();
  const runs = await store.listRuns(id, {});
  const run = runs.at(-1);
  const path = join(boardPaths(kanbun.home, "default").runs, String(run?.id), "output.log");
  return { run, runs, log: existsSync(path) ? readFileSync(path, "utf8") : "" };
}

describe.skipIf(process.platform === "win32")("hooks of a profile", () => {
  test("run around the worker, in its workspace: setup and links once, before and after each time, teardown when it is done", async () => {
    const { kanbun, repository, trace } = await makeScene(`
command = ["sh", "-c", "test -f made || exit 3; echo worker $KANBUN_PORTS >> $HOME/trace; test -d modules && kanbun complete --summary fine"]
completes = "by-verdict"
setup = "echo setup >> $HOME/trace; echo made > made"
before = "echo before $PWD >> $HOME/trace"
after = "echo after >> $HOME/trace"
teardown = "echo teardown >> $HOME/trace"
link = ["modules", "absent"]
ports = true
max_retries = 2
`);
    const options = ["--workspace", `worktree:${repository}`];
    const { id, runs } = await work(kanbun, ...options);
    // The links were missing: the first two tries end without a verdict.
    expect(runs.map((run) => run.outcome)).toEqual(["crashed", "crashed"]);
    mkdirSync(join(repository, "modules"));
    await kanbun.ok("unblock", id);
    await kanbun.run(["dispatch", "--until-idle"]);
    expect((await look(kanbun, id)).run).toMatchObject({ outcome: "completed", summary: "fine" });
    const worktree = join(repository, ".worktrees", id);
    const round = [`before ${worktree}`, "worker 9", "after"];
    expect(readFileSync(trace, "utf8").trim().split("\n")).toEqual([
      "setup",
      ...round,
      ...round,
      ...round,
      "teardown",
    ]);
    expect(lstatSync(join(worktree, "modules")).isSymbolicLink()).toBe(true);
    expect(existsSync(join(worktree, ".kanbun-setup"))).toBe(false);
  });

  test("that fail or take too long keep the worker from starting, and its log says why", async () => {
    const slow = await makeScene(`command = ["true"]\nbefore = "sleep 600 & wait"\nhook_timeout = "50ms"\n`);
    const late = await work(slow.kanbun);
    expect(late.run?.outcome).toBe("crashed");
    expect(late.log).toContain("[kanbun] before failed: it took longer than 0.05 s");
    const failing = await makeScene(
      `command = ["sh", "-c", "echo started"]\nsetup = "echo no disk; exit 75"\nafter = "false"\n`,
    );
    const failed = await work(failing.kanbun);
    expect(failed.run).toMatchObject({
      outcome: "crashed",
      error: expect.stringContaining("setup failed: exit code 75"),
    });
    expect(failed.log).not.toContain("started");
  });

  test("leave the end of the worker what it was: its exit code, its signal, and a failing after", async () => {
    const { kanbun } = await makeScene(
      `command = ["sh", "-c", "kill -9 $$"]\nafter = "echo tidied; false"\n`,
    );
    const { run, log } = await work(kanbun);
    expect(run?.error).toStartWith("ended by SIGKILL (exit code 137)");
    expect(log).toContain("tidied\n[kanbun] after failed: exit code 1");
    const good = await makeScene(`command = ["true"]\nafter = "false"\n`);
    expect((await work(good.kanbun)).run?.outcome).toBe("completed");
  });

  test("change nothing of the end of a worker that removed its folder, and say so; what it is said to have done can't be verified", async () => {
    const profile = 'command = ["sh", "-c", "rm -r $PWD; exit 0"]\n';
    const { kanbun } = await makeScene(`${profile}after = "true"\nteardown = "true"\n`);
    const done = await work(kanbun, "--scratch");
    expect(done.run).toMatchObject({ outcome: "completed" });
    expect(done.log).toContain("[kanbun] after could not be run: its folder is gone: ");
    const verified = await work((await makeScene(`${profile}verify = "true"\n`)).kanbun, "--scratch");
    expect(verified.run).toMatchObject({ outcome: "crashed" });
    expect(verified.log).toMatch(/verify could not be run: its folder is gone: \S+\n$/);
  });

  test("are around a program as it would be run without them: one without a first line, one that can't be run", async () => {
    const { kanbun } = await makeScene(
      'command = ["{body}"]\ncwd = "/"\nbefore = "echo before"\nafter = "echo after"\n',
    );
    const program = join(dirname(kanbun.home), "program");
    const config = join(kanbun.home, "kanbun.toml");
    writeFileSync(config, readFileSync(config, "utf8").replace("{body}", program));
    writeFileSync(program, "echo it works\n", { mode: 0o755 });
    const script = await work(kanbun, "--scratch");
    expect(script.run).toMatchObject({ outcome: "completed" });
    expect(script.log).toContain("it works\n[kanbun] after: echo after\nafter\n");
    writeFileSync(program, "\x7fELF\x02\x01\x01\0\0\0", { mode: 0o755 });
    const foreign = await work(kanbun, "--scratch");
    expect(foreign.run).toMatchObject({
      outcome: "crashed",
      error: expect.stringContaining("exit code 126"),
    });
    expect(foreign.log).toEndWith("[kanbun] after: echo after\nafter\n");
  });

  test("tidy up after a worker that was stopped", async () => {
    const { kanbun } = await makeScene(
      `command = ["sh", "-c", "echo begun; sleep 600"]\nmax_runtime = "1s"\nafter = "echo tidied"\nteardown = "echo torn down"\n`,
    );
    const { run, log } = await work(kanbun);
    expect([run?.outcome, log]).toEqual(["timed_out", "begun\n[kanbun] after: echo tidied\ntidied\n"]);
  });

  test("give each run ports that no other has while it runs", async () => {
    const { kanbun, trace } = await makeScene(
      `command = ["sh", "-c", "echo $KANBUN_PORT >> $HOME/trace; until [ $(wc -l < $HOME/trace) -ge 2 ]; do sleep 0.05; done"]\nports = true\n`,
    );
    for (const name of ["a", "b"]) await kanbun.create(name, "--assignee", "p");
    await kanbun.run(["dispatch", "--until-idle"]);
    const ports = readFileSync(trace, "utf8").trim().split("\n").map(Number);
    expect(new Set(ports).size).toBe(2);
    expect(ports.every((port) => port >= 20_000 && port % 10 === 0)).toBe(true);
  });

  test("verify what is said to be done: a failing one is a failed try with its output, or refuses the verdict", async () => {
    const verify = 'verify = "test -f proof || { echo no proof here; exit 2; }"\n';
    const { kanbun } = await makeScene(
      `command = ["sh", "-c", "test $KANBUN_RUN = 1 || touch proof"]\n${verify}max_retries = 3\n`,
    );
    const { runs } = await work(kanbun);
    expect(runs.map((run) => run.outcome)).toEqual(["crashed", "completed"]);
    expect(runs[0]?.error).toContain("no proof here\n[kanbun] verify failed: exit code 2");

    const late = await makeScene(`command = ["true"]\nverify = "sleep 600"\nhook_timeout = "50ms"\n`);
    expect((await work(late.kanbun)).run?.error).toContain("verify failed: it took longer than 0.05 s");

    const asked = await makeScene(
      `command = ["sh", "-c", "kanbun complete --summary one || { touch proof; kanbun complete --summary two; }"]\ncompletes = "by-verdict"\n${verify}`,
    );
    const { run, log } = await work(asked.kanbun);
    expect(run).toMatchObject({ outcome: "completed", summary: "two" });
    expect(log).toContain("no proof here");
    expect(log).toContain(
      "`test -f proof || { echo no proof here; exit 2; }` failed (exit code 2): it is not done",
    );
  });
});
