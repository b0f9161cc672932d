import { expect, test } from "bun:test";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { commandForAll } from "../support/command-for-all.ts";
import { makeTestHome } from "../support/home.ts";
import { runAll } from "../support/run-all.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { leftOutWithout } from "./left-out-without.ts";
import { canMountSilently, mountSilently } from "./namespaces.ts";
import { Scene } from "./scene.ts";

test.skipIf(lacksOnWindows("POSIX paths"))(
  "X2: a folder that can't even be looked at is its own task's failed start: the three behind it run in the same pass",
  async () => {
    const scene = await Scene.open();
    const folder = makeTestHome();
    symlinkSync(join(folder, "loop"), join(folder, "loop"));
    writeFileSync(join(folder, "file"), "");
    const paths = [
      join(folder, "x".repeat(300)),
      join(folder, "loop", "below"),
      join(folder, "file", "below"),
      join(folder, "with\0nul"),
      "not/absolute",
      "",
    ];
    const bad: string[] = [];
    for (const path of paths) {
      const id = await scene.create("true", {
        priority: 9,
        maxRetries: 1,
        workspaceKind: "dir",
        workspacePath: "/",
      });
      scene.sql("UPDATE tasks SET workspace_path = ? WHERE id = ?", path, id);
      bad.push(id);
    }
    const innocents = [];
    for (let count = 0; count < 3; count++) innocents.push(await scene.create("true"));
    await runAll(scene.board);
    for (const id of innocents) expect(await scene.outcomes(id)).toEqual(["completed"]);
    for (const id of bad) {
      expect(await scene.outcomes(id)).toEqual(["spawn_failed"]);
      expect((await scene.store.requireTask(id)).status).toBe("blocked");
    }
    const words = await Promise.all(bad.map(async (id) => (await scene.store.listRuns(id))[0]?.error));
    expect(words[1]).toContain(`no such directory: ${paths[1]}`);
    expect(words[4]).toContain("the workspace needs an absolute path");
  },
);

const hasSilentMounts = await canMountSilently();
test.skipIf(!hasSilentMounts)(
  "X2: a folder on a mount that never answers holds up its own worker alone (I12)",
  async () => {
    const scene = await Scene.open();
    const folder = makeTestHome();
    await using mount = await mountSilently(folder);
    await scene.tickUntil("it is mounted", () => mount.isMounted());
    const stuck = await scene.create("true", {
      priority: 9,
      workspaceKind: "dir",
      workspacePath: join(folder, "below"),
    });
    const innocent = await scene.create("true");
    await scene.tickUntil(
      "the other is done",
      async () => (await scene.outcomes(innocent))[0] === "completed",
    );
    expect((await scene.store.requireTask(stuck)).status).toBe("running");
  },
);

test.skipIf(leftOutWithout("root"))(
  "X7: what another user has in the home counts against no task; the report names it once, and doctor which files",
  async () => {
    const home = join(makeTestHome(), "home");
    const plain = (...args: string[]) => runAsNobody(home, args);
    mkdirSync(home);
    Bun.spawnSync(["chown", "-R", "65534", join(home, "..")]);
    plain("init");
    const id = plain(
      "create",
      "t",
      "--assignee",
      "shell",
      "--body",
      "true",
      "--max-retries",
      "1",
    ).stdout.trim();
    const runs = join(home, "kanban", "runs");
    mkdirSync(runs, { recursive: true, mode: 0o755 });
    Bun.spawnSync(["chown", "65534", join(runs, "..")]);
    const first = JSON.parse(plain("dispatch", "--json").stdout).data.boards[0];
    expect(first.spawn_failed).toEqual([]);
    expect(first.interrupted).toMatchObject([{ task_id: id, status: "ready" }]);
    expect(first.findings).toMatchObject([{ about: "home", task_id: null }]);
    expect(first.findings[0].detail).toContain(`mkdir '${join(runs, "1")}'`);
    const checks = JSON.parse(plain("doctor", "--json").stdout).data.checks;
    const owner = checks.find((one: { check: string }) => one.check === "home_files");
    expect(owner).toMatchObject({ status: "problem" });
    expect(owner.detail).toContain(runs);
    Bun.spawnSync(["chown", "-R", "65534", home]);
    expect(plain("promote", id, "--force").code).toBe(0);
    plain("dispatch", "--until-idle");
    expect(plain("list", "--json", "--status", "done").stdout).toContain(id);
  },
);

test.skipIf(process.platform === "win32")(
  "I13: what is no folder in the place of one of the home's is named by doctor beside all other checks, and what it says to type helps",
  async () => {
    const kanbun = await CommandLine.init();
    await kanbun.ok("create", "t", "--run", "true");
    await kanbun.ok("dispatch", "--until-idle");
    const look = async () => {
      const { checks } = (await kanbun.json(["doctor"])).data;
      return {
        count: checks.length,
        files: checks.find((one: { check: string }) => one.check === "home_files"),
      };
    };
    const { count } = await look();
    for (const name of ["runs", "workspaces", "workspaces/.kanbun-made", "bin"])
      for (const make of [writeFileSync, (path: string) => symlinkSync(path, path)]) {
        const path = join(kanbun.home, "kanban", name);
        rmSync(path, { recursive: true, force: true });
        mkdirSync(dirname(path), { recursive: true });
        make(path, "");
        const found = await look();
        expect(found.count).toBe(count);
        expect(found.files).toMatchObject({ status: "problem", fix: `mv ${path} ${path}.old` });
        expect(found.files.detail).toContain(path);
        Bun.spawnSync(["sh", "-c", found.files.fix]);
        expect((await look()).files).toMatchObject({ status: "ok" });
      }
  },
);

