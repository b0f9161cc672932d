import { expect, test } from "bun:test";
import { chownSync, existsSync, lchownSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { CommandLine } from "./command-line.ts";

/** A user without any home, who types in `folder`. */
function newUser() {
  const userHome = makeTestHome();
  const type = (folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    // Its commands run in the folder above its home.
    new CommandLine(join(folder, "none")).run(args, { env: { HOME: userHome, KANBUN_HOME: "", ...env } });
  return { userHome, type };
}

test("without any home a read says how to begin, and the first task makes ~/.kanbun and says so in one line", async () => {
  const { userHome, type } = newUser();
  const read = await type(userHome, ["list"]);
  expect([read.code, read.stdout, existsSync(join(userHome, ".kanbun"))]).toEqual([3, "", false]);
  expect(read.stderr).toContain('start with `kanbun run "echo hello"`, or make a home for this folder');

  const project = join(userHome, "project");
  mkdirSync(project);
  const first = await type(project, ["create", "First"]);
  expect(first.code).toBe(0);
  expect(first.stderr.split("\n")).toEqual([
    `made a home for your tasks: ${join(userHome, ".kanbun")} (\`kanbun init\` makes one for a folder)`,
    "",
  ]);
  const second = await type(userHome, ["create", "Second"]);
  expect([second.code, second.stderr]).toEqual([0, ""]);
  expect((await type(project, ["list"])).stdout).toContain("First");
});

test("a home that was named is not made by the first task, and neither is one whose board is gone", async () => {
  const { userHome, type } = newUser();
  const named = join(userHome, "named");
  const refused = await type(userHome, ["create", "First"], { KANBUN_HOME: named });
  expect([refused.code, existsSync(named)]).toEqual([3, false]);
  expect(refused.stderr).toContain("`kanbun init`");

  mkdirSync(join(userHome, ".kanbun", "kanban"), { recursive: true });
  const gone = await type(userHome, ["create", "First"]);
  expect(gone.code).toBe(3);
  expect(gone.stderr).toContain(`\`kanbun init --home ${join(userHome, ".kanbun")}\``);
});

test("init makes .kanbun in the current folder, found from below it and hidden from git, whatever is above", async () => {
  const { userHome, type } = newUser();
  const project = join(userHome, "project");
  const below = join(project, "src", "deep");
  mkdirSync(below, { recursive: true });
  expect((await type(userHome, ["create", "Of the user"])).code).toBe(0);
  Bun.spawnSync(["git", "init", "--quiet", project]);

  const made = await type(project, ["init"]);
  expect(made.stdout).toContain(`made the default board in ${join(project, ".kanbun")}\n`);
  expect(made.stdout).toContain('\n  next: kanbun run "echo hello"\n');
  expect(made.stderr).toContain(`no longer ${join(userHome, ".kanbun")}`);
  expect((await type(below, ["create", "Of the project"])).code).toBe(0);
  expect((await type(project, ["list"])).stdout).not.toContain("Of the user");
  expect((await type(project, ["list"])).stdout).toContain("Of the project");
  expect(Bun.spawnSync(["git", "-C", project, "status", "--short"]).stdout.toString()).toBe("");

  const again = await type(project, ["init"]);
  expect([again.code, again.stderr]).toEqual([0, ""]);
  expect(again.stdout).toStartWith("found the default board");
  const within = await type(join(project, ".kanbun"), ["init"]);
  expect([within.code, within.stdout]).toEqual([4, ""]);
});

test("init --user makes ~/.kanbun, and its next step says --home where another home wins", async () => {
  const { userHome, type } = newUser();
  const own = join(userHome, ".kanbun");
  expect((await type(userHome, ["init", "--user"])).stdout).toContain('next: kanbun run "echo hello"\n');
  const elsewhere = makeTestHome();
  expect((await type(elsewhere, ["init"])).code).toBe(0);
  const beside = await type(elsewhere, ["init", "--user"]);
  expect(beside.stdout).toContain(`found the default board in ${own}\n`);
  expect(beside.stdout).toContain(`next: kanbun run "echo hello" --home ${own}\n`);
  const named = await type(userHome, ["init", "--user"], { KANBUN_HOME: elsewhere });
  expect(named.stdout).toContain(`next: kanbun run "echo hello" --home ${own}\n`);
  expect(named.stderr).toContain(`KANBUN_HOME is set, and wins where --home is not given: ${elsewhere}`);
  expect((await type(userHome, ["init", "--user", "--home", "x"])).code).toBe(2);
});

// Only root can give a folder away.
test.skipIf(process.getuid?.() !== 0)(
  "a .kanbun above that another user made is refused, also as a link; init makes one's own below it",
  async () => {
    const { userHome, type } = newUser();
    const shared = join(userHome, "shared");
    const mine = join(shared, "mine");
    const own = join(userHome, "own");
    mkdirSync(mine, { recursive: true });
    mkdirSync(own);
    symlinkSync(own, join(shared, ".kanbun"));
    lchownSync(join(shared, ".kanbun"), 12_345, 12_345);
    const refused = await type(mine, ["create", "Stolen"]);
    expect([refused.code, readdirSync(own)]).toEqual([1, []]);
    expect(refused.stderr).toContain("expected a .kanbun folder of your own");
    expect((await type(mine, ["init"])).code).toBe(0);
    expect((await type(mine, ["create", "Mine"])).code).toBe(0);
    chownSync(join(mine, ".kanbun"), 12_345, 12_345);
    expect((await type(mine, ["init"])).code).toBe(1);
  },
);
