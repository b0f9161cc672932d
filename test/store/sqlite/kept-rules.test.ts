import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { formatRetry, parseRetry } from "../../../src/store/sql/rows/retry-column.ts";
import { BoardUnderTest, ending, minuteMs, policies, policy } from "../board-under-test.ts";
import { openFreshSqlite } from "./board.ts";

const { retry } = policy("shell");

test("a run whose row has no rules that can be read is closed by those of the one that closes it", async () => {
  const fresh = await openFreshSqlite();
  const board = new BoardUnderTest(fresh);
  const wait = { ...retry, retryDelayMs: 3 * minuteMs };
  // As an older Kanbun left it, and as no Kanbun did.
  for (const kept of [null, "", "{", "null", "[1]", '{"max_retries": 0}', withoutOne(formatRetry(retry))]) {
    const { task } = await board.work();
    using other = new Database(fresh.path);
    other.run("UPDATE kanbun_runs SET retry = ? WHERE gone_at_ms IS NULL", [kept]);
    const closings = [{ run: await board.liveRun(task.id), ending: ending("crashed"), treeGone: true }];
    await board.tick({ closings, policies: policies(policy("shell", { retry: wait })) });
    expect((await board.store.requireTask(task.id)).dueAtMs).toBe(board.clock.nowMs() + 3 * minuteMs);
  }
});

/** With one of its numbers missing. */
function withoutOne(kept: string): string {
  return kept.replace(/"retry_delay_max_ms":\d+,/, "");
}

test("the rules of a run are read as they were kept", () => {
  expect(parseRetry(formatRetry(retry))).toEqual(retry);
  expect(parseRetry(formatRetry({ ...retry, rateLimitDelaysMs: [] }))).toMatchObject({
    rateLimitDelaysMs: [],
  });
});
