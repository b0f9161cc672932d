import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readLockNoteOf } from "../../src/dispatcher/dispatch-lock.ts";
import { sendNudge } from "../../src/dispatcher/resident/nudge.ts";
import { tryListenForNudges } from "../../src/dispatcher/resident/nudge-listener.ts";
import { Residency } from "../../src/dispatcher/resident/residents.ts";
import { readResidentEntries } from "../../src/system/home/resident-entries.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { startFixture } from "../support/processes.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

/** Nothing but a nudge, a write or a worker's end makes these residents tick a second time. */
const config = '[dispatch]\ninterval = "10m"\nmax_in_progress = 8\n';

async function init(home?: string): Promise<CommandLine> {
  const kanbun = new CommandLine(home);
  await Bun.write(join(kanbun.home, "kanbun.toml"), config);
  await kanbun.ok("init");
  return kanbun;
}

const lastTick = (kanbun: CommandLine) => readLockNoteOf(join(kanbun.home, "kanban.db.dispatch.lock"));
const entryOf = (kanbun: CommandLine, pid: number) =>
  readResidentEntries(kanbun.home).find((entry) => entry.pid === pid);

/** A resident that has ticked for the first time, and is on the list. */
async function startResident(kanbun: CommandLine, ...args: string[]) {
  const resident = kanbun.spawn(["dispatch", "--watch", ...args]);
  await eventually("the resident has ticked", () => {
    const tick = lastTick(kanbun);
    return tick?.pid === resident.pid && tick.untilAtMs !== null && entryOf(kanbun, resident.pid);
  });
  return resident;
}

/** Listens as a resident of this home does. */
function listenAsResident(kanbun: CommandLine) {
  const said: string[] = [];
  const { home } = kanbun;
  const listener = tryListenForNudges({ home, name: `${process.pid}` }, (text) => said.push(text));
  const address = listener?.address ?? null;
  const residency = new Residency(home, { boards: ["default"], isForAllBoards: true, address, sinceMs: 0 });
  return {
    said,
    [Symbol.dispose]() {
      residency.leave();
      listener?.close();
    },
  };
}

test("W37: every command that changes a board tells one resident which, and no other does", async () => {
  const kanbun = await init();
  await kanbun.ok("boards", "create", "shop");
  using resident = listenAsResident(kanbun);
  const id = await kanbun.create("x");
  await kanbun.create("y", "--board", "shop");
  for (const command of [["list"], ["show", id], ["explain", id], ["status"], ["boards", "list"]])
    await kanbun.ok(...command);
  expect((await kanbun.json(["complete", "t_ffffffff"])).code).toBe(3);
  await kanbun.ok("comment", id, "well");
  await kanbun.ok("cancel", id);
  await kanbun.ok("pause");
  await kanbun.ok("resume");
  await eventually("all are told", () => resident.said.length >= 6);
  expect(resident.said).toEqual(["default", "shop", "default", "default", "default", "default"]);
});

test("W37: a nudge makes a resident tick though nothing was written", async () => {
  const kanbun = await init();
  const resident = await startResident(kanbun);
  const before = lastTick(kanbun)?.sinceAtMs;
  await sendNudge(kanbun.home, "default");
  await eventually("it ticks", () => lastTick(kanbun)?.sinceAtMs !== before);
  expect(lastTick(kanbun)?.pid).toBe(resident.pid);
});

test("a nudge that comes while a stranger has the lock is not lost", async () => {
  const kanbun = await init();
  await startResident(kanbun);
  const before = lastTick(kanbun)?.sinceAtMs;
  {
    await using holder = await startFixture("hold-lock.ts", join(kanbun.home, "kanban.db.dispatch.lock"));
    expect(holder.first).toBe("held");
    await sendNudge(kanbun.home, "default");
  }
  await eventually("it ticks when the lock is free", () => lastTick(kanbun)?.sinceAtMs !== before);
});

