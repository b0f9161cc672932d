import { expect, test } from "bun:test";
import { readdirSync, readlinkSync } from "node:fs";
import { Home } from "../../src/home/session/home.ts";
import { BoardFeed, type FeedReader } from "../../src/web/live/board-feed.ts";
import { WebHome } from "../../src/web/web-home.ts";
import { makeTestBoard, person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { WebServer } from "./web-server.ts";

test.skipIf(process.platform !== "linux")(
  "a request for a log that is not there, or for its head alone, leaves no board open",
  async () => {
    await using web = await WebServer.start();
    const task = await web.make("Says hi", "echo hi");
    await web.finish(task);
    const own = countOpenBoards();
    for (const [method, path, status] of [
      ["GET", `${task}/runs/9/log`, 404],
      ["GET", "t_00000000/runs/last/log", 404],
      ["HEAD", `${task}/runs/last/log?follow=true`, 200],
      ["HEAD", `${task}/runs/last/log`, 200],
    ] as const) {
      const answer = await web.fetch(method, `/boards/default/tasks/${path}`);
      await answer.text();
      expect([path, answer.status]).toEqual([path, status]);
      // At once: what is forgotten is closed some day as well.
      expect([path, countOpenBoards()]).toEqual([path, own]);
    }
  },
);

// The feed ends in several steps after its last reader has left; a reader may come between any two of them.
test("who follows a board at the very moment when the last one leaves is told all the same", async () => {
  const { home, store } = await makeTestBoard();
  const web = await WebHome.of(new Home({ home, as: "tester" }, {}));
  const feed = new BoardFeed(web, "default");
  for (let steps = 0; steps < 60; steps += 1) {
    const leaving = new Reader();
    feed.add(leaving);
    await store.createTask({ title: "seen by the one who leaves" }, person);
    await eventually("the first is told", () => leaving.position > 0);
    feed.remove(leaving);
    for (let step = 0; step < steps; step += 1) await null;
    const coming = new Reader();
    feed.add(coming);
    await eventually(`who came ${steps} steps later is told`, () => coming.position > 0);
    feed.remove(coming);
  }
  store.close();
});

class Reader implements FeedReader {
  position = 0;
  isReady = () => true;
  give() {}
  reset() {}
  fail() {}
}

/** By their logs: the file itself stays open as long as another connection has it. */
function countOpenBoards(): number {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith("kanban.db-wal");
    } catch {
      return false; // closed meanwhile
    }
  }).length;
}
