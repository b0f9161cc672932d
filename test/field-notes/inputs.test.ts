import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CommandLine } from "../cli/command-line.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { Scene } from "./scene.ts";

homesInMemory();

const noShell = lacksOnWindows("POSIX paths");

test("X37: a configuration of 4,000 unknown keys, of 1 MB of keys or of tables is refused without being read for minutes", async () => {
  const kanbun = await CommandLine.init();
  const keys = (count: number) => Array.from({ length: count }, (_, i) => `key_${i} = 1\n`).join("");
  const tables = Array.from({ length: 30_000 }, (_, i) => `[profiles.p${i}]\ncommand = ["x"]\n`).join("");
  const inline = `[dispatch]\nx = { ${keys(60_000).replaceAll("\n", ", ")} }\n`;
  const texts: [string, RegExp][] = [
    [keys(4_000), /kanbun\.toml:1: expected at most 1000 keys in one table/],
    [keys(70_000), /kanbun\.toml:1: expected at most 1000 keys in one table/],
    [`# first\n${tables}`, /kanbun\.toml:2: profiles: expected at most 1000 keys/],
    [inline, /kanbun\.toml:2: dispatch\.x: expected at most 1000 keys/],
    [keys(900), /key_0: expected a known key[\s\S]*and 880 more/],
    [`${keys(900)}x = = 1\n`, /kanbun\.toml:901: expected valid TOML/],
  ];
  for (const [text, words] of texts) {
    writeFileSync(join(kanbun.home, "kanbun.toml"), text);
    const { code, error } = await kanbun.json(["profiles", "list"]);
    expect([code, error?.kind, error?.message]).toEqual([1, "config", expect.stringMatching(words)]);
  }
});

const dashes = `
[profiles.make]
command = ["sh", "-c", 'touch "$0/ran"', "{workspace}", "{title}"]
[profiles.open]
command = ["sh", "-c", 'printf "%s\\n" "$1"', "sh", "{title}"]
allow_dash_values = true
[profiles.glued]
command = ["sh", "-c", 'printf "%s\\n" "$1"', "sh", "--title={title}"]
[profiles.words]
command = ["sh", "-c", 'printf "%s\\n" "$1"', "sh", "{title} {task}"]
`;

test.skipIf(noShell)(
  "X40: a value that begins with a dash is no option of a worker's program unless its profile says so",
  async () => {
    const kanbun = await CommandLine.init(dashes);
    const title = "--eval=$(shell touch /never)";
    const make = (profile: string) => kanbun.create("--assignee", profile, "--", title);
    const [refused, open, glued, words] = [
      await make("make"),
      await make("open"),
      await make("glued"),
      await make("words"),
    ];
    expect((await kanbun.run(["dispatch", "--until-idle"])).code).toBe(1);
    const lastRun = async (id: string) => (await kanbun.json(["runs", id])).data.runs.at(-1);
    for (const id of [refused, words]) {
      expect((await kanbun.task(id)).status).toBe("blocked");
      const { outcome, error } = await lastRun(id);
      expect([outcome, error]).toEqual(["spawn_failed", expect.stringContaining("allow_dash_values = true")]);
      expect((await kanbun.json(["runs", id])).data.runs.length).toBe(1);
    }
    for (const [id, said] of [
      [open, title],
      [glued, `--title=${title}`],
    ] as const)
      expect(await kanbun.ok("log", id)).toBe(`${said}\n`);
  },
);

test("X40: no example of ours hands a program a text that may be an option or a variable of make", () => {
  const root = join(import.meta.dir, "../..");
  const docs = readdirSync(join(root, "docs")).map((name) => join(root, "docs", name));
  const texts = [...docs, join(root, "README.md"), join(root, "src/home/boards/config-template.ts")];
  const commands = texts.flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/command = (\[.*?\])/g)].map((match) => match[1] ?? ""),
  );
  expect(commands.length).toBeGreaterThan(2);
  for (const command of commands) expect(command).not.toMatch(/"\{(title|body|task)\}/);
});

test.skipIf(noShell)(
  "X41: a task that another program calls ../../../x makes no folder outside, and is held or blocked in words",
  async () => {
    using scene = await Scene.open();
    const outside = `${basename(scene.home)}-outside`;
    const ids = [`../../../${outside}`, "..", "a/b", "-rf", "\u001B[2Jx", "x".repeat(300), ""];
    for (const id of ids)
      scene.sql(
        "INSERT INTO tasks (id, title, body, assignee, status, created_at) VALUES (?, 'x', ':', 'shell', 'ready', 0)",
        id,
      );
    const innocent = await scene.create(":");
    await scene.tickUntil(
      "the innocent is done",
      async () => (await scene.store.requireTask(innocent)).status === "done",
    );
    const kanbun = new CommandLine(scene.home);
    for (const id of ids) {
      const { status, lastFailureError } = await scene.store.requireTask(id);
      const explained = (await kanbun.run(["explain", "--", id])).stdout;
      // Some can be no id at all and are held; others are ids, but no names of folders.
      const words =
        status === "ready"
          ? "another program wrote a value that Kanbun can't use: id ="
          : "cannot be the name of a folder";
      expect([id, `${explained}${lastFailureError}`]).toEqual([id, expect.stringContaining(words)]);
      expect([id, ["ready", "blocked"].includes(status)]).toEqual([id, true]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the very thing.
      expect(`${explained}${lastFailureError}`).not.toMatch(/\u001B/);
    }
    expect(existsSync(join(scene.home, "..", outside))).toBe(false);
    expect(
      readdirSync(join(scene.home, "kanban/workspaces")).filter((name) => !name.startsWith(".")),
    ).toEqual([]);
  },
);

const readers = `
[profiles.piped]
command = ["cat"]
stdin = "prompt"
[profiles.filed]
command = ["cat", "{context_file}"]
[profiles.told]
command = ["printf", "%s", "{prompt}"]
`;

test.skipIf(noShell)(
  "X47: a text of 136 kB is whole for stdin = prompt; where it is cut, it says where the rest is",
  async () => {
    const kanbun = await CommandLine.init(readers);
    const body = `${"a line of a text that has an end\n".repeat(4_200)}the end\n`;
    expect(body.length).toBeGreaterThan(136_000);
    const file = join(dirname(kanbun.home), "body");
    writeFileSync(file, body);
    const make = (profile: string) => kanbun.create("x", "--assignee", profile, "--body-file", file);
    const [piped, filed, told] = [await make("piped"), await make("filed"), await make("told")];
    await kanbun.ok("dispatch", "--until-idle");
    expect(await kanbun.ok("log", piped)).toContain(body);
    for (const id of [filed, told]) {
      const log = await kanbun.ok("log", id);
      expect(log).not.toContain("the end");
      const rest = /\[the whole text: (.*)\]/.exec(log)?.[1] ?? "no word of it";
      expect(readFileSync(rest, "utf8")).toBe(body);
    }
    // What the worker of that very profile is told.
    expect(await kanbun.ok("context", piped)).toContain(body);
    expect(await kanbun.ok("context", filed)).toContain("[the whole text: ");
  },
);
