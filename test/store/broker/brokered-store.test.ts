import { afterEach, describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { nothingElsewhere } from "../../../src/board/admission.ts";
import { type NudgeListener, tryListenForNudges } from "../../../src/dispatcher/resident/nudge-listener.ts";
import { Residency } from "../../../src/dispatcher/resident/residents.ts";
import { askResident } from "../../../src/store/broker/ask-resident.ts";
import { Broker, type OpenForWorker } from "../../../src/store/broker/broker.ts";
import { type BrokerPatience, openBrokeredBoard } from "../../../src/store/broker/brokered-store.ts";
import { decode, encode, wireVersion } from "../../../src/store/broker/wire.ts";
import { openStore } from "../../../src/store/open/open-store.ts";
import type { By } from "../../../src/store/store.ts";
import { makeTestBoard, person, type TestBoard } from "../../support/board.ts";
import { eventually } from "../../support/eventually.ts";
import { here, leaseMs, policies, policy, refusalOf } from "../board-under-test.ts";

const quick: BrokerPatience = { awayMs: 20_000, helloMs: 20_000, answerMs: 20_000 };
const open: NudgeListener[] = [];
afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});

/** A file does as well: who asks does not see what keeps the board. */
const openerOf =
  ({ context }: TestBoard): OpenForWorker =>
  (_, within) =>
    openStore(context.place, { clock: context.clock, mode: "write", within });

/** A board with a task at work, and what its worker knows. */
async function makeRun() {
  const board = await makeTestBoard();
  const { store, context } = board;
  const { task } = await store.createTask({ title: "a task", assignee: "shell" }, person);
  const plan = {
    ...{ nowMs: context.clock.nowMs(), monotonicMs: context.clock.monotonicMs(), random: () => 0.5, leaseMs },
    ...{
      closings: [],
      stops: [],
      renewals: [],
      adopted: [],
      freed: [],
      foundScratch: [],
      removedScratch: [],
    },
    ...{ policies: policies(policy("shell")), defaultRetry: policy("shell").retry, reconcile: false },
    claims: { host: here, max: 1, homeMax: 1, boardMax: null, elsewhere: nothingElsewhere },
  };
  const [claim] = (await store.applyTick(plan)).claimed;
  if (claim === undefined) throw new Error("it was not claimed");
  const run = { taskId: task.id, runId: claim.runId, token: claim.token };
  const by: By = { actor: "worker:shell", run };
  return { board, home: board.home, store, task, run, by };
}

type MadeRun = Awaited<ReturnType<typeof makeRun>>;

function listen(home: string, broker: Broker): string {
  const listener = tryListenForNudges({ home, name: String(process.pid), broker }, () => {});
  if (listener === null) throw new Error("no one can listen here");
  open.push(listener);
  return listener.address;
}

function speak(
  { home, run }: Pick<MadeRun, "home" | "run">,
  address: string,
  patience: Partial<BrokerPatience> = {},
) {
  const voice = { home, board: "default", ownBoard: "default", run, address };
  return openBrokeredBoard(voice, { patience: { ...quick, ...patience } });
}

test("what is said to another process comes back as it was", () => {
  const value = {
    map: new Map<string, unknown>([["a", new Set([1, null])]]),
    bytes: new Uint8Array([0, 255]),
    big: 9007199254740993n,
    end: Number.POSITIVE_INFINITY,
    own: { $map: [["not", "a map"]], $obj: 1, __proto: "x" },
    list: [undefined, "ä\u2028\n", { $set: 1 }],
  };
  expect(decode(encode(value))).toEqual({ ...value, list: [null, ...value.list.slice(1)] } as never);
  expect(encode(value).indexOf("\n")).toBe(encode(value).length - 1);
  expect(() => encode({ onRow: () => {} })).toThrow("function");
});

