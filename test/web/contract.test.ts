import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020.js";
import { person } from "../support/board.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { WebServer } from "./web-server.ts";

homesInMemory();

// biome-ignore lint/suspicious/noExplicitAny: a schema is whatever JSON it is.
type Json = any;

let web: WebServer;
let document: Json;
const asked = new Set<string>();
const checks = new Map<string, ValidateFunction>();

beforeEach(async () => {
  web = await WebServer.start();
  if (document !== undefined) return;
  document = await (await web.fetch("GET", "/openapi.json")).json();
  ajv.addSchema(strictly(document), "api");
});
afterEach(() => web[Symbol.asyncDispose]());

/** Of the answers of ours every field is described: a field that is not is as wrong as one that is missing. */
function strictly(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(strictly);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strictly(value)]));
  return "properties" in inner && !("additionalProperties" in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

/** One for all: it makes a program of what a schema may be, and one of each that is described, where that is first met. */
const ajv = new Ajv2020({ strict: false, allErrors: true });

/** @see RFC 6901; in a fragment, where braces are no characters */
function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function checkOf(path: string, method: string, status: string): ValidateFunction {
  const key = `${method} ${path} ${status}`;
  const known = checks.get(key);
  if (known !== undefined) return known;
  const { responses } = document.paths[path][method.toLowerCase()];
  const way = ["paths", path, method.toLowerCase(), "responses", status in responses ? status : "default"];
  const place = [...way, "content", "application/json", "schema"].map(escapePointer).join("/");
  const check = ajv.compile({ $ref: `api#/${place}` });
  checks.set(key, check);
  return check;
}

/** Asks, and holds the answer against what is described. @param path as it is described, with what its braces hold */
async function ask(
  method: string,
  path: string,
  params: Readonly<Record<string, string | number>> = {},
  { body, query = "", token }: { body?: unknown; query?: string; token?: string | null } = {},
): Promise<{ status: number; data: Json; error: Json }> {
  const described = `/api/v1${path}`;
  expect(Object.keys(document.paths)).toContain(described);
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? "default"));
  const answer = await web.fetch(method, filled + query, { body, ...(token === undefined ? {} : { token }) });
  asked.add(`${method} ${described}`);
  const data: Json = await answer.json();
  const check = checkOf(described, method, String(answer.status));
  check(data);
  expect({ path, errors: check.errors, data }).toEqual({ path, errors: null, data });
  return { status: answer.status, data: data.data, error: data.error };
}

const tasks = "/boards/{board}/tasks";
const one = `${tasks}/{task}`;

