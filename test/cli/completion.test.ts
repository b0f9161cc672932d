import { expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { commandTable } from "../../src/cli/command-table.ts";
import { shells } from "../../src/cli/completion/scripts.ts";
import { roffText } from "../../src/cli/man/roff.ts";
import { kanbunCommand } from "../support/board.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { CommandLine, forAll } from "./command-line.ts";

homesInMemory();

/** Words as a script sends them; what comes back, a line each. */
async function complete(kanbun: CommandLine, ...words: readonly string[]): Promise<string[]> {
  const ran = await kanbun.run(["completion", "candidates", `${words.length - 1}`, "--", ...words]);
  expect([words, ran.code, ran.stderr]).toEqual([words, 0, ""]);
  return ran.stdout.split("\n").filter((line) => line !== "");
}

/** The words alone. */
const plain = (lines: readonly string[]) => lines.map((line) => line.split("\t", 1)[0]);

test("completion knows commands, options, values, boards, profiles, paths, and tasks by title that the verb may be said of", async () => {
  const kanbun = await CommandLine.init(
    '[profiles.claude]\ncommand = ["claude"]\n[host]\nlabels = ["gpu", "eu"]\n',
  );
  const ready = await kanbun.create("To be done\n\u001B[31m");
  const blocked = await kanbun.create("Stuck", "--blocked");
  expect(await complete(kanbun, "unb")).toEqual(["unblock\tmake a blocked task ready again"]);
  await forAll(
    [
      { words: ["show", ""], found: [blocked, ready] },
      { words: ["unblock", "t_"], found: [blocked] },
      { words: ["show", ready.slice(0, 6)], found: [ready] },
      { words: ["--home", kanbun.home, "show", ready.slice(0, 6)], found: [ready] },
      { words: ["create", "x", "--assignee", ""], found: ["claude", "shell"] },
      { words: ["assign", ready, "cl"], found: ["claude"] },
      { words: ["assign", "t_"], found: [blocked, ready] },
      { words: ["block", "t_"], found: [ready] },
      { words: ["link", ready, "t_"], found: [blocked, ready] },
      { words: ["list", "--board", ""], found: ["default"] },
      { words: ["list", "--status", "re"], found: ["ready", "review"] },
      { words: ["create", "x", "--label", ""], found: ["eu", "gpu"] },
      { words: ["create", "x", "--host", ""], found: [hostname()] },
      { words: ["boards", "cr"], found: ["create"] },
      { words: ["dispatch", "--until"], found: ["--until-idle"] },
      { words: ["create", "--body-file", ""], found: [":files"] },
      { words: ["list", "--home", ""], found: [":folders"] },
      { words: ["create", ""], found: [] },
      { words: ["nosuch", ""], found: [] },
    ],
    async ({ words, found }) =>
      expect([words, plain(await complete(kanbun, ...words)).sort()]).toEqual([words, [...found].sort()]),
  );
  // A title that would do something to the terminal does nothing.
  expect((await complete(kanbun, "show", ready))[0]).toBe(`${ready}\tready: To be done\\n\\u{1b}[31m`);
  expect(plain(await complete(kanbun, ""))).toEqual(Object.keys(commandTable));
});

test("completion of what a server has is silent after a second where that does not answer", async () => {
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const kanbun = await CommandLine.init(
    `[stores.team]\nurl = "postgres://kanbun@127.0.0.1:${server.port}/x"\n`,
  );
  const folder = join(kanbun.home, "kanban", "boards", "far");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "board.json"), JSON.stringify({ store: "team", store_board: "far" }));
  for (const words of [
    ["--board", "far", "create", "x", "--host", ""],
    ["--board", "far", "show", "t_"],
  ]) {
    const startedAtMs = performance.now();
    const typed = ["completion", "candidates", `${words.length - 1}`, "--", ...words];
    expect(await kanbun.runAlone(typed)).toMatchObject({ code: 0, stdout: "", stderr: "" });
    // The server would be waited for ten seconds.
    expect(performance.now() - startedAtMs).toBeLessThan(8_000);
  }
});