test("what a worker says, and its end, wake the resident", async () => {
  const kanbun = await init();
  await startResident(kanbun);
  const first = await kanbun.create(
    "first",
    "--run",
    'kanbun create second --run true --parent "$KANBUN_TASK"',
  );
  await eventually("both are done", async () => {
    await using store = await kanbun.open();
    return (await store.listTasks({ statuses: ["done"] })).length === 2;
  });
  expect((await kanbun.task(first)).status).toBe("done");
});

test("the socket of a resident that was killed keeps no nudge, and the next resident removes it", async () => {
  const kanbun = await init();
  const killed = await startResident(kanbun);
  const second = await startResident(kanbun);
  const left = entryOf(kanbun, killed.pid)?.address ?? "";
  writeFileSync(join(dirname(left), "notes.txt"), "not ours");
  killed.kill("SIGKILL");
  await killed.exited;
  expect(existsSync(left)).toBe(true);
  const before = lastTick(kanbun)?.sinceAtMs;
  await sendNudge(kanbun.home, "default");
  await eventually("the second ticks", () => lastTick(kanbun)?.sinceAtMs !== before);
  expect(lastTick(kanbun)?.pid).toBe(second.pid);
  const third = await startResident(kanbun);
  expect(existsSync(left)).toBe(false);
  expect(readResidentEntries(kanbun.home).map(({ pid }) => pid)).toEqual([second.pid, third.pid]);
  expect(existsSync(join(dirname(left), "notes.txt"))).toBe(true);
});

test("a resident that is stopped swallows the nudge, and another one starts the task", async () => {
  const kanbun = await init();
  const stopped = await startResident(kanbun);
  const second = await startResident(kanbun);
  stopped.kill("SIGSTOP");
  const id = await kanbun.create("x", "--run", "true");
  await eventually("it is done", async () => (await kanbun.task(id)).status === "done");
  await using store = await kanbun.open();
  expect(await store.listRuns(id)).toHaveLength(1);
  expect(lastTick(kanbun)?.pid).toBe(second.pid);
});

test("a command is not kept by residents that are stopped, nor by files in the place of their entries", async () => {
  const kanbun = await init();
  for (const resident of [await startResident(kanbun), await startResident(kanbun)]) resident.kill("SIGSTOP");
  const folder = join(kanbun.home, "kanban", "residents");
  writeFileSync(join(folder, "1.json"), "{");
  writeFileSync(join(folder, "2.json"), '{"pid":2,"boards":["default"],"address":"/nowhere"}');
  mkdirSync(join(folder, "3.json"));
  for (let count = 0; count < 3; count++) expect((await kanbun.json(["create", "x"])).code).toBe(0);
});

test("a home with a long path has its sockets in a folder of one's own, and none is left there", async () => {
  const kanbun = await init(join(makeTestHome(), "x".repeat(120), "home"));
  const resident = await startResident(kanbun);
  const address = entryOf(kanbun, resident.pid)?.address ?? "";
  expect(address).not.toStartWith(kanbun.home);
  expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
  const before = lastTick(kanbun)?.sinceAtMs;
  await sendNudge(kanbun.home, "default");
  await eventually("it ticks", () => lastTick(kanbun)?.sinceAtMs !== before);
  resident.kill("SIGTERM");
  expect(await resident.exited).toBe(0);
  expect(existsSync(address)).toBe(false);
});

test("a folder that others may write to gets no socket, and the resident works all the same", async () => {
  const temporary = makeTestHome();
  const open = join(temporary, `kanbun-${process.getuid?.()}`);
  mkdirSync(open, { mode: 0o777 });
  const kanbun = await init(join(makeTestHome(), "x".repeat(120), "home"));
  const resident = kanbun.spawn(["dispatch", "--watch"], { env: { TMPDIR: temporary } });
  await eventually("it is on the list", () => entryOf(kanbun, resident.pid));
  expect(entryOf(kanbun, resident.pid)?.address).toBeNull();
  expect(readdirSync(open)).toEqual([]);
  const id = await kanbun.create("x", "--run", "true");
  await eventually("it is done", async () => (await kanbun.task(id)).status === "done");
});