describe("what is served is what is described", () => {
  test("a task from its creation to its deletion", async () => {
    const made = await ask("POST", tasks, {}, { body: { title: "One", body: "echo hi", assignee: "shell" } });
    expect(made.status).toBe(201);
    const task: string = made.data.id;
    const parent = await web.make("Before it");
    expect(
      (await ask("POST", `${one}/parents`, { task }, { body: { parent_id: parent } })).data.open_parents,
    ).toBe(1);
    expect((await ask("GET", one, { task })).data.hold.reason).toBe("waiting_for_parents");
    await ask("DELETE", `${one}/parents/{parent}`, { task, parent });
    await ask("POST", `${one}/comments`, { task }, { body: { body: "a word" } });
    const edited = await ask("PATCH", one, { task }, { body: { priority: 7 } });
    expect(edited.data).toMatchObject({ priority: 7, comments: 1 });
    expect((await ask("GET", `${one}/context`, { task })).data.context).toContain("a word");
    expect((await ask("GET", `${one}/hold`, { task })).data.reason).toBe("next_tick");
    expect(
      (await ask("POST", "/boards/{board}/dispatch", {}, { body: {} })).data.boards[0].spawned,
    ).toHaveLength(1);
    const whole = await ask("GET", one, { task }, { query: "?whole=true" });
    expect(whole.data.runs).toHaveLength(1);
    await ask("GET", `${one}/runs`, { task });
    await ask("GET", `${one}/runs/{run}/log/text`, { task, run: "last" });
    const ended = await ask(
      "POST",
      `${one}/complete`,
      { task },
      { body: { summary: "by hand", force: true } },
    );
    expect(ended.data.card.status).toBe("done");
    await ask("POST", `${one}/archive`, { task });
    await ask("POST", `${one}/restore`, { task });
    expect((await ask("DELETE", one, { task })).data.task.id).toBe(task);
    expect((await ask("GET", one, { task })).error.kind).toBe("not_found");
  });

  test("every move", async () => {
    const task = await web.make("Moved about", "echo hi");
    const move = (verb: string, body: object = {}) => ask("POST", `${one}/${verb}`, { task }, { body });
    const statuses: string[] = [];
    for (const [verb, body] of [
      ["block", { reason: "wait", kind: "needs_input" }],
      ["unblock", {}],
      ["schedule", { at_ms: Date.now() + 3_600_000 }],
      ["promote", {}],
      ["request-review", { summary: "look" }],
      ["request-changes", { comment: "once more" }],
      ["assign", { assignee: null }],
      ["request-review", {}],
    ] as const)
      statuses.push((await move(verb, body)).data?.card.status ?? verb);
    expect(statuses).toEqual([
      "blocked",
      "ready",
      "scheduled",
      "ready",
      "review",
      "ready",
      "ready",
      "review",
    ]);
    // Who did it may not approve it.
    expect([200, 409]).toContain((await move("approve", { summary: "good" })).status);
    expect((await move("cancel", { reason: "no" })).data.card.status).toBe("archived");
    expect((await move("retry")).data.card.status).toBe("ready");
    expect((await move("reclaim")).error).toMatchObject({ kind: "illegal_move" });
    expect((await move("answer", { answer: "yes" })).error).toMatchObject({ kind: "illegal_move" });
  });

  test("boards, their dispatcher and their history", async () => {
    expect((await ask("GET", "/session")).data.access).toBe("full");
    expect(
      (await ask("POST", "/login", {}, { token: null, body: { token: web.tokens.read } })).data.access,
    ).toBe("read");
    expect((await ask("POST", "/logout", {}, { token: null })).status).toBe(200);
    expect((await ask("POST", "/boards", {}, { body: { slug: "second", name: "Two" } })).status).toBe(201);
    expect(
      (await ask("PATCH", "/boards/{board}", { board: "second" }, { body: { name: "Zwei" } })).data.name,
    ).toBe("Zwei");
    expect((await ask("GET", "/boards")).data.boards).toHaveLength(2);
    await ask("GET", "/boards/{board}/status");
    await ask("GET", "/boards/{board}/stats");
    expect((await ask("GET", "/boards/{board}/profiles")).data.profiles[0].name).toBe("shell");
    await ask("POST", "/boards/{board}/pause", {}, { body: { for_ms: 60_000 } });
    expect((await ask("GET", "/boards/{board}/status")).data.pauses).toHaveLength(1);
    expect((await ask("POST", "/boards/{board}/resume")).data.resumed).toBe(true);
    await ask("POST", "/boards/{board}/profiles/{profile}/resume", { profile: "shell" });
    const task = await web.make("Held");
    const events = await ask("GET", "/boards/{board}/events", {}, { query: "?after=0&limit=3" });
    expect(events.data.events).toHaveLength(1);
    expect(
      (await ask("GET", "/boards/{board}/holds", {}, { query: `?task_id=${task},t_00000000` })).data.holds,
    ).toEqual({
      [task]: expect.objectContaining({ reason: "unassigned" }),
    });
  });

  test("what waits for what, around one task and of all", async () => {
    const [top = "", left = "", right = ""] = [
      await web.make("Top", "echo hi"),
      await web.make("L"),
      await web.make("R"),
    ];
    for (const childId of [left, right]) await web.store.linkTasks({ parentId: top, childId }, person);
    await web.make("Apart");
    expect((await ask("GET", "/boards/{board}/graph")).data.tasks).toHaveLength(3);
    const graph = (await ask("GET", "/boards/{board}/graph", {}, { query: `?task_id=${left}` })).data;
    expect(graph).toMatchObject({ links: [{ parent_id: top, child_id: left }], is_cut: false });
  });

  test("cards page by page, each once, in every order", async () => {
    for (const priority of [3, 1, 2, 2, 1])
      await web.store.createTask({ title: `of priority ${priority}`, priority, tenant: "pages" }, person);
    for (const sort of ["priority", "created", "newest", "updated", "completed", "title"]) {
      const seen: string[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const query: string = `?tenant=pages&limit=2&sort=${sort}${cursor === "" ? "" : `&cursor=${cursor}`}`;
        const { data } = await ask("GET", tasks, {}, { query });
        expect(data.by_status).toEqual({ ready: 5 });
        seen.push(...data.tasks.map((card: Json) => card.title));
        cursor = data.next_cursor;
      }
      expect(seen.length).toBe(5);
      if (sort === "priority") expect(seen.map((title) => Number(title.slice(-1)))).toEqual([3, 2, 2, 1, 1]);
    }
    expect((await ask("GET", tasks, {}, { query: "?q=PRIORITY%203&status=ready" })).data.tasks).toHaveLength(
      1,
    );
    expect((await ask("GET", tasks, {}, { query: "?cursor=abc" })).error.kind).toBe("usage");
  });

  test("files that are kept with a task", async () => {
    const task = await web.make("With a file");
    const at = `/boards/default/tasks/${task}/attachments`;
    const type = { "Content-Type": "application/octet-stream" };
    const name = encodeURIComponent('say "hi".html');
    const post = await fetch(`${web.served.url}api/v1${at}?name=${name}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${web.tokens.full}`, ...type },
      body: "<script>alert(1)</script>",
    });
    const { data } = (await post.json()) as Json;
    expect(checkOf(`/api/v1${one}/attachments`, "POST", "201")({ v: 1, ok: true, data })).toBe(true);
    asked.add(`POST /api/v1${one}/attachments`);
    const got = await web.fetch("GET", `${at}/${data.id}`);
    asked.add(`GET /api/v1${one}/attachments/{attachment}`);
    expect(await got.text()).toBe("<script>alert(1)</script>");
    expect(got.headers.get("content-type")).toBe("application/octet-stream");
    expect(got.headers.get("content-disposition")).toMatch(/^attachment; filename\*=UTF-8''say.*\.html$/);
    await ask("DELETE", `${one}/attachments/{attachment}`, { task, attachment: data.id });
    expect((await web.ask("GET", `${at}/${data.id}`)).error?.kind).toBe("not_found");
  });

  test("a log as bytes, by range, its last lines, and until its run is over", async () => {
    const task = await web.make("Says things", "printf 'one\\ntwo\\nthr\\303\\251e\\n'");
    const at = `/boards/default/tasks/${task}/runs/last/log`;
    await ask("POST", "/boards/{board}/dispatch", {}, { body: {} });
    const followed = (await web.fetch("GET", `${at}?follow=true`)).text();
    await web.finish(task);
    expect(await followed).toBe("one\ntwo\nthrée\n");
    asked.add(`GET /api/v1${one}/runs/{run}/log`);
    const part = await web.fetch("GET", at, { headers: { Range: "bytes=4-6" } });
    expect([part.status, await part.text(), part.headers.get("content-range")]).toEqual([
      206,
      "two",
      "bytes 4-6/15",
    ]);
    expect((await web.fetch("GET", at, { headers: { Range: "bytes=99-" } })).status).toBe(416);
    expect(await (await web.fetch("GET", `${at}?lines=1`)).text()).toBe("thrée\n");
    const tails = await ask("GET", "/boards/{board}/tails", {}, { query: `?task_id=${task},t_00000000` });
    expect(tails.data.tails).toEqual({ [task]: { run_id: 1, line: "thrée", size_bytes: 15 } });
    const text = (query: string) =>
      ask("GET", `${one}/runs/{run}/log/text`, { task, run: "last" }, { query });
    expect((await text("?offset=-8")).data).toMatchObject({
      offset: 8,
      text: "thrée\n",
      next_offset: 15,
      size_bytes: 15,
    });
    const search = (query: string) =>
      ask("GET", `${one}/runs/{run}/log/search`, { task, run: "last" }, { query });
    expect((await search(`?q=${encodeURIComponent("HRéE")}`)).data).toEqual({
      ...{ run_id: 1, matches: [{ offset: 9, line: "thrée" }], next_offset: null, size_bytes: 15 },
    });
    expect((await search("?q=e&limit=1")).data).toMatchObject({
      matches: [{ line: "one" }],
      next_offset: 13,
    });
    expect((await search("?q=")).error.kind).toBe("usage");
  });

  test("graph, timeline and metrics tell what a board did", async () => {
    const first = await web.make("First", "echo hi");
    const second = await web.make("Second", "exit 3");
    await web.store.linkTasks({ parentId: first, childId: second }, person);
    const graph = await ask("GET", "/boards/{board}/graph");
    expect(graph.data).toMatchObject({
      links: [{ parent_id: first, child_id: second }],
      critical_path: [first, second],
    });
    await web.finish(first);
    const untilAtMs = Date.now() + 60_000;
    const query = `?since_at_ms=${untilAtMs - 3_600_000}&until_at_ms=${untilAtMs}`;
    const timeline = await ask("GET", "/boards/{board}/timeline", {}, { query });
    expect(timeline.data.runs[0]).toMatchObject({ task_id: first, outcome: "completed", slot: 0 });
    await web.store.blockTask(second, { reason: null, kind: null }, { actor: "tester", force: true });
    const { data } = await ask("GET", "/boards/{board}/metrics", {}, { query: `${query}&bucket=1h` });
    const last = data.buckets.at(-1);
    expect(data.by_status_before).toEqual({});
    expect(last.by_status).toEqual({ done: 1, blocked: 1 });
    const sum = (name: string) => data.buckets.reduce((all: number, one: Json) => all + one[name], 0);
    expect([sum("completed"), sum("succeeded") >= 1]).toEqual([1, true]);
    expect(
      (await ask("GET", "/boards/{board}/metrics", {}, { query: "?since_at_ms=5&until_at_ms=4" })).error.kind,
    ).toBe("usage");
    expect((await ask("GET", `${one}/diff`, { task: first })).error.kind).toBe("unsupported");
  });

  test("instants end in _at_ms, and what names a task or a run is its id", () => {
    const odd: string[] = [];
    const look = (name: string, schema: Json): void => {
      if (typeof schema !== "object" || schema === null) return;
      const isPlain = ["string", "integer"].some((type) => [schema.type].flat().includes(type));
      if (isPlain && ["task", "run", "parent", "child", "event"].includes(name)) odd.push(name);
      if (/since 1970/.test(schema.description ?? "") && !name.endsWith("at_ms")) odd.push(name);
      for (const [inner, value] of Object.entries(schema))
        look(inner === "items" || inner === "schema" ? name : inner, value);
    };
    for (const path of Object.values<Json>(document.paths))
      for (const { parameters, ...rest } of Object.values<Json>(path)) {
        look("", rest);
        for (const one of parameters) if (one.in === "query") look(one.name, one.schema);
      }
    look("", document.components);
    look("", document["x-live"]);
    expect(odd).toEqual([]);
  });

  test("nothing that is described was left out here", () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const elsewhere = [`GET /api/v1/boards/{board}/events/stream`];
    expect(described.filter((route) => !asked.has(route))).toEqual(elsewhere);
  });
});

