import { afterEach, expect, test } from "bun:test";
import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { Client, ResourceNotFoundError, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { messageBytesMax } from "../../src/mcp/bounded-messages.ts";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { shortLived } from "../support/short-lived.ts";

homesInMemory();

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

const eras = ["legacy", "auto"] as const;

/** A client of the real command, in one of the two eras of the protocol. */
async function connect(
  kanbun: CommandLine,
  era: (typeof eras)[number],
  { env = {}, asks }: { readonly env?: Record<string, string>; readonly asks?: () => boolean } = {},
) {
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: asks ? { elicitation: {} } : {}, versionNegotiation: { mode: era } },
  );
  if (asks)
    client.setRequestHandler("elicitation/create", () => ({
      action: "accept",
      content: { confirm: asks() },
    }));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [mainPath, "mcp"],
      cwd: join(kanbun.home, ".."),
      env: {
        ...{ PATH: process.env.PATH ?? "", HOME: join(kanbun.home, ".."), KANBUN_HOME: kanbun.home },
        ...{ ...shortLived, ...env },
      },
    }),
  );
  clients.push(client);
  const call = async (name: string, args: Record<string, unknown>) => {
    const answer = await client.callTool({ name, arguments: args });
    const [first] = answer.content as { text: string }[];
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into documents whose shape is what it tests.
    const data = answer.structuredContent as any;
    return { data, text: first?.text ?? "", isError: answer.isError === true };
  };
  return { client, call };
}

for (const era of eras)
  test(`mcp, ${era}: a plan is made in one call, worked off, waited for and read`, async () => {
    const kanbun = await CommandLine.init();
    const { client, call } = await connect(kanbun, era);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      ...["board_status", "task_list", "task_show", "task_create", "task_update", "task_move"],
      ...["task_comment", "task_complete", "task_ask", "task_wait", "run_log"],
    ]);
    // What a model has to read before it has done anything.
    expect(JSON.stringify(tools).length).toBeLessThan(14_000);
    const made = await call("task_create", {
      tasks: [
        { ref: "build", title: "Build", run: "echo built" },
        { title: "Tell", run: "echo told", waits_for: ["build"], key: "tell" },
      ],
    });
    const [build, tell] = made.data.tasks;
    expect([build.status, tell.status, made.data.existing]).toEqual(["ready", "todo", 0]);
    expect((await call("task_wait", { tasks: [tell.id], timeout_s: 0 })).data.tasks[0].standing).toBe(
      "under_way",
    );
    const waiting = call("task_wait", { tasks: [build.id, tell.id] });
    await kanbun.ok("dispatch", "--until-idle");
    expect((await waiting).data.tasks.map((one: { standing: string }) => one.standing)).toEqual([
      "done",
      "done",
    ]);
    expect((await call("run_log", { task: tell.id })).data).toMatchObject({
      is_over: true,
      text: "told\n",
      is_cut: false,
    });
    const shown = (await call("task_show", { task: tell.id })).data;
    expect(shown).toMatchObject({
      task: { status: "done" },
      waits_for: [{ id: build.id }],
      why: { reason: "done" },
    });
    expect((await call("board_status", {})).data).toMatchObject({
      by_status: { done: 2 },
      has_dispatcher: false,
    });
    const first = (await call("task_list", { limit: 1 })).data;
    const second = (await call("task_list", { limit: 1, cursor: first.next_cursor })).data;
    expect([first.tasks[0].id, second.tasks[0].id].sort()).toEqual([build.id, tell.id].sort());
    expect(second.next_cursor).toBeUndefined();
  });

