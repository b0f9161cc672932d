import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeTestHome } from "../support/home.ts";
import { CommandLine, forAll } from "./command-line.ts";

interface Refusal {
  readonly kanbun: CommandLine;
  readonly args: readonly string[];
  readonly code: number;
  readonly kind: string;
}

/** For people: `kanbun: …` on stderr and nothing on stdout. For programs: one document. */
async function expectRefusal({
  kanbun,
  args,
  code,
  kind,
}: Refusal): Promise<{ message: string; hint: string | null }> {
  const [people, program] = await Promise.all([kanbun.run(args), kanbun.json(args)]);
  expect([args, people.code, people.stdout]).toEqual([args, code, ""]);
  expect([args, program.code, program.error?.kind]).toEqual([args, code, kind]);
  const message = program.error?.message ?? "";
  expect(people.stderr).toStartWith(`kanbun: ${message}\n`);
  return { message, hint: program.error?.hint ?? null };
}

test("without a board every command says how to make one, and that the folder which was named is not there", async () => {
  const kanbun = new CommandLine();
  const named = await kanbun.json(["list"]);
  expect(named.error?.message).toBe(`there is no folder ${kanbun.home}, which KANBUN_HOME names`);
  const flag = await kanbun.json(["list", "--home", `${kanbun.home}/x`]);
  expect(flag.error?.message).toBe(`there is no folder ${kanbun.home}/x, which --home names`);
  await forAll(
    [["list"], ["create", "x"], ["show", "t_0123abcd"], ["status"], ["boards", "show"], ["tail"]],
    async (args) => {
      const { hint } = await expectRefusal({ kanbun, args, code: 3, kind: "not_found" });
      expect([args, hint]).toEqual([args, expect.stringContaining("kanbun init")]);
    },
  );
  expect((await kanbun.json(["boards", "list"])).data.boards).toEqual([]);
});

test("a board that is not there is named, and the command that makes it", async () => {
  const kanbun = await CommandLine.init();
  const { hint } = await expectRefusal({
    kanbun,
    args: ["list", "--board", "shop"],
    code: 3,
    kind: "not_found",
  });
  expect(hint).toBe("use one of default; `kanbun boards create shop` makes it");
  const near = await kanbun.json(["list", "--board", "defalt"]);
  expect(near.error?.hint).toBe("did you mean `default`? `kanbun boards create defalt` makes it");
  const assigned = await kanbun.run(["create", "x", "--assignee", "shel"]);
  expect(assigned.stderr).toContain(
    'there is no profile "shel", so no dispatcher starts it (did you mean `shell`?)',
  );
});

test("a home whose only board has a folder in its database's place says what makes a sound one, and that works", async () => {
  const kanbun = new CommandLine(join(makeTestHome(), "home"));
  mkdirSync(join(kanbun.home, "kanban", "boards", "odd", "kanban.db"), { recursive: true });
  const refused = await kanbun.run(["run", "true"]);
  expect([refused.code, refused.stderr]).toEqual([
    3,
    `kanbun: there is no board default in ${kanbun.home}\n  hint: \`kanbun init\` makes it\n`,
  ]);
  await kanbun.ok("init");
  expect((await kanbun.run(["run", "true"])).code).toBe(0);
});

test("a wrong --board or --home is a usage error, a wrong KANBUN_BOARD a configuration error", async () => {
  const kanbun = await CommandLine.init();
  await forAll(
    [
      ["list", "--board", "../x"],
      ["list", "--home", ""],
      ["--board", "", "list"],
    ],
    async (args) => {
      await expectRefusal({ kanbun, args, code: 2, kind: "usage" });
    },
  );
  const { code, error } = await kanbun.json(["list"], { env: { KANBUN_BOARD: "no/slug" } });
  expect([code, error?.kind]).toEqual([1, "config"]);
  await expectRefusal({ kanbun, args: ["init", "--board", "shop"], code: 2, kind: "usage" });
});

