import { expect, test } from "bun:test";
import { commandTable, firstCommands } from "../../src/cli/command-table.ts";
import { CommandLine, forAll } from "./command-line.ts";

test("the help says what the first commands do and names all others, and so does kanbun alone", async () => {
  const kanbun = new CommandLine();
  const { code, stdout } = await kanbun.run(["--help"]);
  expect(code).toBe(0);
  expect(stdout.trimEnd().split("\n").length).toBeLessThan(60);
  const names =
    stdout
      .split("\nOptions:\n")[0]
      ?.split("\nAll others:\n")[1]
      ?.split(/[\s,]+/) ?? [];
  for (const [name, { summary }] of Object.entries(commandTable)) {
    if (firstCommands.includes(name))
      expect(stdout).toMatch(new RegExp(`\n  ${name} +${summary.slice(0, 15)}`));
    expect([name, names.includes(name)]).toEqual([name, !firstCommands.includes(name)]);
  }
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect((await kanbun.run([])).stdout).toBe(stdout);
});

test("`kanbun help --all` has a line for each command, in its group", async () => {
  const kanbun = new CommandLine();
  const { code, stdout } = await kanbun.run(["help", "--all"]);
  expect(code).toBe(0);
  for (const [name, { summary, group }] of Object.entries(commandTable)) {
    expect(stdout).toContain(`\n${group}\n`);
    expect(stdout).toContain(`\n  ${name} `);
    expect(stdout).toContain(summary.split(" ").slice(0, 3).join(" "));
  }
  expect((await kanbun.run(["--help", "--all"])).stdout).toBe(stdout);
});

test("every command has a help of its own with an example, and its help opens no board", async () => {
  const kanbun = new CommandLine();
  await forAll(Object.keys(commandTable), async (name) => {
    const { code, stdout } = await kanbun.run([name, "--help"]);
    expect([name, code]).toEqual([name, 0]);
    expect(stdout).toContain(`Usage: kanbun ${name}`);
    expect(stdout).toContain("Examples:\n  kanbun ");
    expect(stdout).toContain("--board <slug>");
  });
  expect(await Bun.file(kanbun.home).exists()).toBe(false);
});

test("help is an answer: one document with --json, and `help list` is `list --help`", async () => {
  const kanbun = new CommandLine();
  const { data, code } = await kanbun.json(["list", "--help"]);
  expect(code).toBe(0);
  expect(data.text).toBe((await kanbun.run(["help", "list"])).stdout);
});

test("the version is that of the package", async () => {
  const packageJson = await Bun.file(`${import.meta.dir}/../../package.json`).json();
  const kanbun = new CommandLine();
  expect((await kanbun.run(["--version"])).stdout).toBe(`${packageJson.version}\n`);
  expect((await kanbun.json(["--version"])).data.text).toBe(`${packageJson.version}\n`);
});

test("a mistyped command, subcommand or option is refused with what was probably meant", async () => {
  const kanbun = new CommandLine();
  const cases = [
    { args: ["lst"], hint: "did you mean `kanbun list`?" },
    { args: ["boards", "swich", "x"], hint: "did you mean `switch`?" },
    { args: ["list", "--statsu", "ready"], hint: "did you mean `--status`?" },
    { args: ["list", "--sort", "prioritty"], hint: "did you mean `priority`?" },
    { args: ["boards", "x"], hint: "see `kanbun boards --help`" },
    { args: ["list", "--format", "json"], hint: "did you mean `--json`?" },
    { args: ["archive", "t_0123", "--rm"], hint: "did you mean `kanbun delete`?" },
    { args: ["create", "x", "--scheduled-at", "5"], hint: "did you mean `--at`?" },
    { args: ["log", "--tail=5"], hint: "did you mean `--lines`?" },
    { args: ["create", "--title", "x"], hint: 'the title needs no option: `kanbun create "Build it"`' },
    { args: ["run", "make", "test"], hint: "put the text in quotes: `kanbun run 'make test'`" },
    { args: ["run", "ls", "-l"], hint: "put the text in quotes: `kanbun run 'ls -l'`" },
    { args: ["list", "--status", "in_progress"], hint: "did you mean `running`?" },
    {
      args: ["edit", "t_0123", "--status", "done"],
      hint: "give one or the other; to make one done: `kanbun complete t_0123`",
    },
    { args: ["show"], hint: "give the id of a task: `kanbun list` shows them" },
    {
      args: ["set-model"],
      hint: "give task ids, then the model that the next run uses, or none for the profile's own",
    },
    { args: ["status", "t_0123"], hint: "did you mean `kanbun show t_0123`?" },
    {
      args: ["comment", "t_0123abcd", "- a list"],
      hint: "put -- before a text that begins with a dash",
    },
  ];
  await forAll(cases, async ({ args, hint }) => {
    const { code, stdout, stderr } = await kanbun.run(args);
    expect([args, code, stdout]).toEqual([args, 2, ""]);
    expect(stderr).toStartWith("kanbun: ");
    expect(stderr).toEndWith(`\n  hint: ${hint}\n`);
  });
});

test("docs/reference.md says what the commands say of themselves: after a change of them type `bun run reference`", async () => {
  const page = await Bun.file(`${import.meta.dir}/../../docs/reference.md`).text();
  expect(page).toBe(await new CommandLine().ok("man", "--markdown"));
});