test("mcp: what can't be done says what to do, and changes nothing", async () => {
  const kanbun = await CommandLine.init();
  const { client, call } = await connect(kanbun, "auto");
  const refused = await call("task_create", {
    tasks: [{ title: "sound" }, { title: "wrong", waits_for: ["t_ffffffff"] }],
  });
  expect(refused).toMatchObject({
    isError: true,
    text: expect.stringContaining("not_found: there is no task t_ffffffff"),
  });
  expect((await call("task_list", {})).data.tasks).toEqual([]);
  const { data } = await call("task_create", { tasks: [{ title: "a task" }] });
  const { id } = data.tasks[0];
  for (const [name, args, what] of [
    ["task_move", { task: id, to: "blocked" }, "blocked needs a reason"],
    ["task_move", { task: id, to: "approved" }, "illegal_move"],
    ["task_list", { cursor: "x" }, "no cursor"],
    ["task_comment", { task: id, text: "red", answer: true }, "What to do"],
    ["task_create", { tasks: [{ title: "x", run: "true", body: "y" }] }, "give `run`, or `body`"],
    ["task_move", { task: id, to: "nowhere" }, "Invalid"],
  ] as const) {
    const { isError, text } = await call(name, args);
    expect([name, isError, text]).toEqual([name, true, expect.stringContaining(what)]);
  }
  expect((await kanbun.task(id)).status).toBe("ready");
  // Not by `rejects`, which on Windows waits for a promise without reading the pipe that it comes from.
  const missing = await client.readResource({ uri: "kanbun://task/t_ffffffff" }).catch((error) => error);
  expect(missing).toBeInstanceOf(ResourceNotFoundError);
  expect(missing.message).toContain("there is no task t_ffffffff");
});

for (const era of eras)
  test(`mcp, ${era}: giving a task up is asked for where the client can ask`, async () => {
    const kanbun = await CommandLine.init();
    const id = await kanbun.make("a task");
    let agrees = false;
    const { call } = await connect(kanbun, era, { asks: () => agrees });
    expect(await call("task_move", { task: id, to: "cancelled" })).toMatchObject({ isError: true });
    expect((await kanbun.task(id)).status).toBe("ready");
    agrees = true;
    expect((await call("task_move", { task: id, to: "cancelled" })).data.status).toBe("archived");
    const { call: cannotAsk } = await connect(kanbun, era);
    expect((await cannotAsk("task_move", { task: id, to: "restored" })).data.status).toBe("ready");
    expect((await cannotAsk("task_move", { task: id, to: "cancelled" })).data.status).toBe("archived");
  });

/** A dispatcher starts a run of the task, which stays at work; its environment. */
async function startRun(kanbun: CommandLine, task: string): Promise<Record<string, string>> {
  const seen = join(kanbun.home, `seen-${task}`);
  await eventually("the worker is at work", async () => {
    await kanbun.ok("dispatch");
    return Bun.file(seen).exists();
  });
  const lines = (await Bun.file(seen).text()).trim().split("\n");
  unlinkSync(seen);
  return Object.fromEntries(lines.map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]));
}

/** Tells its environment, and stays at work. */
const tells = `f="$KANBUN_HOME/seen-$KANBUN_TASK"; env | grep ^KANBUN_ > "$f.part"; mv "$f.part" "$f"; sleep 600`;

test("mcp: inside a run there are the tools of its own task alone, guarded by its token", async () => {
  const kanbun = await CommandLine.init();
  const other = await kanbun.make("another");
  const own = await kanbun.create("own", "--run", tells);
  const env = await startRun(kanbun, own);
  const { client, call } = await connect(kanbun, "auto", { env });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["task_show", "task_comment", "task_complete", "task_ask"]);
  expect((await call("task_show", {})).data.task.id).toBe(own);
  for (const name of ["task_show", "task_comment", "task_complete"]) {
    const refused = await call(name, { task: other, text: "x", summary: "x" });
    expect([refused.isError, refused.text]).toEqual([
      true,
      expect.stringContaining(`for its own task ${own} alone`),
    ]);
  }
  await expect(call("task_move", { task: other, to: "cancelled" })).rejects.toThrow("task_move");
  // The token of a run that is over proves nothing.
  await kanbun.ok("reclaim", own, "--force");
  const late = await call("task_complete", { summary: "too late" });
  expect([late.isError, late.text]).toEqual([true, expect.stringContaining("superseded")]);
  expect((await kanbun.task(other)).status).toBe("ready");
});