test("a damaged kanbun.toml names file, line and key, and keeps nobody from looking at tasks", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x", "--run", "true");
  await Bun.write(join(kanbun.home, "kanbun.toml"), "[dispatch]\nmax_in_progress = 0\n");
  await forAll([["assignees"], ["profiles", "list"], ["claim", id]], async (args) => {
    const { message } = await expectRefusal({ kanbun, args, code: 1, kind: "config" });
    expect(message).toContain(`${join(kanbun.home, "kanbun.toml")}:2: dispatch.max_in_progress: expected`);
  });
  expect((await kanbun.json(["show", id])).data.hold).toMatchObject({ reason: "bad_configuration" });
  expect((await kanbun.json(["list"])).data.tasks).toHaveLength(1);
});

test("a home that cannot be written says so", async () => {
  const kanbun = await CommandLine.init();
  const file = join(kanbun.home, "kanbun.toml");
  for (const home of [file, join(file, "home")])
    await forAll([["init"], ["list"], ["boards", "create", "shop"]], async (args) => {
      const refusal = { kanbun, args: [...args, "--home", home], code: 1, kind: "unwritable" };
      expect((await expectRefusal(refusal)).message).toContain(file);
    });
  await Bun.write(join(kanbun.home, "kanban", "boards"), "in the way of the boards");
  await expectRefusal({ kanbun, args: ["boards", "create", "shop"], code: 1, kind: "unwritable" });
});

test("a database that is no database, or none of ours, is refused and left as it is", async () => {
  const kanbun = await CommandLine.init();
  const path = join(kanbun.home, "kanban.db");
  const text = "this is no database, and it is long enough to be looked at as one".repeat(20);
  await Bun.write(path, text);
  await forAll([["list"], ["create", "x"], ["init"]], async (args) => {
    await expectRefusal({ kanbun, args, code: 1, kind: "not_a_board" });
  });
  expect(await Bun.file(path).text()).toBe(text);

  const { Database } = await import("bun:sqlite");
  const other = new CommandLine();
  await Bun.write(join(other.home, "x"), "");
  using db = new Database(join(other.home, "kanban.db"));
  db.run("CREATE TABLE recipes (id)");
  await forAll([["list"], ["create", "x"]], async (args) => {
    await expectRefusal({ kanbun: other, args, code: 1, kind: "not_a_board" });
  });
});

test("a board of a newer Kanbun is refused", async () => {
  const kanbun = await CommandLine.init();
  const { Database } = await import("bun:sqlite");
  {
    using db = new Database(join(kanbun.home, "kanban.db"));
    db.run("UPDATE kanbun_meta SET value = 99 WHERE key = 'schema_version'");
  }
  await forAll([["list"], ["create", "x"]], async (args) => {
    await expectRefusal({ kanbun, args, code: 1, kind: "newer_board" });
  });
});

test("usage errors are one document as well, wherever --json stands (D3)", async () => {
  const kanbun = new CommandLine();
  await forAll(
    [["nosuch"], ["list", "--nosuch"], ["list", "extra"], ["create"], ["boards", "x"], ["--nosuch"]],
    async (args) => {
      await expectRefusal({ kanbun, args, code: 2, kind: "usage" });
    },
  );
  const first = await kanbun.run(["--json", "show"]);
  expect([first.code, JSON.parse(first.stdout).error.kind]).toEqual([2, "usage"]);
});

test("an error that nobody foresaw is told without its stack, which KANBUN_DEBUG shows on stderr", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  const { Database } = await import("bun:sqlite");
  {
    using db = new Database(join(kanbun.home, "kanban.db"));
    db.run("CREATE TRIGGER deaf BEFORE UPDATE ON tasks BEGIN SELECT json('{'); END");
  }
  const { code, error } = await kanbun.json(["claim", id]);
  expect([code, error?.kind]).toEqual([1, "internal"]);
  expect(error?.message).not.toContain(".ts");
  const debug = await kanbun.run(["claim", id, "--json"], { env: { KANBUN_DEBUG: "1" } });
  expect(debug.stderr).toMatch(/at \S+ \(.+:\d+:\d+\)/);
  expect(JSON.parse(debug.stdout).error.kind).toBe("internal");
});
