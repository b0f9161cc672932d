import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommandLine } from "../../cli/command-line.ts";
import { eventually } from "../../support/eventually.ts";
import { hasPostgres } from "../../support/postgres/postgres.ts";
import { makeStoreHome } from "./store-home.ts";

const secret = "s3cret-of-the-team";
const env = { TEAM_DB: secret };
/** The server of these tests asks for no password: what matters is that without the variable no connection is made. */
const settings = `password_env = "TEAM_DB"
[dispatch]
max_in_progress = 4
[profiles.agent]
command = ["sh", "{body_file}"]
completes = "by-verdict"
max_retries = 1
pass_env = ["*"]`;

interface Made {
  readonly kanbun: CommandLine;
  readonly slug: string;
  run(...args: string[]): Promise<string>;
  start(): ReturnType<CommandLine["spawn"]>;
  task(body: string): Promise<string>;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into documents whose shape is what it tests.
  show(id: string): Promise<any>;
}

const residents = new Set<ReturnType<CommandLine["spawn"]>>();
afterAll(async () => {
  for (const one of residents) one.kill("SIGKILL");
  await Promise.all([...residents].map(({ exited }) => exited));
});

async function makeBoard(): Promise<Made> {
  const { kanbun, slug } = await makeStoreHome(settings);
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await kanbun.run(args, { env });
    if (code !== 0) throw new Error(`${args.join(" ")}: ${code} ${stderr}`);
    return stdout;
  };
  await run("boards", "create", slug, "--store", "team", "--switch");
  return {
    kanbun,
    slug,
    run,
    start() {
      const resident = kanbun.spawn(["dispatch", "--watch"], { env });
      residents.add(resident);
      return resident;
    },
    task: async (body) => (await run("create", "a task", "--assignee", "agent", "--body", body)).trim(),
    show: async (id) => (await kanbun.json(["show", id], { env })).data,
  };
}

async function end(resident: ReturnType<CommandLine["spawn"]>, signal: "SIGTERM" | "SIGKILL") {
  resident.kill(signal);
  await resident.exited;
  residents.delete(resident);
}