test("mcp: inside a run that reviews, the review is settled by a tool: sent back once, then accepted", async () => {
  const grace = 'grace = "100ms"\n';
  const checker = `[profiles.checker]\ncommand = ["sh", "-c", ${JSON.stringify(tells)}]\n${grace}`;
  const kanbun = await CommandLine.init(`[profiles.shell]\n${grace}${checker}`);
  const own = await kanbun.create("own", "--run", tells);
  for (const verdict of ["changes_requested", "approved"] as const) {
    const worker = await connect(kanbun, "auto", { env: await startRun(kanbun, own) });
    await worker.call("task_complete", { summary: "look", review: true, reviewer: "checker" });
    expect(await kanbun.task(own)).toMatchObject({ status: "review" });
    const { client, call } = await connect(kanbun, "auto", { env: await startRun(kanbun, own) });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["task_show", "task_comment", "task_review", "task_ask"]);
    const { data } = await call("task_review", { verdict, comment: "Paint the back, too." });
    expect(data).toEqual({ task_id: own, status: verdict === "approved" ? "done" : "ready" });
  }
  const { data } = await kanbun.json(["show", own]);
  expect(JSON.stringify(data)).toContain("Paint the back, too.");
});

for (const era of eras)
  test(`mcp, ${era}: a subscriber is told of what others do to a task`, async () => {
    const kanbun = await CommandLine.init();
    const id = await kanbun.make("a task");
    const { client } = await connect(kanbun, era);
    const told: string[] = [];
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      told.push(params.uri);
    });
    const uri = `kanbun://task/${id}`;
    if (era === "legacy") await client.subscribeResource({ uri });
    else await client.listen({ resourceSubscriptions: [uri] });
    await kanbun.ok("comment", id, "hello");
    await eventually("it is told", () => told.includes(uri));
    expect(told.filter((one) => one !== uri)).toEqual([]);
    expect(
      JSON.parse(((await client.readResource({ uri })).contents[0] as { text: string }).text).data.comments,
    ).toHaveLength(1);
  });

test("mcp: a list's pages show each task once, whatever is made and finished between them", async () => {
  const kanbun = await CommandLine.init();
  const { call } = await connect(kanbun, "auto");
  const titles = Array.from({ length: 6 }, (_, at) => `task ${at}`);
  const made = await call("task_create", { tasks: titles.map((title) => ({ title })) });
  const ids: string[] = made.data.tasks.map(({ id }: { id: string }) => id);
  const first = (await call("task_list", { statuses: ["ready"], limit: 3 })).data;
  // Two of the first page go, and another comes before all of them.
  for (const task of ids.slice(0, 2)) await call("task_complete", { task, summary: "done" });
  await call("task_create", { tasks: [{ title: "urgent", priority: 9 }] });
  const second = (await call("task_list", { statuses: ["ready"], limit: 3, cursor: first.next_cursor })).data;
  const seen = [...first.tasks, ...second.tasks].map(({ id }: { id: string }) => id);
  expect(seen).toEqual(ids);
  expect(second.next_cursor).toBeUndefined();
});

