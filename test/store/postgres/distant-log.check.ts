import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LogAsks } from "../../../src/store/log-asks.ts";
import type { CommandLine } from "../../cli/command-line.ts";
import { OnTerminal } from "../../cli/top/on-terminal.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { BoardUnderTest, ending, here, ManualClock } from "../board-under-test.ts";
import { openBoardOn } from "./board.ts";
import { makeStoreHome } from "./store-home.ts";

const spawned = new Set<ReturnType<CommandLine["spawn"]>>();
afterAll(async () => {
  for (const one of spawned) one.kill("SIGKILL");
  await Promise.all([...spawned].map(({ exited }) => exited));
});

function start(kanbun: CommandLine, ...args: string[]) {
  const process = kanbun.spawn(args);
  spawned.add(process);
  return process;
}

/** What it has printed so far. */
function read(process: ReturnType<CommandLine["spawn"]>): { text: string } {
  const said = { text: "" };
  const decoder = new TextDecoder();
  void (async () => {
    for await (const chunk of process.stdout) said.text += decoder.decode(chunk, { stream: true });
  })();
  return said;
}

describe.skipIf(!hasPostgres)("the log of a run that is at work on another host", () => {
  test("is followed through the board as long as someone asks, with its gaps named, to its last line", async () => {
    const settings = 'lease = "5s"\n[dispatch]\nmax_in_progress = 4';
    const { kanbun: one, slug } = await makeStoreHome(settings);
    const { kanbun: other } = await makeStoreHome(settings);
    await one.ok("boards", "create", slug, "--store", "team", "--switch");
    await other.ok("boards", "join", slug, "--store", "team", "--switch");
    const go = join(one.home, "go");
    const until = (name: string) => `until [ -e ${go}.${name} ]; do sleep 0.05; done`;
    const work = `echo begun; ${until("a")}; echo zwölf; ${until("b")}; seq 1 60000; ${until("c")}; printf "the end"`;
    const id = await one.create("followed", "--run", work);
    const quiet = await one.create("quiet", "--run", `echo unseen; ${until("c")}`);
    const resident = start(one, "dispatch", "--watch");
    await eventually("both are at work", async () => (await one.ok("log", quiet)).includes("unseen"));

    expect(await other.ok("log", id)).toMatch(
      /^\[kanbun: the run is on \S+: its log is there, in \/.*\]\nbegun\n$/,
    );
    expect((await other.json(["log", id])).data).toMatchObject({ text: expect.stringContaining("begun") });
    using top = new OnTerminal(other, ["top"]);
    await top.shows("followed");
    top.type("/followed\r\r");
    await top.shows("begun");
    const follower = start(other, "log", "-f", id);
    const said = read(follower);
    await eventually("it is told what was there", () => said.text.includes("begun\n"));
    writeFileSync(`${go}.a`, "");
    await eventually("it is told what comes", () => said.text.endsWith("\nzwölf\n"));
    await top.shows("zwölf");
    writeFileSync(`${go}.b`, "");
    await eventually("it is told of more than is sent in one go", () => said.text.endsWith("\n60000\n"));
    expect(said.text).toMatch(
      /\nzwölf\n\[kanbun: 2\d\d KiB are left out here: the whole is on \S+, in .*\]\n\d+\n/,
    );

    // A host that is not heard of is named, by who follows and by who asks once; of the other run nothing was ever written.
    resident.kill("SIGKILL");
    await resident.exited;
    await eventually("it is said", () => /\n\[kanbun: .* has not been heard of for \d+s: /.test(said.text));
    expect(await other.ok("log", id)).toMatch(/^\[kanbun: the run is on \S+, which does not answer: .*\]\n/);
    expect((await other.json(["log", quiet])).error).toMatchObject({
      kind: "not_found",
      message: expect.stringContaining("which does not answer"),
      hint: expect.stringContaining("kanbun hosts"),
    });
    const again = start(one, "dispatch", "--watch");
    writeFileSync(`${go}.c`, "");
    expect(await follower.exited).toBe(0);
    await eventually("its last words are told", () => said.text.endsWith("]\nthe end"));
    await top.shows("ended");
    await top.shows("the end");
    again.kill("SIGTERM");
    await again.exited;
  });

  test("is written by the run's own host alone, once for each time it is asked, and no more when it is over", async () => {
    const place = { ...(await requirePostgres()), schema: `log_asks_${process.pid}` };
    const clock = new ManualClock();
    const open = () => openBoardOn(place, "team", { clock, mode: "create", isServerTime: false });
    const board = new BoardUnderTest({
      store: await open(),
      clock,
      connect: open,
      fingerprint: async () => "",
    });
    const { store } = board;
    const asks = store.logAsks as LogAsks;
    const task = await board.create();
    await board.claim({ host: { ...here, host: `a1b2c3d4e5f6+${here.host}` } });
    const run = await board.liveRun(task.id);
    const log = (text: string) => ({
      hostname: "north",
      home: "/h",
      sizeBytes: text.length,
      tail: new Uint8Array(Buffer.from(text)),
    });
    const isAsked = async () => {
      const version = await store.news.getVersion();
      return { version, isAsked: asks.isAsked };
    };
    const { version } = await isAsked();
    const mine = { ...run, answers: 0 };

    expect(await asks.answer(mine, log("no one asks"))).toBe(false);
    await asks.ask(run.runId, 60_000);
    // No change of the board: no one is woken.
    expect(await isAsked()).toEqual({ version, isAsked: true });
    expect(await asks.getAnswer(run.runId, 0)).toBeNull();
    expect(await asks.listAsked("b1b2c3d4e5f6")).toEqual([]);
    expect(await asks.listAsked("a1b2c3d4e5f6")).toEqual([
      { runId: run.runId, taskId: task.id, token: run.token, answers: 0 },
    ]);
    expect(await asks.answer({ ...mine, token: "another" }, log("another's"))).toBe(false);
    expect(await asks.answer(mine, log("one"))).toBe(true);
    expect(await asks.answer(mine, log("too late"))).toBe(false);
    expect(await asks.getAnswer(run.runId, 0)).toMatchObject({
      answers: 1,
      log: { taskId: task.id, ...log("one") },
    });
    expect(await asks.getAnswer(run.runId, 1)).toBeNull();
    await board.tick({
      closings: [{ run, ending: ending("completed"), treeGone: false }],
      logs: [{ run, ...log("its last words") }],
    });
    expect(await asks.answer({ ...mine, answers: 1 }, log("read before"))).toBe(false);
    expect(await store.getRunLog(run.runId)).toMatchObject(log("its last words"));
    await asks.ask(run.runId, 0);
    await store.close();
  });
});
