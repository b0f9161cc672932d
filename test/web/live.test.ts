import { afterEach, beforeEach, expect, test } from "bun:test";
import { appendFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine } from "../cli/command-line.ts";
import { person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { Tab } from "./tab.ts";
import { WebServer } from "./web-server.ts";

homesInMemory();

let web: WebServer;
beforeEach(async () => {
  web = await WebServer.start();
});
afterEach(() => web[Symbol.asyncDispose]());

test("what another process, another connection and a request write is told, each once, with its cards", async () => {
  using tab = await Tab.open(web);
  tab.say({ type: "follow", board: "default" });
  await tab.told("following");
  const [byCommand] = await Promise.all([
    new CommandLine(web.home).create("by the command line"),
    web.make("by another connection"),
    web.ask("POST", "/boards/default/tasks", { body: { title: "by a request" } }),
  ]);
  await eventually("all three are told", () => tab.events.length >= 3);
  expect(tab.events.map(({ kind }) => kind)).toEqual(["created", "created", "created"]);
  expect(tab.events.map(({ id }) => id)).toEqual([1, 2, 3]);
  const cards = tab.said.flatMap(({ cards = [] }) => cards);
  expect(cards.map(({ title }) => title).sort()).toEqual([
    "by a request",
    "by another connection",
    "by the command line",
  ]);
  await web.ask("DELETE", `/boards/default/tasks/${byCommand}`);
  await eventually("its end is told", () => tab.events.some(({ kind }) => kind === "deleted"));
});

test("a tab that was away is told what it has missed, and no event twice, however many there are", async () => {
  const many = 1_200;
  {
    using tab = await Tab.open(web);
    tab.say({ type: "follow", board: "default", after: 0 });
    await web.make("first");
    await tab.told("events");
  }
  await web.store.createTasks(
    { tasks: Array.from({ length: many }, (_, at) => ({ title: `${at}` })) },
    person,
  );
  using tab = await Tab.open(web);
  tab.say({ type: "follow", board: "default", after: 1 });
  await eventually("all are told", () => tab.events.length >= many);
  await web.make("last");
  await eventually("and what is new", () => tab.events.length > many);
  expect(tab.events.map(({ id }) => id)).toEqual(Array.from({ length: many + 1 }, (_, at) => at + 2));
});

test("a log is told as it is written, goes on where a tab was, and whole characters alone", async () => {
  const task = await web.make("Speaks", "printf 'one\\n'; exec sleep 60");
  await web.ask("POST", "/boards/default/dispatch", { body: {} });
  const path = join(boardPaths(web.home, "default").runs, "1", "output.log");
  using tab = await Tab.open(web);
  const log = { type: "log", board: "default", task_id: task };
  tab.say({ ...log, id: "all" });
  await tab.told("log");
  tab.say({ ...log, id: "rest", run_id: 1, offset: 4 });
  const euro = Buffer.from("€\n");
  appendFileSync(path, euro.subarray(0, 2));
  appendFileSync(path, euro.subarray(2));
  await eventually("the log is told", () => tab.textOf("all") === "one\n€\n" && tab.textOf("rest") === "€\n");
  truncateSync(path, 0);
  await tab.told("log_cut", ({ id }) => id === "all");
  tab.say({ type: "unlog", id: "rest" });
  await web.ask("POST", `/boards/default/tasks/${task}/cancel`, { body: { force: true } });
  await tab.told("log_end", ({ id }) => id === "all");
  expect(tab.said.filter(({ type, id }) => type === "log_end" && id === "rest")).toEqual([]);
});

test("a message that can't be understood is answered, and ends nothing", async () => {
  using tab = await Tab.open(web, web.tokens.read);
  expect(tab.said[0]).toMatchObject({ type: "hello", access: "read" });
  tab.say({ type: "nonsense" });
  tab.say({ type: "follow", board: "../../etc" });
  tab.say({ type: "follow", board: "default", aftr: 1 });
  tab.say({ type: "log", id: "x", board: "default", task_id: "t_00000000" });
  await eventually("each is answered", () => tab.said.filter(({ type }) => type === "error").length === 4);
  expect(
    tab.said.filter(({ type }) => type === "error").map(({ about, id, error }) => [about, id, error.kind]),
  ).toEqual([
    ["nonsense", null, "usage"],
    ["follow", null, "usage"],
    ["follow", null, "usage"],
    ["log", "x", "not_found"],
  ]);
  tab.say({ type: "ping" });
  await tab.told("pong");
});

test("a tab that comes from a newer state of the board is told to load it anew", async () => {
  await web.make("only one");
  using tab = await Tab.open(web);
  tab.say({ type: "follow", board: "default", after: 99 });
  expect(await tab.told("reset")).toMatchObject({ board: "default", last_id: 1 });
  await web.make("another");
  await eventually("it goes on from there", () => tab.events.length === 1);
});

test("a tab is told to load a board anew that has taken the place of another one, however far that had come", async () => {
  const kanbun = new CommandLine(web.home);
  await kanbun.ok("boards", "create", "side");
  await kanbun.create("of the old board", "--board", "side");
  using tab = await Tab.open(web);
  tab.say({ type: "follow", board: "side", after: 0 });
  await eventually("the old one is told", () => tab.events.length === 1);
  await kanbun.ok("boards", "rm", "side", "--yes");
  await tab.told("trouble");
  await kanbun.ok("boards", "create", "side");
  const id = await kanbun.create("of the new board", "--board", "side");
  await tab.told("reset", ({ board }) => board === "side");
  await kanbun.ok("edit", id, "--title", "renamed", "--board", "side");
  await eventually("it goes on", () => tab.events.some(({ task_id }) => task_id === id));
});

test("server-sent events go on behind Last-Event-ID", async () => {
  for (const title of ["a", "b", "c"]) await web.make(title);
  const answer = await web.fetch("GET", "/boards/default/events/stream?after=0", {
    headers: { "Last-Event-ID": "2" },
  });
  expect(answer.headers.get("content-type")).toStartWith("text/event-stream");
  let text = "";
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  await web.make("d");
  while (!text.includes("id: 4")) text += (await reader?.read())?.value ?? "";
  await reader?.cancel();
  expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(["3", "4"]);
  expect(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? "")).toMatchObject({ id: 3, kind: "created" });
});