test("mcp: a message that is too long is refused by its id as it comes, and the next one is answered", async () => {
  const kanbun = await CommandLine.init();
  const server = Bun.spawn([process.execPath, mainPath, "mcp"], {
    ...{ stdin: "pipe", stdout: "pipe", stderr: "inherit" },
    env: { PATH: process.env.PATH ?? "", HOME: join(kanbun.home, ".."), KANBUN_HOME: kanbun.home },
  });
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } };
  const filler = { name: "task_comment", arguments: { text: "x".repeat(messageBytesMax) } };
  for (const message of [
    { jsonrpc: "2.0", id: 1, method: "initialize", params },
    { jsonrpc: "2.0", method: "notifications/initialized" },
    { jsonrpc: "2.0", id: 2, method: "tools/call", params: filler },
    { method: "tools/call", params: filler, jsonrpc: "2.0", id: "three" },
    { jsonrpc: "2.0", id: 4, method: "ping" },
  ])
    server.stdin.write(`${JSON.stringify(message)}\n`);
  server.stdin.end();
  const answers = (await server.stdout.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const tooLong = { code: -32600, message: expect.stringContaining("too long: at most 16777216 bytes") };
  expect(answers.filter(({ error }) => error !== undefined)).toMatchObject([
    { id: 2, error: tooLong },
    { id: "three", error: tooLong },
  ]);
  expect(answers.map(({ id }) => id)).toContain(1);
  expect(await server.exited).toBe(0);
});

test("mcp: a client that leaves while a tool waits leaves no server behind", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("a task");
  const server = Bun.spawn([process.execPath, mainPath, "mcp"], {
    ...{ stdin: "pipe", stdout: "pipe", stderr: "inherit" },
    env: { PATH: process.env.PATH ?? "", HOME: join(kanbun.home, ".."), KANBUN_HOME: kanbun.home },
  });
  const say = (message: object) => server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const clientInfo = { name: "test", version: "1" };
  say({
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo },
  });
  const reader = server.stdout.getReader();
  await reader.read();
  say({ method: "notifications/initialized" });
  say({ id: 2, method: "tools/call", params: { name: "task_wait", arguments: { tasks: [id] } } });
  say({ id: 3, method: "tools/call", params: { name: "board_status", arguments: {} } });
  // By the answer to what came after it, it waits.
  await reader.read();
  server.stdin.end();
  expect(await server.exited).toBe(0);
});

test("mcp over HTTP: served beside the board to whoever has its token, and to nobody else", async () => {
  const kanbun = await CommandLine.init();
  const server = kanbun.spawn(["serve", "--port", "0", "--json"]);
  try {
    const { value } = await server.stdout.getReader().read();
    const { url, token } = JSON.parse(new TextDecoder().decode(value)).data;
    const mcp = new URL("mcp", url);
    for (const era of eras) {
      const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: era } });
      clients.push(client);
      const headers = { authorization: `Bearer ${token}` };
      await client.connect(new StreamableHTTPClientTransport(mcp, { requestInit: { headers } }));
      expect(
        (await client.callTool({ name: "board_status", arguments: {} })).structuredContent,
      ).toMatchObject({
        board: "default",
      });
      // Of the older protocol no one could be told: what can't be had is not offered.
      expect(client.getServerCapabilities()?.resources).toMatchObject({ subscribe: era !== "legacy" });
    }
    const ask = (headers: Record<string, string>) => fetch(mcp, { method: "POST", body: "{}", headers });
    expect((await ask({})).status).toBe(401);
    expect(
      (await ask({ authorization: `Bearer ${token}`, origin: "https://elsewhere.example" })).status,
    ).toBe(403);
  } finally {
    server.kill();
    await server.exited;
  }
});

test("mcp: a server whose client dies between question and answer ends too", async () => {
  const kanbun = await CommandLine.init();
  const server = Bun.spawn([process.execPath, mainPath, "mcp"], {
    env: { PATH: process.env.PATH ?? "", HOME: join(kanbun.home, ".."), KANBUN_HOME: kanbun.home },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const send = async (message: object) => {
    server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    await server.stdin.flush();
  };
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } };
  await send({ id: 1, method: "initialize", params });
  const reader = server.stdout.getReader();
  await reader.read();
  await reader.cancel();
  // Its answer finds no one, which is what ends it: its input stays open. Asked more than once, for a pipe that was cancelled here may
  // still be there for a moment.
  await eventually("it ends", async () => {
    if (server.exitCode === null) await send({ id: 2, method: "tools/list" }).catch(() => {});
    return server.exitCode !== null;
  });
  expect(await server.exited).toBe(0);
});
