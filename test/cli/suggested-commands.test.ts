import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Glob } from "bun";
import type { Command } from "commander";
import { commandTable } from "../../src/cli/command-table.ts";
import { Cli } from "../../src/cli/input/cli.ts";
import { loadCommand } from "../../src/cli/input/load-command.ts";
import { Output } from "../../src/cli/text/output.ts";
import { makeTestHome } from "../support/home.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { packageCommand } from "./command-line.ts";

const source = resolve(import.meta.dir, "../../src");

/** Texts for a worker that name a command, and say apart from it what it takes; and what a lock is counted from. */
const named = new Set(["kanbun block", "kanbun comment <task> <text>", "kanbun word"]);

interface Suggestion {
  readonly file: string;
  readonly command: string;
}

/** What stands for a value that is only known when the text is written. */
function standIn(expression: string): string {
  if (/\bids?\b|task|child|parent/i.test(expression)) return "t_0123abcd";
  if (/slug|board/i.test(expression)) return "shop";
  if (/question|answer/i.test(expression)) return "yes";
  if (/options/i.test(expression)) return "--priority 1";
  if (/meant|name/i.test(expression)) return "list";
  return "word";
}

/** Texts of the source that begin a command of ours, in backquotes or as a whole literal; comments are left out. */
function suggestionsOf(file: string, text: string): Suggestion[] {
  const lines = text.split("\n").filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line));
  const plain = lines.join("\n").replace(/\$\{([^{}`"]*)\}/g, (_, expression: string) => standIn(expression));
  const found = [
    ...plain.matchAll(/\\`(kanbun [a-z][^`\n]*?)\\`/g),
    ...plain.matchAll(/(?<!\\)`(kanbun [a-z][^`\n]*)`/g),
    ...plain.matchAll(/"(kanbun [a-z][^"\n]*)"/g),
    ...plain.matchAll(/'(kanbun [a-z][^'\n]*)'/g),
  ];
  return found.flatMap(([, one = ""]) =>
    // An example may go on with its meaning, behind many spaces.
    one
      .replace(/ {2,}.*$/, "")
      .split(" && ")
      .filter((command) => command.startsWith("kanbun "))
      // What comes behind is another program's, the next line's, or is put in where it is needed.
      .map((command) => command.replace(/( (\|\||[|<>]) |\\n|\$\{).*$/, ""))
      // Repeating tasks have numbers.
      .map((command) => command.replace(/^(kanbun cron \w+) (t_0123abcd|word)/, "$1 1"))
      // A heading, or the name of a command in a text for workers.
      .filter((command) => !/^kanbun [a-z]+:/.test(command) && !named.has(command))
      .map((command) => ({ file, command })),
  );
}

/** As a shell takes it apart; null where it would not be taken as it stands. */
function wordsOf(command: string): readonly string[] | null {
  const words = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  if (words.some((word) => /^[^"']*[<>|;…]/.test(word))) return null;
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** What is wrong with it as it is typed; null: it is understood. */
async function fault({ command: text }: Suggestion): Promise<string | null> {
  const words = wordsOf(text);
  if (words === null) return "a shell does not take it as it stands";
  const [, name = "", ...rest] = words;
  if (rest.includes("--help") || rest.includes("--json-schema"))
    return Object.hasOwn(commandTable, name) ? null : "no such command";
  if (name === "help") return rest.every((word) => word === "--all") ? null : "no such help";
  const known = Object.entries(commandTable).map(([one, entry]) => ({ name: one, ...entry }));
  const command = await loadCommand(name, new Cli({}, new Output(false), () => known));
  if (command === null) return "no such command";
  disarm(command);
  try {
    await command.parseAsync(rest, { from: "user" });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** It is read as ever, and does nothing. */
function disarm(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  if (command.commands.length === 0) command.action(() => {});
  for (const child of command.commands) disarm(child);
}

test("every command that a text of the source tells to type is understood as it is typed", async () => {
  const suggestions: Suggestion[] = [];
  for await (const file of new Glob("**/*.ts").scan(source))
    if (!file.startsWith("web/page/"))
      suggestions.push(...suggestionsOf(file, await Bun.file(join(source, file)).text()));
  expect(suggestions.length).toBeGreaterThan(150);
  const faults: string[] = [];
  for (const one of suggestions) {
    const wrong = await fault(one);
    if (wrong !== null) faults.push(`${one.file}: ${one.command}: ${wrong}`);
  }
  expect(faults).toEqual([]);
});

/** The commands of a text that stand in backquotes, or behind `do:` and `next:`. */
function commandsIn(text: string): string[] {
  const found = [...text.matchAll(/`(kanbun [^`\n]+)`/g), ...text.matchAll(/(?:do|next): (kanbun [^\n]+)/g)];
  return found.map(([, command = ""]) => command);
}

test.skipIf(lacksOnWindows("POSIX paths"))(
  "what answers and errors tell to type works in a shell, for the very home and board that were given",
  async () => {
    const folder = makeTestHome();
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", "kanbun"), `#!/bin/sh\nexec ${packageCommand.join(" ")} "$@"\n`);
    chmodSync(join(folder, "bin", "kanbun"), 0o755);
    const type = async (line: string) => {
      const child = Bun.spawn(["sh", "-c", line], {
        cwd: folder,
        env: { HOME: folder, PATH: `${join(folder, "bin")}:${process.env.PATH}` },
        stdout: "pipe",
        stderr: "pipe",
      });
      const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
      return { code: await child.exited, said: stdout + stderr };
    };
    const there = `--home 'it'\\''s a "home"'`;
    const here = `${there} --board shop`;
    const typed = new Map<string, number>();
    for (const line of [
      `kanbun init ${there}`,
      `kanbun list ${here}`,
      `kanbun boards show ${here}`,
      `kanbun run 'exit 3' ${here}`,
      `kanbun dispatch ${here}`,
      `kanbun create nobodys ${here}`,
      `kanbun dispatch --until-idle ${here}`,
      `kanbun pause ${here}`,
      `kanbun create later --run true ${here}`,
      `kanbun dispatch --until-idle ${here}`,
      `kanbun show t_00000000 ${here}`,
      `kanbun events ${here}`,
      `kanbun status ${here}`,
    ]) {
      for (const command of commandsIn((await type(line)).said)) {
        // What stays, or shows a task that isn't there, is no part of this.
        if (/ --watch| -f |t_0123abcd/.test(command) || typed.has(command)) continue;
        typed.set(command, (await type(command)).code);
        expect([line, command, command.includes(there)]).toEqual([line, command, true]);
      }
    }
    expect([...typed].filter(([, code]) => code > 1)).toEqual([]);
    expect(typed.size).toBeGreaterThan(5);
  },
);
