import { afterEach, expect, mock, spyOn, test } from "bun:test";
import { CheckpointKeeper } from "../../src/dispatcher/checkpoint-keeper.ts";
import type { Dispatcher } from "../../src/dispatcher/dispatcher.ts";

afterEach(() => mock.restore());

/** A log that a test fills, and what is done about it as time passes. */
class KeptLog {
  nowMs = 1_000;
  pages = 0;
  hasReader = false;
  readonly done: string[] = [];
  readonly keeper: CheckpointKeeper;

  constructor() {
    spyOn(performance, "now").mockImplementation(() => this.nowMs);
    const checkpoint = async (depth: string) => {
      this.done.push(depth);
      if (depth === "truncate" && !this.hasReader) this.pages = 0;
      return this.pages;
    };
    this.keeper = new CheckpointKeeper({ checkpoint } as unknown as Dispatcher);
  }

  /** Turns every 10 ms for so long, with a write before each if there is one; what was done. */
  async pass(ms: number, { pagesPerTurn = 0 } = {}): Promise<string[]> {
    this.done.length = 0;
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; this.nowMs += 10) {
      this.pages += pagesPerTurn;
      if (pagesPerTurn > 0) this.keeper.noteChange();
      await this.keeper.turn();
    }
    return this.done;
  }
}

test("a log that nobody has written to for five seconds is emptied once, and then left alone", async () => {
  const log = new KeptLog();
  log.pages = 20;
  expect(await log.pass(5_000)).toEqual(["passive"]);
  expect(await log.pass(60_000)).toEqual(["truncate"]);
  log.keeper.noteChange();
  expect(await log.pass(60_000)).toEqual(["passive", "truncate"]);
});

test("under constant load the log is looked at ten times a second, and emptied only when it is large", async () => {
  const log = new KeptLog();
  expect(await log.pass(1_000, { pagesPerTurn: 10 })).toEqual(Array(10).fill("passive"));
  const done = await log.pass(20_000, { pagesPerTurn: 10 });
  expect(done.filter((depth) => depth === "truncate")).toHaveLength(1);
  expect(log.pages).toBeLessThan(16_000);
});

test("a reader that keeps the log is waited for every ten seconds, not more often", async () => {
  const log = new KeptLog();
  log.hasReader = true;
  log.pages = 20_000;
  const done = await log.pass(30_000, { pagesPerTurn: 10 });
  expect(done.filter((depth) => depth === "truncate")).toHaveLength(3);
  await log.pass(20_000);
  expect(log.done.filter((depth) => depth === "truncate")).toHaveLength(2);
});
