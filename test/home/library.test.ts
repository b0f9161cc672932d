import { expect, test } from "bun:test";
import { join } from "node:path";
import { BoardError, openHome } from "../../src/home/index.ts";
import { makeTestHome } from "../support/home.ts";

const open = (folder: string, options = {}) =>
  openHome(join(folder, "home"), { env: { PATH: process.env.PATH, HOME: folder }, ...options });

test("openHome makes what is missing only where it is asked to", async () => {
  const folder = makeTestHome();
  await expect(open(folder)).rejects.toMatchObject({ name: "BoardError", kind: "not_found" });
  await using home = await open(folder, { create: true, board: "shop", actor: "ci" });
  expect(home.board).toBe("shop");
  expect((await home.boards.list()).map(({ slug }) => slug)).toEqual(["default", "shop"]);
  const { id } = await home.tasks.create({ title: "x" });
  await using same = await open(folder, { create: true, board: "shop" });
  expect(await same.tasks.get(id)).toMatchObject({ createdBy: "ci" });
});

test("a library's move is refused as a command's is, and writes nothing then", async () => {
  await using home = await open(makeTestHome(), { create: true });
  const parent = await home.tasks.create({ title: "parent" });
  const child = await home.tasks.create({ title: "child", parents: [parent.id.slice(0, 6)] });
  const before = await home.lastEventId();
  const refused = await home.moves.promote(child.id).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(BoardError);
  expect(await home.lastEventId()).toBe(before);
  expect((await home.moves.promote(child.id, { force: true })).task.status).toBe("ready");
  const { task, worker, notes } = await home.moves.complete(parent.id, { summary: "done" });
  expect({ status: task.status, worker, notes }).toEqual({ status: "done", worker: null, notes: [] });
});

test("events are given once and in order, and end with their signal; a wait throws its reason", async () => {
  await using home = await open(makeTestHome(), { create: true });
  const { id } = await home.tasks.create({ title: "x" });
  const stop = new AbortController();
  const ids: number[] = [];
  for await (const event of home.events({ after: 0, signal: stop.signal })) {
    ids.push(event.id);
    if (ids.length === 1) await home.tasks.comment(id, "more");
    if (event.kind === "commented") stop.abort(new Error("enough"));
  }
  expect(ids.length).toBeGreaterThan(1);
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  await expect(home.tasks.wait([id], { signal: stop.signal })).rejects.toThrow("enough");
});

test("to dispose of a home ends what lasts, and waits for it", async () => {
  const home = await open(makeTestHome(), { create: true });
  const reports: string[] = [];
  const ticked = Promise.withResolvers<void>();
  const watching = home.watch({
    onReport: ({ board }) => {
      reports.push(board);
      ticked.resolve();
    },
  });
  const following = home.events({ after: 0 });
  await ticked.promise;
  await home[Symbol.asyncDispose]();
  await watching;
  expect(reports[0]).toBe("default");
  expect(await following.next()).toEqual({ done: true, value: undefined });
});