describe("a stale tab", () => {
  test("a move that rests on an older state of the task changes nothing", async () => {
    const task = await web.make("Seen by two");
    const seen = (await web.ask("GET", `/boards/default/tasks/${task}`)).data.card;
    const as = { expected_revision: seen.revision };
    await web.ask("POST", `/boards/default/tasks/${task}/comments`, { body: { body: "no change of it" } });
    const first = await web.ask("POST", `/boards/default/tasks/${task}/block`, {
      body: { reason: "a", ...as },
    });
    expect(first.data.card.status).toBe("blocked");
    for (const [verb, body] of [
      ["complete", {}],
      ["unblock", {}],
      ["schedule", {}],
    ] as const) {
      const late = await web.ask("POST", `/boards/default/tasks/${task}/${verb}`, {
        body: { ...body, ...as },
      });
      expect([late.status, late.error?.kind]).toEqual([409, "conflict"]);
    }
    const patch = await web.ask("PATCH", `/boards/default/tasks/${task}`, { body: { title: "Mine", ...as } });
    expect(patch.status).toBe(409);
    expect((await web.store.requireTask(task)).status).toBe("blocked");
  });

  test("a move that rests on another run changes nothing", async () => {
    const task = await web.make("No run is open");
    const late = await web.ask("POST", `/boards/default/tasks/${task}/complete`, {
      body: { expected_run_id: 12 },
    });
    expect([late.status, late.error?.kind]).toEqual([409, "conflict"]);
    const right = await web.ask("POST", `/boards/default/tasks/${task}/complete`, {
      body: { expected_run_id: null },
    });
    expect(right.status).toBe(200);
  });
});
