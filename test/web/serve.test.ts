import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";

homesInMemory();

/** Starts `kanbun serve`, and reads the one line that it says at once. */
async function serve(kanbun: CommandLine, ...args: readonly string[]) {
  const child = kanbun.spawn(["serve", "--port", "0", ...args]);
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  return { child, line: value ?? "" };
}

test("kanbun serve says in one line where it is, works the boards off, and gives no worker its token", async () => {
  const kanbun = await CommandLine.init();
  const { child, line } = await serve(kanbun, "--dispatch", "--json");
  const { url, token, pid, ...rest } = JSON.parse(line).data;
  expect([pid, rest]).toEqual([child.pid, {}]);
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}api/v1${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: a document of ours.
    return ((await answer.json()) as any).data;
  };
  expect((await ask("GET", "/session")).is_dispatching).toBe(true);
  const { id } = await ask("POST", "/boards/default/tasks", {
    title: "env",
    body: "env; cat /proc/$PPID/environ | tr '\\0' '\\n'",
    assignee: "shell",
  });
  await eventually(
    "it is done",
    async () => (await ask("GET", `/boards/default/tasks/${id}`)).card.status === "done",
  );
  const log = (await ask("GET", `/boards/default/tasks/${id}/runs/last/log/text`)).text;
  expect(log).toContain("KANBUN_TASK=");
  const tokens = JSON.parse(readFileSync(join(kanbun.home, "kanban", "web", "tokens.json"), "utf8"));
  expect(tokens.full).toBe(token);
  for (const secret of [tokens.full, tokens.read]) expect(log).not.toContain(secret);
  const status = await ask("GET", "/boards/default/status");
  expect(status.residents).toEqual([expect.objectContaining({ pid })]);
  const metrics = await (await fetch(`${url}metrics`, { headers })).text();
  expect(metrics).toMatch(/^kanbun_ticks_total\{board="default",result="made"\} [1-9]/m);
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});

test("kanbun serve --read-only gives the token that may only look; the tokens stay when it starts anew", async () => {
  const kanbun = await CommandLine.init();
  const { child, line } = await serve(kanbun, "--read-only");
  const [, url = "", token = ""] = /^(http:\S+\/)#token=(\S+)\n$/.exec(line) ?? [];
  const answer = await fetch(`${url}api/v1/boards/default/pause`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(403);
  const port = new URL(url).port;
  const taken = await kanbun.json(["serve", "--port", port]);
  expect(taken.error).toMatchObject({ kind: "conflict", message: `port ${port} is taken` });
  // The second is an address of documents, which no machine has.
  for (const host of process.platform === "win32" ? [] : ["no.such.host.invalid", "192.0.2.1"])
    expect((await kanbun.json(["serve", "--port", "0", "--host", host])).error).toMatchObject({
      kind: "usage",
      message: `this machine has no address "${host}"`,
    });
  const impossible = await kanbun.json(["serve", "--port", "65536"]);
  expect(impossible.error?.message).toContain("It must be a whole number from 0 to 65535");
  child.kill("SIGINT");
  expect(await child.exited).toBe(0);
  const again = await serve(kanbun, "--read-only", "--json");
  expect(JSON.parse(again.line).data.token).toBe(token);
  again.child.kill("SIGTERM");
  await again.child.exited;
  const inWorker = await kanbun.json(["serve"], {
    env: { KANBUN_TASK: "t_00000000", KANBUN_RUN: "1", KANBUN_TOKEN: "x" },
  });
  expect(inWorker.code).not.toBe(0);
});

test("no token of a server is in a backup or an export, nor in a board's folder", async () => {
  const kanbun = await CommandLine.init();
  const { child, line } = await serve(kanbun, "--json");
  const secrets = Object.values<string>(
    JSON.parse(readFileSync(join(kanbun.home, "kanban", "web", "tokens.json"), "utf8")),
  );
  expect(secrets).toContain(JSON.parse(line).data.token);
  await kanbun.create("Kept", "--run", "true");
  child.kill("SIGTERM");
  await child.exited;
  await kanbun.ok("backup");
  const exported = await kanbun.ok("export", "--files");
  expect(exported).toContain("Kept");
  const isKept = (path: string) => !path.startsWith(join("kanban", "web")) && !path.startsWith("bin");
  const files = readdirSync(kanbun.home, { recursive: true, encoding: "utf8" }).filter(
    (path) => isKept(path) && statSync(join(kanbun.home, path)).isFile(),
  );
  expect(files.some((path) => path.endsWith(".kanban.db"))).toBe(true);
  const told = [exported, ...files.map((path) => readFileSync(join(kanbun.home, path), "latin1"))];
  for (const secret of secrets) expect(told.filter((text) => text.includes(secret))).toEqual([]);
});
