import { expect, test } from "bun:test";
import { Command } from "commander";
import fc from "fast-check";
import type { CliContext, Definition } from "../../src/cli/command.ts";
import { commandTable } from "../../src/cli/command-table.ts";
import { globalOptions } from "../../src/cli/input/global-options.ts";
import { QuickCommand } from "../../src/cli/quick-command.ts";

const cli = {} as CliContext;
const quickCommands = Object.entries(commandTable).flatMap(([name, entry]) =>
  entry.isQuick ? [{ name, entry }] : [],
);

type Define = (command: Definition) => void;

async function definitionOf(name: string): Promise<Define> {
  const found = quickCommands.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not quick`);
  const module = await found.entry.load();
  return (command) => {
    module.defineCommand(command, cli);
    for (const { flags, text } of globalOptions) command.option(flags, text);
  };
}

/** What the action is given, by either reader; null when it is not called. */
async function readQuickly(define: Define, words: readonly string[]): Promise<readonly unknown[] | null> {
  let seen: readonly unknown[] | null = null;
  const command = new QuickCommand();
  define(command);
  command.action((...given) => {
    seen = given;
  });
  await command.tryRead(words)?.run();
  return seen;
}

async function readByCommander(define: Define, words: readonly string[]): Promise<readonly unknown[] | null> {
  let seen: readonly unknown[] | null = null;
  const command = new Command().exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  define(command);
  command.action((...given) => {
    seen = given.slice(0, -1);
  });
  await command.parseAsync(words, { from: "user" }).catch(() => {});
  return seen;
}

const ordinary: Readonly<Record<string, readonly string[][]>> = {
  list: [[], ["--limit", "50"], ["--status=ready,running", "--all", "--json"], ["--sort", "created"]],
  show: [["t_0123abcd"], ["012", "--json", "--board", "shop"]],
  dispatch: [[], ["--max", "3", "--fail-if-locked"], ["--until-idle", "--due-within", "5m"]],
  create: [
    ["Run the tests", "--run", "make test"],
    ["x", "--parent", "t_1", "--parent", "t_2", "--priority", "-7", "--body-file", "-", "--goal"],
    ["--from", "tasks.jsonl"],
  ],
};

test.each(Object.keys(ordinary))("%s as it is usually typed is read without commander", async (name) => {
  const define = await definitionOf(name);
  for (const words of ordinary[name] ?? []) {
    const read = await readQuickly(define, words);
    expect([words, read]).not.toEqual([words, null]);
    expect([words, read]).toEqual([words, await readByCommander(define, words)]);
  }
});

test("what has to be explained is left to commander", async () => {
  const define = await definitionOf("list");
  for (const words of [
    ["--help"],
    ["-h"],
    ["--lim", "5"],
    ["--limit"],
    ["--limit", "x"],
    ["x"],
    ["--"],
    ["--all=1"],
  ])
    expect({ words, read: await readQuickly(define, words) }).toEqual({ words, read: null });
});

test.each(quickCommands.map((one) => one.name))(
  "whatever is typed behind %s, it is read as commander reads it, or not at all",
  async (name) => {
    const define = await definitionOf(name);
    const flags: string[] = [];
    const note = {
      argument: () => note,
      action: () => note,
      addHelpText: () => note,
      option: (text: string) => {
        flags.push(text.split(" ", 1)[0] ?? "");
        return note;
      },
    };
    define(note as unknown as Definition);
    const value = fc.constantFrom(
      "5",
      "-7",
      "",
      "x",
      "t_0123abcd",
      "-",
      "--",
      "ready",
      "title",
      "30m",
      "a=b",
      "-x",
    );
    const word = fc.oneof(
      value,
      fc.constantFrom(...flags),
      fc.tuple(fc.constantFrom(...flags), value).map(([flag, text]) => `${flag}=${text}`),
      fc.constantFrom("--help", "-h", "--no-all", "--nonsense", "--lim"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
        const read = await readQuickly(define, words);
        if (read !== null) expect(await readByCommander(define, words)).toEqual(read);
      }),
      { numRuns: 400 },
    );
  },
);
