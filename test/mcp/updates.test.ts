import { expect, test } from "bun:test";
import { Home } from "../../src/home/session/home.ts";
import { followResources } from "../../src/mcp/updates.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";

test("mcp: a board that can't be read for a while ends no server, which goes on behind the last event it told", async () => {
  const written = [
    { id: 7, taskId: "t_1" },
    { id: 8, taskId: "t_2" },
  ];
  let opened = 0;
  const store = {
    getLastEventId: async () => 6,
    listEvents: async ({ afterId }: { afterId: number }) => {
      if (opened === 2 && afterId === 7) throw new Error("database disk image is malformed");
      return written.filter(({ id }) => id > afterId).slice(0, 1);
    },
  };
  const home = {
    place: { paths: boardPaths("/nowhere", "default") },
    open: async () => {
      opened += 1;
      if (opened === 1) throw new Error("database is locked");
      return { store, [Symbol.asyncDispose]: async () => {} };
    },
  } as unknown as Home;
  const told: string[] = [];
  const trouble: unknown[] = [];
  const ended = new AbortController();
  const following = followResources(home, (uri) => told.push(uri), {
    signal: ended.signal,
    onTrouble: (error) => trouble.push((error as Error).message),
    waitMs: 1,
  });
  await eventually("both are told", () => told.includes("kanbun://task/t_2"));
  ended.abort();
  await following;
  expect(told.filter((uri) => uri !== "kanbun://board")).toEqual(["kanbun://task/t_1", "kanbun://task/t_2"]);
  expect(trouble).toEqual(["database is locked", "database disk image is malformed"]);
});

test("mcp: a board that has taken the place of another one is followed from then on", async () => {
  const kanbun = await CommandLine.init();
  const side = ["--board", "side"];
  const makeBoard = () => kanbun.ok("boards", "create", "side");
  await makeBoard();
  const old = await kanbun.create("of the old board", ...side);
  const told: string[] = [];
  const trouble: unknown[] = [];
  const ended = new AbortController();
  const home = new Home({ home: kanbun.home, board: "side", as: "tester" }, {});
  const following = followResources(home, (uri) => told.push(uri), {
    signal: ended.signal,
    onTrouble: (error) => trouble.push(error),
    waitMs: 1,
  });
  await eventually("it follows", async () => {
    await kanbun.ok("comment", old, "is anyone there?", ...side);
    return told.length > 0;
  });
  await kanbun.ok("boards", "rm", "side", "--yes");
  await eventually("it is seen to be gone", () => trouble.length > 0);
  told.length = 0;
  await makeBoard();
  await eventually("that there is another one is told", () => told.includes("kanbun://board"));
  const id = await kanbun.create("of the new board", ...side);
  await eventually("it is followed", () => told.includes(`kanbun://task/${id}`));
  ended.abort();
  await following;
});