test.skipIf(leftOutWithout("root"))(
  "X7: what is the user's own and read-only is named by doctor, and what it says to type helps",
  async () => {
    const home = join(makeTestHome(), "home");
    mkdirSync(home);
    Bun.spawnSync(["chown", "-R", "65534", join(home, "..")]);
    runAsNobody(home, ["init"]);
    runAsNobody(home, ["create", "t", "--run", "true"]);
    runAsNobody(home, ["dispatch", "--until-idle"]);
    const check = () =>
      JSON.parse(runAsNobody(home, ["doctor", "--json"]).stdout).data.checks.find(
        (one: { check: string }) => one.check === "home_files",
      );
    expect(check()).toMatchObject({ status: "ok" });
    await Bun.$`chmod -R a-w ${join(home, "kanban")}`;
    const found = check();
    expect(found).toMatchObject({ status: "problem", fix: `chmod -R u+rwX '${home}'` });
    Bun.spawnSync(["setpriv", "--reuid=65534", "--clear-groups", "sh", "-c", found.fix]);
    expect(check()).toMatchObject({ status: "ok" });
  },
);

test.skipIf(leftOutWithout("root"))(
  "X7: a folder, a lock or a database that root made in a user's home is named by each command that it stops, with what helps",
  async () => {
    const home = join(makeTestHome(), "it's home");
    mkdirSync(home);
    Bun.spawnSync(["chown", "-R", "65534", join(home, "..")]);
    runAsNobody(home, ["init"]);
    const id = runAsNobody(home, ["create", "t", "--run", "true"]).stdout.trim();
    runAsNobody(home, ["dispatch", "--max", "0"]);
    for (const file of ["kanban.db.dispatch.lock", "kanban.db"]) {
      await Bun.$`chown 0 ${join(home, file)} && chmod 644 ${join(home, file)}`;
      const { detail, command } = JSON.parse(runAsNobody(home, ["explain", id, "--json"]).stdout).data;
      expect(detail).toContain(`${join(home, file)} can't be written (EACCES)`);
      expect(command).toContain("kanbun doctor");
      await Bun.$`chown 65534 ${join(home, file)}`;
    }
    mkdirSync(join(home, "kanban"), { mode: 0o700 });
    for (const verb of ["list", "dispatch", "doctor"]) {
      const { error } = JSON.parse(runAsNobody(home, [verb, "--json"]).stdout);
      expect(error.message).toContain(`may not look into ${join(home, "kanban")}`);
      expect(error.hint).toContain("sudo chown -R");
    }
    const { hint } = JSON.parse(runAsNobody(home, ["list", "--json"]).stdout).error;
    const command = /`sudo (.*)`/.exec(hint)?.[1]?.replace("$(id -un)", "65534") ?? "";
    expect(Bun.spawnSync(["sh", "-c", command]).exitCode).toBe(0);
    expect(runAsNobody(home, ["dispatch", "--until-idle"]).code).toBe(0);
    await Bun.$`chmod 0 ${join(home, "kanban")}`;
    const own = JSON.parse(runAsNobody(home, ["list", "--json"]).stdout).error;
    expect(own.hint).toContain("chmod -R u+rwX '");
  },
);

test.skipIf(leftOutWithout("root"))(
  "X7: where the workers' own folder can't be written nothing is started, and what has ended is closed all the same",
  async () => {
    const scene = await Scene.open();
    const id = await scene.create("true");
    const [{ spawned }] = [await scene.tick()];
    await scene.ended(spawned[0]?.runId);
    const waiting = await scene.create("true");
    const bin = join(scene.home, "kanban", "bin");
    await Bun.$`rm -r ${bin} && touch ${bin}`;
    const reports = await scene.tickUntil("it is closed", (report) => report.completed.length > 0);
    expect(reports.flatMap((report) => report.findings)).toMatchObject([{ about: "home" }]);
    expect((await scene.store.requireTask(id)).status).toBe("done");
    expect((await scene.store.requireTask(waiting)).status).toBe("ready");
    await Bun.$`rm ${bin}`;
    await runAll(scene.board);
    expect((await scene.store.requireTask(waiting)).status).toBe("done");
  },
);

/** The real command line as the user "no one". */
function runAsNobody(home: string, args: readonly string[]) {
  const ran = Bun.spawnSync(["setpriv", "--reuid=65534", "--clear-groups", ...commandForAll(), ...args], {
    cwd: "/",
    env: { PATH: process.env.PATH ?? "", HOME: join(home, ".."), KANBUN_HOME: home, TMPDIR: "/tmp" },
  });
  return { code: ran.exitCode, stdout: ran.stdout.toString(), stderr: ran.stderr.toString() };
}