test("TERM and INT, and each a second time, end a resident with 0, and its worker goes on", async () => {
  const kanbun = await init();
  const outside = makeTestHome();
  const resident = await startResident(kanbun);
  const id = await kanbun.create(
    "x",
    "--run",
    `touch ${outside}/begun; until [ -e ${outside}/go ]; do sleep 0.02; done; touch ${outside}/over`,
  );
  await eventually("the worker works", () => existsSync(join(outside, "begun")));
  for (const signal of ["SIGTERM", "SIGTERM", "SIGINT", "SIGINT"] as const) resident.kill(signal);
  expect(await resident.exited).toBe(0);
  expect(readdirSync(join(kanbun.home, "kanban", "residents"))).toEqual([]);
  expect((await kanbun.task(id)).status).toBe("running");
  writeFileSync(join(outside, "go"), "");
  await eventually("the worker ends by itself", () => existsSync(join(outside, "over")));
  await kanbun.ok("dispatch", "--until-idle");
  expect((await kanbun.task(id)).status).toBe("done");
});

test("a resident of the home works on boards that are made later, and lets go of those that are removed", async () => {
  const kanbun = await init();
  const resident = await startResident(kanbun);
  await kanbun.ok("boards", "create", "shop");
  const id = await kanbun.create("x", "--run", "true", "--board", "shop");
  const isDone = async () => {
    await using store = await kanbun.open("read", "shop");
    return (await store.requireTask(id)).status === "done" && (await store.listLiveRuns()).length === 0;
  };
  await eventually("it is done", isDone);
  expect(entryOf(kanbun, resident.pid)?.boards).toEqual(["default", "shop"]);
  await kanbun.ok("boards", "rm", "shop");
  await eventually("it is let go", () => entryOf(kanbun, resident.pid)?.boards.join() === "default");
  // Another one of the same name is a new board.
  await kanbun.ok("boards", "create", "shop");
  const again = await kanbun.create("y", "--run", "true", "--board", "shop");
  await eventually("that is done", async () => {
    await using store = await kanbun.open("read", "shop");
    return (await store.requireTask(again)).status === "done";
  });
  // One that came by itself: no command can tell.
  rmSync(entryOf(kanbun, resident.pid)?.address ?? "");
  await kanbun.ok("boards", "create", "late");
  await eventually("it is found", () => entryOf(kanbun, resident.pid)?.boards.includes("late"));
  resident.kill("SIGTERM");
  expect(await resident.exited).toBe(0);
  expect(await resident.stderr.text()).toBe("");
});

test("a slot of the home that comes free on one board is taken at once on another, by its own resident", async () => {
  const kanbun = await init();
  await Bun.write(join(kanbun.home, "kanbun.toml"), '[dispatch]\ninterval = "10m"\nmax_in_progress = 1\n');
  await startResident(kanbun, "--board", "default");
  await kanbun.ok("boards", "create", "shop");
  const other = kanbun.spawn(["dispatch", "--watch", "--board", "shop"]);
  await eventually("it is on the list", () => entryOf(kanbun, other.pid));
  const gate = join(makeTestHome(), "gate");
  const first = await kanbun.create("x", "--run", `until [ -e ${gate} ]; do sleep 0.02; done`);
  await eventually("it runs", async () => (await kanbun.task(first)).status === "running");
  const second = await kanbun.create("y", "--run", "true", "--board", "shop");
  await using shop = await kanbun.open("read", "shop");
  const lock = join(kanbun.home, "kanban", "boards", "shop", "kanban.db.dispatch.lock");
  await eventually("there is no slot for it", () => readLockNoteOf(lock)?.pid === other.pid);
  expect((await shop.requireTask(second)).status).toBe("ready");
  writeFileSync(gate, "");
  await eventually("it is done", async () => (await shop.requireTask(second)).status === "done");
});