describe("a worker that asks its resident", () => {
  test("reads what the board has, and ends its run as if it had written itself", async () => {
    const made = await makeRun();
    const { store, task, run, by } = made;
    const worker = speak(made, listen(made.home, new Broker(openerOf(made.board))));
    expect(await worker.requireDossier(task.id)).toEqual(await store.requireDossier(task.id));
    expect(await worker.getTask("t_00000000")).toBeNull();
    expect(await worker.sumSpent(["shell"], 0)).toEqual(new Map());
    const version = await worker.news.getVersion();
    expect(await worker.news.getKnownVersion()).toBe(version);
    expect(await worker.heartbeat(task.id, { leaseMs }, by)).toBeGreaterThan(0);
    await worker.addComment(task.id, "hello", by);
    expect(await refusalOf(worker.addComment("t_00000000", "hello", { actor: "x" }))).toBe("not_found");
    expect(await worker.completeTask(task.id, { summary: "well done" }, by)).toMatchObject({
      status: "done",
    });
    const { runs, comments } = await store.requireDossier(task.id);
    expect(runs).toMatchObject([{ id: run.runId, outcome: "completed", summary: "well done" }]);
    expect(comments).toMatchObject([{ body: "hello", author: "worker:shell" }]);
    // Its run is over: it may still look, and change nothing, of its own task or another.
    expect(await worker.requireTask(task.id)).toMatchObject({ status: "done" });
    expect(await refusalOf(worker.completeTask(task.id, {}, by))).toBe("superseded");
    expect(await refusalOf(worker.createTask({ title: "late" }, { actor: "x" }))).toBe("superseded");
  });

  test("without the token of a run of that board is told nothing, and can change nothing", async () => {
    const made = await makeRun();
    const { store, task, run, by } = made;
    const address = listen(made.home, new Broker(openerOf(made.board)));
    const before = await store.requireDossier(task.id);
    for (const parts of [
      { token: "" },
      { token: `${run.token}0` },
      { runId: run.runId + 1 },
      { taskId: "t_0" },
    ]) {
      const other = speak({ ...made, run: { ...run, ...parts } }, address);
      expect(await refusalOf(other.requireTask(task.id))).toBe("superseded");
      expect(await refusalOf(other.addComment(task.id, "x", { actor: "x" }))).toBe("superseded");
      expect(await refusalOf(other.completeTask(task.id, {}, { ...by, force: true }))).toBe("superseded");
    }
    expect(await store.requireDossier(task.id)).toEqual(before);
  });

  test("can't have done what is a dispatcher's, whatever it says, and nothing that is none of the contract", async () => {
    const made = await makeRun();
    const address = listen(made.home, new Broker(openerOf(made.board)));
    const hello = { kanbun: wireVersion, board: "default", ownBoard: "default", run: made.run };
    for (const method of ["applyTick", "importRows", "arrive", "close", "constructor", "__proto__", 7]) {
      const heard = await askResident(address, encode(hello), encode({ method, given: [] }), quick);
      expect(heard.state === "answered" && JSON.parse(heard.text).error.kind).toBe("unsupported");
    }
    expect(await refusalOf(speak(made, address).viewTick({} as never))).toBe("unsupported");
    const older = await askResident(address, encode({ ...hello, kanbun: 0 }), encode({}), quick);
    expect(older.state === "answered" && JSON.parse(older.text).error.hint).toContain("of one version");
    // No words of a worker's, or more of them than one has to say.
    for (const words of ["{}\n", "{no\n", `{${"x".repeat(5_000)}`])
      expect((await askResident(address, words, "", quick)).state).not.toBe("lost");
    expect(await speak(made, address).requireTask(made.task.id)).toMatchObject({ status: "running" });
  });

  test.skipIf(process.platform === "win32")("does so where no other user can", async () => {
    const { home, board } = await makeRun();
    const address = listen(home, new Broker(openerOf(board)));
    expect(statSync(address).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
  });

  test("of a verdict whose answer is lost learns what came of it, of anything else that it is not known", async () => {
    const made = await makeRun();
    const { store, task, by } = made;
    let losses = 0;
    class Losing extends Broker {
      override async answer(...given: Parameters<Broker["answer"]>) {
        const reply = await super.answer(...given);
        losses -= 1;
        return losses >= 0 ? null : reply;
      }
    }
    const address = listen(made.home, new Losing(openerOf(made.board)));
    const worker = speak(made, address, { answerMs: 300 });
    losses = 1;
    expect(await refusalOf(worker.addComment(task.id, "once", by))).toBe("in_doubt");
    losses = 1;
    expect(await worker.requireTask(task.id)).toMatchObject({ status: "running" });
    losses = 1;
    expect(await worker.completeTask(task.id, { summary: "kept" }, by)).toMatchObject({ status: "done" });
    const { runs, comments } = await store.requireDossier(task.id);
    expect([runs.map(({ summary }) => summary), comments.length]).toEqual([["kept"], 1]);
    // Another ending than this one is none of its own.
    losses = 1;
    expect(await refusalOf(worker.blockTask(task.id, { reason: "?", kind: "needs_input" }, by))).toBe(
      "superseded",
    );
  });

  test("waits for one that is started again, wherever it listens then", async () => {
    const made = await makeRun();
    const worker = speak(made, "/nowhere/at.sock");
    const asked = worker.requireTask(made.task.id);
    const address = listen(made.home, new Broker(openerOf(made.board)));
    const residency = new Residency(made.home, {
      ...{ boards: ["default"], isForAllBoards: true, address, sinceMs: 1 },
    });
    expect(await asked).toMatchObject({ id: made.task.id });
    residency.leave();
  });

  test("is told what to do where none listens, and where one does that says nothing", async () => {
    const made = await makeRun();
    const { task } = made;
    const noOne = speak(made, "/nowhere/at.sock", { awayMs: 1 }).requireTask(task.id);
    await expect(noOne).rejects.toMatchObject({
      kind: "unreachable",
      message: expect.stringContaining("no dispatcher of"),
      hint: expect.stringContaining("kanbun dispatch --watch"),
    });
    let asked = 0;
    using hung = hangAt(made.home, () => {
      asked += 1;
    });
    const patience = { awayMs: 1, helloMs: 200 };
    await expect(speak(made, hung.address, patience).requireTask(task.id)).rejects.toMatchObject({
      kind: "unreachable",
      message: expect.stringContaining("does not answer"),
    });
    await eventually("it was spoken to", () => asked > 0);
  });

  test("is served beside others, two at a time, and each in its turn", async () => {
    const made = await makeRun();
    let most = 0;
    let now = 0;
    const opened = openerOf(made.board);
    const address = listen(
      made.home,
      new Broker(async (slug, within) => {
        now += 1;
        most = Math.max(most, now);
        await new Promise(setImmediate);
        const store = await opened(slug, within);
        return { ...store, [Symbol.asyncDispose]: () => store.close().finally(() => (now -= 1)) };
      }),
    );
    const worker = speak(made, address);
    const ids = Array.from({ length: 20 }, () => worker.requireTask(made.task.id));
    expect(new Set((await Promise.all(ids)).map(({ id }) => id)).size).toBe(1);
    expect([most, now]).toEqual([2, 0]);
  });
});

/** Listens, and never says a word. */
function hangAt(home: string, onAsked: () => void) {
  const address = process.platform === "win32" ? `\\\\.\\pipe\\hung-${process.pid}` : `${home}/hung.sock`;
  const listener = Bun.listen({ unix: address, socket: { data: onAsked } });
  return { address, [Symbol.dispose]: () => listener.stop(true) };
}