/** Every file below a folder that has the text in it. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

describe.skipIf(!hasPostgres)("a worker of a server's board", () => {
  test("has the password nowhere, and does with its resident what a worker does", async () => {
    const { kanbun, run, start, task, show } = await makeBoard();
    const id = await task(`set -e
      kanbun context | head -3
      kanbun show --json $KANBUN_TASK | head -c 100
      kanbun heartbeat --note busy
      kanbun comment hello
      kanbun create child --parent $KANBUN_TASK
      printf file >made.txt
      kanbun list --json | head -c 60
      kanbun boards set $KANBUN_BOARD takeover lease 2>&1 || true
      # Its own processes alone: the resident that has the password is one of this user's.
      tr '\\0' '\\n' </proc/self/environ; tr '\\0' '\\n' </proc/$PPID/environ
      for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f 2>/dev/null || true; done
      kanbun complete --summary "well done" --metadata '{"n": 1}' --artifact made.txt`);
    const other = await task("kanbun ask 'which one?' --choice left --choice right");
    const third = await task("kanbun request-review --summary look");
    const resident = start();
    await eventually("all have said their verdict", async () => {
      const all = await Promise.all([id, other, third].map(show));
      return all.every(({ task: { status } }) => ["done", "blocked", "review"].includes(status));
    });
    expect(await show(id)).toMatchObject({
      task: { status: "done" },
      runs: [{ outcome: "completed", summary: "well done", metadata: { n: 1 } }],
      comments: [{ body: "hello", author: "worker:agent" }],
      children: [{ title: "child" }],
      attachments: [{ filename: "made.txt" }],
    });
    expect(await show(other)).toMatchObject({ task: { status: "blocked" }, runs: [{ outcome: "blocked" }] });
    expect(await show(third)).toMatchObject({ task: { status: "review" } });
    const log = await run("log", id);
    expect(log).toContain("KANBUN_SOCKET=");
    expect(log).not.toContain("TEAM_DB");
    expect(log).toContain("a worker may not say what becomes of the runs of a machine");
    for (const args of [["events"], ["show", id], ["status"], ["list"], ["doctor"]]) {
      const { stdout, stderr } = await kanbun.run([...args, "--json"], { env });
      expect(stdout + stderr).not.toContain(secret);
    }
    await end(resident, "SIGTERM");
    expect(filesWith(kanbun.home, secret)).toEqual([]);
    expect((await resident.stdout.text()) + (await resident.stderr.text())).not.toContain(secret);
  });

  test("reaches it from an MCP server that its agent starts, for its own task", async () => {
    const { kanbun, run, task, show } = await makeBoard();
    const say = (method: string, id: number, params: object) =>
      JSON.stringify({ jsonrpc: "2.0", id, method, params });
    const lines = [
      say("initialize", 1, {
        protocolVersion: "2025-06-18",
        capabilities: {},
        clientInfo: { name: "t", version: "1" },
      }),
      '{"jsonrpc":"2.0","method":"notifications/initialized"}',
      say("tools/call", 2, { name: "task_show", arguments: {} }),
      say("tools/call", 3, { name: "task_complete", arguments: { summary: "by a tool" } }),
    ];
    const id = await task(
      `(${lines.map((line) => `echo '${line}'; sleep 1`).join("; ")}; sleep 1) | kanbun mcp`,
    );
    await kanbun.run(["dispatch", "--until-idle"], { env });
    expect(await run("log", id)).toContain('"id":3');
    expect(await show(id)).toMatchObject({ runs: [{ outcome: "completed", summary: "by a tool" }] });
  });

  test("waits for a resident that is killed and started again, and its verdict counts once", async () => {
    const { kanbun, start, task, show } = await makeBoard();
    const go = join(kanbun.home, "go");
    const id = await task(`kanbun comment before; touch ${go}.ready; until [ -e ${go} ]; do sleep 0.05; done
      kanbun complete --summary after`);
    const first = start();
    await eventually("it is at work", () => existsSync(`${go}.ready`));
    await end(first, "SIGKILL");
    writeFileSync(go, "");
    const second = start();
    await eventually("it is done", async () => (await show(id)).task.status === "done");
    expect(await show(id)).toMatchObject({
      comments: [{ body: "before" }],
      runs: [{ outcome: "completed", summary: "after" }],
    });
    await end(second, "SIGTERM");
  });

  test("is told by an exit status that its resident hangs, and its own exit is read when that is back", async () => {
    const { kanbun, start, task, show, run } = await makeBoard();
    const go = join(kanbun.home, "go");
    const id = await task(`touch ${go}.ready; until [ -e ${go} ]; do sleep 0.05; done
      kanbun complete; echo "status $?" | tee ${go}.said; exit 7`);
    const resident = start();
    await eventually("it is at work", () => existsSync(`${go}.ready`));
    resident.kill("SIGSTOP");
    writeFileSync(go, "");
    await eventually(
      "it has been told",
      () => existsSync(`${go}.said`) && readFileSync(`${go}.said`, "utf8") !== "",
    );
    expect(readFileSync(`${go}.said`, "utf8")).toBe("status 5\n");
    resident.kill("SIGCONT");
    await eventually("its end is known", async () => (await show(id)).runs[0]?.outcome !== null);
    expect((await show(id)).runs[0].error).toContain("7");
    expect(await run("log", id)).toContain("does not answer");
    await end(resident, "SIGTERM");
  });

  test("of a single tick speaks to the server itself, and is told what to do where it can't", async () => {
    const { kanbun, run, task, show } = await makeBoard();
    const id = await task("kanbun complete");
    await run("dispatch");
    await eventually("its end is known", async () => {
      await kanbun.run(["dispatch", "--max", "0"], { env });
      return (await show(id)).runs[0]?.outcome !== null;
    });
    expect(await run("log", id)).toContain("dispatch --watch");
  });
});
