import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { removeTree } from "../../src/system/files/remove-tree.ts";
import { CommandLine } from "../cli/command-line.ts";
import { makeTestHome } from "../support/home.ts";
import { runAll } from "../support/run-all.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { leftOutWithout } from "./left-out-without.ts";
import { Scene } from "./scene.ts";

const shell = '[dispatch]\nretry_delay = "10ms"\n[profiles.shell]\ngrace = "300ms"\n';

describe.skipIf(lacksOnWindows("permission bits"))("the scratch folder of what is done", () => {
  test("X1: goes with the read-only folders in it, as Go's module cache has them, also for a plain user", async () => {
    const scene = await Scene.open();
    const body = "mkdir -p mod/cache/deep none && touch mod/cache/deep/f && chmod -R a-w mod && chmod 0 none";
    const id = await scene.create(body);
    await runAll(scene.board);
    expect((await scene.store.requireTask(id)).status).toBe("done");
    expect(existsSync(join(scene.board.context.paths.workspaces, id))).toBe(false);
  });

  test.skipIf(leftOutWithout("root"))(
    "X1: goes where the dispatcher is a plain user, whom 0555 stops",
    () => {
      const folder = join(mkdtempSync("/tmp/kanbun-plain-"), "tree");
      mkdirSync(join(folder, "a", "b"), { recursive: true });
      writeFileSync(join(folder, "a", "b", "f"), "");
      Bun.spawnSync(["chown", "-R", "65534", join(folder, "..")]);
      for (const one of ["a/b", "a"]) chmodSync(join(folder, one), 0o555);
      expect(asPlainUser(folder)).toBe("null\n");
      expect(existsSync(folder)).toBe(false);
      removeTree(join(folder, ".."));
    },
  );

  test.skipIf(leftOutWithout("root"))(
    "X1: that holds another user's files stays with them alone, and names the first of them",
    () => {
      const folder = join(mkdtempSync("/tmp/kanbun-plain-"), "tree");
      mkdirSync(join(folder, "theirs"), { recursive: true });
      for (const file of ["theirs/f", "mine"]) writeFileSync(join(folder, file), "");
      Bun.spawnSync(["chown", "-R", "65534", join(folder, "..")]);
      Bun.spawnSync(["chown", "-R", "0", join(folder, "theirs")]);
      const left = JSON.parse(asPlainUser(folder));
      expect(left).toEqual({
        count: 1,
        path: join(folder, "theirs", "f"),
        reason: expect.stringContaining("it belongs to another user"),
      });
      expect(existsSync(join(folder, "mine"))).toBe(false);
      removeTree(join(folder, ".."));
    },
  );
});

/** Removes a folder as the user "no one"; what it came to. */
function asPlainUser(folder: string): string {
  const program = `process.setuid(65534);
    const { removeTree } = await import(${JSON.stringify(join(import.meta.dir, "../../src/system/files/remove-tree.ts"))});
    console.log(JSON.stringify(removeTree(${JSON.stringify(folder)})));`;
  return Bun.spawnSync([process.execPath, "-e", program]).stdout.toString();
}

test.skipIf(lacksOnWindows("signals"))(
  "X20: a scratch folder whose dispatcher was killed between start and record is found and removed",
  async () => {
    const scene = await Scene.open(shell);
    for (const priority of [3, 2, 1]) await scene.create("true", { priority });
    const program = join(import.meta.dir, "../fixtures/tick-to-step.ts");
    const command = [process.execPath, program, scene.home, "spawned", "SIGKILL"];
    const killed = Bun.spawn(command, { stdout: "ignore", stderr: "inherit" });
    await killed.exited;
    expect(killed.signalCode).toBe("SIGKILL");
    await scene.ended(3);
    const { workspaces } = scene.board.context.paths;
    expect(readdirSync(workspaces)).not.toEqual([".kanbun-made"]);
    await runAll(scene.board);
    expect(readdirSync(workspaces)).toEqual([".kanbun-made"]);
    expect(readdirSync(join(workspaces, ".kanbun-made"))).toEqual([]);
  },
);

describe.skipIf(leftOutWithout("mounts"))("a scratch folder with a mount in it", () => {
  const mountIt = `mkdir mnt && mount --bind "$PRECIOUS" mnt`;

  test("X15: is not emptied through a bind mount, even of the same disk; all later ticks go on, and it is told once", async () => {
    const precious = makeTestHome();
    writeFileSync(join(precious, "thesis"), "");
    const scene = await Scene.open();
    const id = await scene.create(mountIt.replace("$PRECIOUS", precious));
    const { context } = scene.board;
    const path = join(context.paths.workspaces, id);
    try {
      const reports = await runAll(scene.board);
      const findings = reports.flatMap((report) => report.findings);
      expect(findings).toMatchObject([{ about: "scratch_folder", taskId: id, runId: 1, path }]);
      expect(findings[0]?.detail).toContain(`${join(path, "mnt")}: something else is mounted there`);
      expect(readdirSync(precious)).toEqual(["thesis"]);
      const later = await scene.create("true");
      expect((await runAll(scene.board)).flatMap((report) => report.findings)).toHaveLength(1);
      expect((await scene.store.requireTask(later)).status).toBe("done");
    } finally {
      Bun.spawnSync(["umount", join(path, "mnt")]);
    }
    using dispatcher = disposable(new Dispatcher(context));
    await dispatcher.tick();
    expect(existsSync(path)).toBe(false);
  });

  test("X1: a resident tells of it once, and `kanbun doctor` each time", async () => {
    const precious = makeTestHome();
    const kanbun = await CommandLine.init(shell);
    const id = await kanbun.create(
      "t",
      "--assignee",
      "shell",
      "--body",
      mountIt.replace("$PRECIOUS", precious),
    );
    const mount = join(kanbun.home, "kanban", "workspaces", id, "mnt");
    try {
      const first = await kanbun.run(["dispatch", "--until-idle"]);
      expect(first.code).toBe(0);
      expect(first.stdout.split("something else is mounted there")).toHaveLength(2);
      const { data } = await kanbun.json(["doctor"]);
      const check = data.checks.find((one: { check: string }) => one.check === "scratch_folders");
      expect(check).toMatchObject({ status: "warning" });
      expect(check.detail).toContain(id);
    } finally {
      Bun.spawnSync(["umount", mount]);
    }
    expect((await kanbun.json(["dispatch"])).data.boards[0].findings).toEqual([]);
    expect(existsSync(join(mount, ".."))).toBe(false);
  });

  test("X15: that is itself mounted over is left alone, though it is the very folder that was made", () => {
    const folder = join(makeTestHome(), "tree");
    mkdirSync(folder);
    writeFileSync(join(folder, "f"), "");
    Bun.spawnSync(["mount", "--bind", folder, folder]);
    try {
      expect(removeTree(folder)).toEqual({
        count: 1,
        path: folder,
        reason: "something else is mounted there",
      });
      expect(readdirSync(folder)).toEqual(["f"]);
    } finally {
      Bun.spawnSync(["umount", folder]);
    }
  });
});

function disposable(dispatcher: Dispatcher) {
  return { tick: () => dispatcher.tick(), [Symbol.dispose]: () => dispatcher.close() };
}
