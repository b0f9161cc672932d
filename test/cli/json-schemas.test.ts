import { expect, test } from "bun:test";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import { jsonPage } from "../../build/json-page.ts";
import { commandTable } from "../../src/cli/command-table.ts";
import { answerSchemas, errorSchema, schemaOf } from "../../src/home/schema/answer-schemas.ts";
import type { JsonSchema } from "../../src/home/schema/json-schema.ts";
import { makeTestHome } from "../support/home.ts";

/** Verbs that answer with no document: one speaks another protocol, one is lines of its own. */
const withoutDocument = new Set(["mcp", "export"]);

/** What can't be typed here at once: it follows, serves, asks an agent or changes the machine. Other tests type them. */
const notTyped = new Set([
  ...["events --follow", "log --follow", "watch", "serve", "dispatch --watch"],
  ...["service install", "service uninstall", "service status", "specify", "decompose"],
  // They ask a server.
  ...["boards join", "boards set", "hosts show", "hosts fence", "hosts rm"],
]);

/** Here nothing may be in an answer that its schema does not name. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, one]) => [key, strict(one)]));
  return "properties" in inner ? { additionalProperties: false, ...inner } : inner;
}

/** One for all: each first makes a program of what a schema may be. */
const ajv = new Ajv2020({ strict: false, allErrors: true });

function checker(schema: object) {
  return ajv.compile(strict(schema) as object);
}

class Shell {
  readonly home = join(makeTestHome(), "home");
  readonly seen = new Set<string>();
  readonly wrong: unknown[] = [];
  readonly #checkers = new Map<string, ReturnType<typeof checker>>();
  readonly #child;
  #heard: PromiseWithResolvers<unknown> = Promise.withResolvers();