test("completion is silent where there is no home, or one that can't be read, and makes nothing", async () => {
  const none = new CommandLine();
  expect(await complete(none, "show", "")).toEqual([]);
  expect(existsSync(none.home)).toBe(false);
  mkdirSync(none.home);
  writeFileSync(join(none.home, "kanban.db"), "no database");
  writeFileSync(join(none.home, "kanbun.toml"), "not = [toml");
  expect(await complete(none, "show", "")).toEqual([]);
  expect(await complete(none, "create", "--assignee", "s")).toEqual(["shell\tsh {body_file}"]);
});

/** What each shell is told to do, by its own engine where it can be asked: to list what may stand behind `kanbun show t_`. */
const questions = {
  bash: `source <(kanbun completion bash); COMP_WORDS=(kanbun show t_); COMP_CWORD=2; _kanbun; echo "\${COMPREPLY[@]}"`,
  zsh: `compdef() { :; }; source <(kanbun completion zsh); _describe() { print -rl -- "\${(@P)argv[-1]}"; }
words=(kanbun show t_); CURRENT=3; _kanbun`,
  fish: 'kanbun completion fish | source; complete -C "kanbun show t_"',
};

for (const [shell, question] of Object.entries(questions))
  test.skipIf(Bun.which(shell) === null)(
    `completion works in ${shell}, where that is installed`,
    async () => {
      const kanbun = await CommandLine.init();
      const id = await kanbun.create("It's a *: title");
      const bin = join(kanbun.home, "path");
      mkdirSync(bin);
      writeFileSync(join(bin, "kanbun"), `#!/bin/sh\nexec ${kanbunCommand.join(" ")} "$@"\n`);
      chmodSync(join(bin, "kanbun"), 0o755);
      const ran = Bun.spawn([shell, "-c", question], {
        env: { HOME: kanbun.home, KANBUN_HOME: kanbun.home, PATH: `${bin}:${process.env.PATH}` },
        stderr: "pipe",
      });
      const [stdout, stderr] = await Promise.all([ran.stdout.text(), ran.stderr.text()]);
      expect([await ran.exited, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(id);
      if (shell !== "bash") expect(stdout).toContain("It's a *: title");
    },
  );

test("for PowerShell, which hands on no empty word, the word at the cursor may be left out; its script closes what it opens", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("a task");
  const ran = await kanbun.ok("completion", "candidates", "1", "--", "show");
  expect(plain(ran.trim().split("\n"))).toEqual([id]);
  const script = await kanbun.ok("completion", "powershell");
  const code = script.replace(/^ *#.*$/gm, "").replace(/"(?:`.|[^"`])*"|'[^']*'/g, "");
  expect(code).not.toMatch(/["']/);
  const closes: Readonly<Record<string, string>> = { "}": "{", ")": "(", "]": "[" };
  const open: string[] = [];
  for (const [mark] of code.matchAll(/[{}()[\]]/g))
    if (mark in closes) expect(open.pop()).toBe(closes[mark]);
    else open.push(mark);
  expect(open).toEqual([]);
});

test("every shell has a script, and another one is refused with those that there are", async () => {
  const kanbun = new CommandLine();
  await forAll(shells, async (shell) => expect(await kanbun.ok("completion", shell)).toContain("candidates"));
  const refused = await kanbun.run(["completion", "tcsh"]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("bash, zsh, fish, powershell")]);
});

test("the manual has every command and option of the help, and is sound roff of ASCII", async () => {
  const kanbun = new CommandLine();
  const page = await kanbun.ok("man");
  expect(page).toMatch(/^[\t\n\x20-\x7e]+$/);
  expect(page).toStartWith(".TH KANBUN 1 ");
  for (const [name, { summary }] of Object.entries(commandTable)) {
    expect(page).toMatch(new RegExp(`^\\.B ${name.replaceAll("-", "\\\\-")}( |$)`, "m"));
    expect(page).toContain(roffText(summary));
  }
  expect(page).toContain(".B \\-\\-until\\-idle\n");
  // Where groff is installed it finds nothing to warn of.
  if (Bun.which("groff") === null) return;
  const groff = Bun.spawn(["groff", "-man", "-Tutf8", "-ww", "-z"], {
    stdin: new Blob([page]),
    stdout: "pipe",
    stderr: "pipe",
  });
  expect([await groff.exited, await groff.stderr.text()]).toEqual([0, ""]);
});
