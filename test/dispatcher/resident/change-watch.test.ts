import { afterEach, expect, test } from "bun:test";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChangeWatch } from "../../../src/dispatcher/resident/change-watch.ts";
import { WakeUp } from "../../../src/dispatcher/resident/wake-up.ts";
import type { NewsSource } from "../../../src/store/news.ts";
import { FileNews } from "../../../src/store/sqlite/database/file-news.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";

const onLinux = test.skipIf(process.platform !== "linux");

let changes = 0;
let watch = new ChangeWatch(() => {});
afterEach(() => watch.close());

/** A board's folder with nothing but a log in it. */
function makeBoard() {
  const database = join(makeTestHome(), "kanban.db");
  writeFileSync(`${database}-wal`, "");
  return {
    database,
    news: newsAt(database),
    write: () => appendFileSync(`${database}-wal`, "frame"),
  };
}

function newsAt(database: string): NewsSource {
  return new FileNews(database, () => 0);
}

function startWatch(): void {
  changes = 0;
  watch = new ChangeWatch(() => {
    changes++;
  });
}

onLinux("a write to the log of a covered board is told", async () => {
  startWatch();
  const board = makeBoard();
  watch.cover([board.news]);
  board.write();
  await eventually("it is told", () => changes > 0);
});

onLinux("what is written into a lock file is not told", async () => {
  startWatch();
  const board = makeBoard();
  watch.cover([board.news]);
  appendFileSync(`${board.database}.dispatch.lock`, "who");
  board.write();
  await eventually("the log is told", () => changes > 0);
  expect(changes).toBe(1);
});

onLinux("a board counts as covered from the second call on, for what was written before the first", () => {
  startWatch();
  const [one, other] = [makeBoard(), makeBoard()];
  expect(watch.cover([one.news])).toBe(false);
  expect(watch.cover([one.news])).toBe(true);
  expect(watch.cover([one.news, other.news])).toBe(false);
  expect(watch.cover([one.news, other.news])).toBe(true);
  watch.close();
  expect(watch.cover([one.news, other.news])).toBe(false);
});

onLinux("a board that came anew at the same place is covered anew", async () => {
  startWatch();
  const board = makeBoard();
  watch.cover([board.news]);
  expect(watch.cover([board.news])).toBe(true);
  const again = newsAt(board.database);
  expect(watch.cover([again])).toBe(false);
  expect(watch.cover([again])).toBe(true);
  board.write();
  await eventually("it is told", () => changes > 0);
});

test("a board whose folder is gone is not covered", () => {
  startWatch();
  const board = { news: newsAt(join(makeTestHome(), "gone", "kanban.db")) };
  watch.cover([board.news]);
  expect(watch.cover([board.news])).toBe(false);
});

test("a look that is called for between two waits ends the next one, and wakes no board", async () => {
  const wakeUp = new WakeUp();
  wakeUp.look();
  expect(await wakeUp.wait(60_000)).toBe(true);
  expect(wakeUp.isPending).toBe(false);
  wakeUp.now();
  expect(await wakeUp.wait(60_000)).toBe(false);
});
