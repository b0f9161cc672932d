import { thisHost } from "../../src/dispatcher/host.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import { openBoard } from "../../src/store/sqlite/open.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { BoardUnderTest, ManualClock, person } from "../store/board-under-test.ts";

/**
 * A home whose default board has tasks that wait, that are done, that ask, and two whose runs are open but never were
 * started; their ids.
 */
export async function makeHome(home: string): Promise<readonly string[]> {
  const { database, initLock } = boardPaths(home, "default");
  await using store = await openBoard({
    path: database,
    initLockPath: initLock,
    clock: systemClock,
    mode: "create",
  });
  const clock = new ManualClock();
  clock.wallMs = systemClock.nowMs();
  clock.sinceBootMs = systemClock.monotonicMs();
  const elsewhere = () => Promise.reject(new Error("there is one connection"));
  const board = new BoardUnderTest({ store, clock, connect: elsewhere, fingerprint: elsewhere });
  const running = [await board.create(), await board.create()];
  await board.claim({ host: thisHost() });
  const asking = await board.create({ assignee: null });
  const claim = await board.claimAs(asking.id, person);
  const worker = { actor: "ada", run: { runId: claim.runId, token: claim.token } };
  await store.askQuestion(
    asking.id,
    { question: "which?", answerKind: "choice", choices: ["red", "green"] },
    worker,
  );
  const done = await board.create({ assignee: null });
  await store.completeTask(done.id, { result: "made" }, person);
  const waiting = await board.create({ parents: [asking.id] });
  const ready = await board.create({ assignee: "nobody-has-this-profile" });
  return [...running, asking, done, waiting, ready].map((task) => task.id);
}
