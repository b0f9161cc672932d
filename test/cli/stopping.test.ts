import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { expectNoneLeft, processesOf } from "../support/processes.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

const config = '[dispatch]\nmax_in_progress = 8\n[profiles.shell]\ngrace = "200ms"\n';

const init = () => CommandLine.init(config);

/** A task whose worker runs, and has said so in its log. */
async function startWorker(kanbun: CommandLine, script = "", board = "default"): Promise<string> {
  const run = `${script} echo started; while :; do sleep 0.1; done`;
  const id = await kanbun.create("x", "--run", run, "--board", board);
  await kanbun.ok("dispatch", "--board", board);
  await eventually("the worker says that it started", async () =>
    (await kanbun.ok("log", id, "--board", board)).includes("started"),
  );
  return id;
}

test("a move that takes a task from its worker ends the worker, its children and grandchildren (I11, W13)", async () => {
  const kanbun = await init();
  const moves: [string, string[], string][] = [
    ["cancel", ["--reason", "enough"], "archived"],
    ["reclaim", [], "ready"],
    ["complete", ["--force"], "done"],
    ["block", ["why", "--force"], "blocked"],
    ["archive", ["--force"], "archived"],
    ["schedule", ["--force"], "scheduled"],
    ["assign", ["none", "--force"], "ready"],
  ];
  for (const [move, args, status] of moves) {
    const id = await startWorker(kanbun, "setsid sleep 60 & (sleep 60 &);");
    if (args.includes("--force")) {
      const gentle = args.filter((word) => word !== "--force");
      expect([move, (await kanbun.json([move, id, ...gentle])).error?.kind]).toEqual([move, "conflict"]);
    }
    const { code, data } = await kanbun.json([move, id, ...args]);
    expect([move, code, data?.worker, data?.task.status]).toEqual([move, 0, "gone", status]);
    await expectNoneLeft(kanbun.home);
    if (data?.task.status === "ready") await kanbun.ok("cancel", id);
  }
});

test("people are told that the worker is gone", async () => {
  const kanbun = await init();
  const id = await startWorker(kanbun, "trap '' TERM;");
  expect(await kanbun.ok("cancel", id)).toBe(`cancelled ${id} "x" (archived)\n  its worker has ended\n`);
  await expectNoneLeft(kanbun.home);
});

test("a worker that cannot be stopped from here is said to be stopping, and the next tick ends it", async () => {
  const kanbun = await init();
  const id = await startWorker(kanbun);
  // No lock can be had where its file should be.
  const { dispatchLock } = boardPaths(kanbun.home, "default");
  rmSync(dispatchLock);
  mkdirSync(dispatchLock);
  const { code, stdout, stderr } = await kanbun.run(["cancel", id]);
  expect(code).toBe(0);
  expect(stdout).toContain("its worker is still being stopped: the next tick continues");
  expect(stderr).toContain("could not be stopped from here");
  rmSync(dispatchLock, { recursive: true });
  await eventually("ticks end the worker", async () => {
    await kanbun.ok("dispatch", "--max", "0");
    return processesOf(kanbun.home).length === 0;
  });
});

test("boards rm --force ends the board's workers before it moves the board", async () => {
  const kanbun = await init();
  await kanbun.ok("boards", "create", "shop");
  await startWorker(kanbun, "", "shop");
  expect((await kanbun.json(["boards", "rm", "shop"])).error?.kind).toBe("conflict");
  expect((await kanbun.json(["boards", "rm", "shop", "--force"])).code).toBe(0);
  await expectNoneLeft(kanbun.home);
});

test("log prints what a run wrote, byte for byte, and its last lines", async () => {
  const kanbun = await init();
  const id = await kanbun.create(
    "x",
    "--run",
    "for i in 1 2 3 4 5; do echo line $i; done; printf '\\033[1m\\377end'",
  );
  expect(await kanbun.run(["log", id])).toMatchObject({
    code: 0,
    stdout: "",
    stderr: `${id} has not run yet\n`,
  });
  await kanbun.ok("dispatch", "--until-idle");
  const child = kanbun.spawn(["log", id]);
  const bytes = Buffer.from(await child.stdout.bytes());
  expect(bytes).toEqual(readFileSync(join(kanbun.home, "kanban/runs/1/output.log")));
  expect(bytes.includes(0xff)).toBe(true);
  expect(await kanbun.ok("log", id, "--run", "1", "--lines", "2")).toStartWith("line 5\n");
  const { data } = await kanbun.json(["log", id]);
  expect(data).toMatchObject({ task_id: id, run_id: 1, is_cut: false, size_bytes: bytes.length });
  expect((await kanbun.json(["log", id, "--run", "7"])).code).toBe(3);
});

test("a log that retention removed is not found", async () => {
  const kanbun = await init();
  const id = await kanbun.create("x");
  await kanbun.ok("claim", id);
  expect((await kanbun.run(["log", id])).stderr).toContain("has written nothing yet");
  await kanbun.ok("complete", id);
  expect(existsSync(join(kanbun.home, "kanban/runs/1"))).toBe(false);
  const { code, error } = await kanbun.json(["log", id]);
  expect([code, error?.message]).toEqual([3, `there is no log of run 1 of ${id}`]);
});

test("log -f follows a run until it is over", async () => {
  const kanbun = await init();
  const gate = join(kanbun.home, "gate");
  const id = await kanbun.create(
    "x",
    "--run",
    `echo before; while ! [ -e '${gate}' ]; do sleep 0.02; done; echo after`,
  );
  await kanbun.ok("dispatch");
  const people = kanbun.spawn(["log", "-f", id]);
  const programs = kanbun.spawn(["log", "-f", id, "--json"]);
  const reader = programs.stdout.getReader();
  const first = new TextDecoder().decode((await reader.read()).value);
  expect(JSON.parse(first)).toEqual({ v: 1, ok: true, data: { task_id: id, run_id: 1, text: "before\n" } });
  await Bun.write(gate, "");
  await kanbun.ok("dispatch", "--until-idle");
  expect(await people.stdout.text()).toBe("before\nafter\n");
  expect([await people.exited, await programs.exited]).toEqual([0, 0]);
});