  constructor() {
    const folder = resolve(this.home, "..");
    mkdirSync(folder, { recursive: true });
    const stdout = join(folder, "stdout");
    this.#child = Bun.spawn(
      [process.execPath, join(import.meta.dir, "../support/one-process-program.ts"), stdout],
      {
        cwd: folder,
        stdin: "ignore",
        // Appended to, so that it can be emptied between two answers.
        stdout: openSync(stdout, "a"),
        stderr: "inherit",
        ipc: (message) => this.#heard.resolve(message),
      },
    );
  }

  ready(): Promise<unknown> {
    return this.#heard.promise;
  }

  /** The answer to what is typed; it must be as the schema of `name` says. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into documents whose shape is what it tests.
  async type(name: string, ...args: readonly string[]): Promise<any> {
    this.#heard = Promise.withResolvers();
    const env = { PATH: process.env.PATH ?? "", HOME: resolve(this.home, ".."), KANBUN_HOME: this.home };
    this.#child.send({ args: [...args, "--json"], env });
    const { stdout } = (await this.#heard.promise) as { stdout: string };
    const lines = stdout.trim().split("\n");
    const check = this.#checkers.get(name) ?? checker(name === "error" ? errorSchema() : schemaOf(name));
    this.#checkers.set(name, check);
    const isError = lines.at(-1)?.includes('"ok":false') && name !== "error";
    for (const line of isError ? [] : lines)
      if (!check(JSON.parse(line))) this.wrong.push({ args, line, errors: check.errors });
    this.seen.add(name);
    const last = JSON.parse(lines.at(-1) ?? "");
    if (last.ok === (name === "error")) this.wrong.push({ args, error: last.error });
    return last.data;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}

test("every verb has a schema", () => {
  const verbs = new Set(Object.keys(answerSchemas).map((name) => name.split(" ")[0]));
  expect(Object.keys(commandTable).filter((verb) => !verbs.has(verb) && !withoutDocument.has(verb))).toEqual(
    [],
  );
});

test("a name that ends in _at_ms is an instant, another one in _ms a length, and task, run and board mean one thing", () => {
  const odd: string[] = [];
  const look = (schema: JsonSchema, at: string): void => {
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      const says = inner.description ?? inner.items?.description ?? "";
      if (/since 1970/.test(says) && !/(^|_)at_ms$/.test(name)) odd.push(`${at}.${name}`);
      if (/^(task|run)$/.test(name) && inner.type === "string") odd.push(`${at}.${name}`);
      look(inner, `${at}.${name}`);
    }
    for (const one of [schema.items, ...(schema.anyOf ?? [])]) if (one !== undefined) look(one, at);
  };
  for (const [name, schema] of Object.entries(answerSchemas)) look(schema, name);
  expect(odd).toEqual([]);
});

test("docs/json.md has what the schemas say: `bun run docs:json` makes it anew", async () => {
  const page = await Bun.file(join(import.meta.dir, "../../docs/json.md")).text();
  expect(jsonPage(page)).toBe(page);
});

test("every answer is as its schema says, and nothing else is in it", async () => {
  using shell = new Shell();
  await shell.ready();
  const type = shell.type.bind(shell);
  const folder = resolve(shell.home, "..");
  await type("init", "init");
  const make = async (title: string, ...more: string[]): Promise<string> =>
    (await type("create", "create", title, ...more)).task.id;
  const build = await make("Build", "--run", "echo built");
  const publish = await make("Publish", "--parent", build, "--assignee", "none");
  const other = await make("Other");
  writeFileSync(join(folder, "lines.jsonl"), '{"title": "From a file"}\n');
  await type("create --from", "create", "--from", join(folder, "lines.jsonl"));
  await type("run", "run", "echo hello");
  await type("run", "run", "exit 3");
  await type("log --failed", "log", "--failed");
  await type("dispatch --dry-run", "dispatch", "--dry-run");
  await type("dispatch --until-idle", "dispatch", "--until-idle");
  await type("dispatch", "dispatch");
  for (const verb of ["show", "runs", "log", "explain", "context", "attachments"])
    await type(verb, verb, build);
  await type("list", "list", "--all");
  await type("search", "search", "built");
  await type("search", "search", "built", "--logs");
  await type("edit", "edit", other, "--priority", "3");
  await type("assign", "assign", other, "shell");
  await type("assign", "assign", other, publish, "t_00000000", "none");
  await type("comment", "comment", other, "a remark");
  await type("comment", "comment", other, publish, "t_00000000", "to each");
  await type("edit", "edit", other, publish, "--priority", "2");
  await type("swarm", "swarm", "A goal", "--workers", "a,b", "--verifier", "c", "--synthesizer", "d");
  const attached = await type("attach", "attach", other, join(folder, "lines.jsonl"));
  await type("attachments", "attachments", other);
  await type("attach-rm", "attach-rm", String(attached.attachments[0].id));
  await type("set-model", "set-model", other, "opus");
  await type("tree", "tree");
  await type("link", "link", other, publish);
  await type("unlink", "unlink", other, publish);
  await type("events", "events", build);
  await type("tail", "tail");
  await type("wait", "wait", build);
  await type("claim", "claim", other);
  await type("heartbeat", "heartbeat", other);
  await type("request-review", "request-review", other);
  await type("request-changes", "request-changes", other, "again");
  await type("request-review", "request-review", other, "--force");
  await type("approve", "approve", other, "--as", "critic");
  await type("retry", "retry", other);
  await type("complete", "complete", other);
  await type("retry", "retry", other, build, "--from-here");
  await type("claim", "claim", other);
  await type("ask", "ask", other, "which?");
  await type("answer", "answer", other, "this");
  await type("block", "block", other, "why");
  await type("unblock", "unblock", other);
  await type("schedule", "schedule", other, "--at", "+1h");
  await type("promote --dry-run", "promote", other, "--dry-run");
  await type("promote", "promote", other);
  const mine = await make("Mine");
  await type("claim", "claim", mine);
  await type("rate-limited", "rate-limited", mine, "--force");
  const taken = await make("Taken");
  await type("claim", "claim", taken);
  await type("reclaim", "reclaim", taken);
  await type("cancel", "cancel", taken);
  await type("restore", "restore", taken);
  await type("archive", "archive", taken, other);
  await type("delete", "delete", taken, "--yes");
  await type("cron add", "cron", "add", "@daily", "Nightly", "--run", "true");
  for (const verb of [
    "list",
    "show 1",
    "edit 1 --priority 2",
    "pause 1",
    "resume 1",
    "run 1",
    "list",
    "rm 1",
  ])
    await type(`cron ${verb.split(" ")[0]}`, "cron", ...verb.split(" "));
  writeFileSync(
    join(shell.home, "kanbun.toml"),
    '[notify.me]\ncommand = ["true"]\n[profiles.p]\ncommand = ["true"]\n',
  );
  await type("notify list", "notify", "list");
  await type("notify test", "notify", "test");
  await type("notify retry", "notify", "retry", "me");
  const chat = ["--platform", "telegram", "--chat-id", "42"];
  await type("notify-subscribe", "notify-subscribe", build, ...chat);
  await type("notify-list", "notify-list");
  await type("notify-unsubscribe", "notify-unsubscribe", build, ...chat);
  await type("service install --print", "service", "install", "--print");
  await type("pause", "pause", "--for", "1h");
  await type("status", "status");
  await type("top", "top");
  await type("resume", "resume");
  await type("stats", "stats");
  await type("stats --cost", "stats", "--cost");
  await type("mcp install", "mcp", "install", "cursor");
  await type("mcp install", "mcp", "install", "claude");
  await type("doctor", "doctor");
  await type("repair", "repair", "--dry-run");
  await type("backup", "backup");
  await type("gc", "gc", "--dry-run");
  await type("export --output", "export", "--output", join(folder, "board.jsonl"));
  await type("import", "import", join(folder, "board.jsonl"), "--new-ids");
  const config = join(shell.home, "kanbun.toml");
  const before = readFileSync(config, "utf8");
  writeFileSync(config, '[stores.team]\nurl = "postgres://kanbun@db.example/kanbun"\n');
  await type("store init", "store", "init", "team");
  // One with a mistake is listed with it, and asked nothing.
  writeFileSync(config, "[stores.team]\n");
  await type("store list", "store", "list");
  await type("hosts", "hosts");
  await type("hosts list", "hosts", "list");
  writeFileSync(config, before);
  await type("boards create", "boards", "create", "shop");
  await type("boards list", "boards", "list");
  await type("boards show", "boards", "show", "shop");
  await type("boards switch", "boards", "switch", "default");
  await type("boards rename", "boards", "rename", "shop", "The shop");
  await type("boards set-default-workdir", "boards", "set-default-workdir", "shop", folder);
  await type("boards move", "boards", "move", "shop", "--to", "file");
  await type("boards rm", "boards", "rm", "shop");
  await type("boards create", "boards", "create", "shop");
  await type("boards rm --delete", "boards", "rm", "shop", "--delete", "--yes");
  await type("profiles list", "profiles", "list");
  await type("profiles resume", "profiles", "resume", "p");
  await type("agents list", "agents", "list", "--all");
  await type("agents show", "agents", "show", "claude");
  await type("agents add", "agents", "add", "claude", "--dry-run");
  await type("assignees", "assignees");
  await type("completion", "completion", "bash");
  await type("man", "man");
  await type("error", "show", "t_00000000");
  const untyped = Object.keys(answerSchemas).filter((name) => !shell.seen.has(name) && !notTyped.has(name));
  expect({ untyped, wrong: shell.wrong }).toEqual({ untyped: [], wrong: [] });
});
